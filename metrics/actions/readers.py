"""Who is told: subscriptions gathered by reader, and one message posted to one reader."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q

from metrics.models import DashboardRow, Subscription
from objectives.models import Series
from productops import outbox
from productops.models import Link, OutboxMessage


@dataclass
class Reader:
    """One who is told, by all their subscriptions of one kind."""

    subscriptions: list[Subscription]

    @property
    def first(self) -> Subscription:
        return self.subscriptions[0]

    @property
    def key(self) -> str:
        return self.first.key

    @property
    def eyes(self):
        return self.first.eyes

    @property
    def has_account(self) -> bool:
        """Whether links into the application are of use."""
        return bool(self.first.person_id or self.first.channel_id)

    def loud_from(self, now: datetime) -> datetime | None:
        """When they may be told: at once, unless all their subscriptions say to wait."""
        waits = [one.loud_from(now) for one in self.subscriptions]
        return None if None in waits else min(filter(None, waits))


def gathered(subscriptions: Iterable[Subscription]) -> list[Reader]:
    found: dict[str, list[Subscription]] = defaultdict(list)
    for one in subscriptions:
        found[one.key].append(one)
    return [Reader(mine) for mine in found.values()]


def about(series_ids: Iterable[int]) -> Q:
    """Subscriptions that concern at least one of the series."""
    wanted = list(series_ids)
    on_boards = DashboardRow.objects.filter(series__in=wanted).values("dashboard")
    owners = Series.objects.filter(pk__in=wanted)
    owned = Q(person__in=owners.values("owner")) | Q(
        person__in=owners.filter(owner=None).values("kpi__owner")
    )
    return (
        Q(series__in=wanted) | Q(dashboard__in=on_boards) | (Q(dashboard=None, series=None) & owned)
    )


class Concerns:
    """Which of some series each subscription is about, looked up once for all."""

    def __init__(self, series: Iterable[Series]) -> None:
        self.series = {one.pk: one for one in series}
        self.boards: dict[int, set[int]] = defaultdict(set)
        rows = DashboardRow.objects.filter(series__in=list(self.series))
        for dashboard, one in rows.values_list("dashboard", "series"):
            self.boards[dashboard].add(one)

    def of(self, subscription: Subscription) -> set[int]:
        if subscription.dashboard_id:
            return self.boards[subscription.dashboard_id]
        if subscription.series_id:
            return {subscription.series_id} & self.series.keys()
        return {
            pk
            for pk, one in self.series.items()
            if (one.owner_id or one.kpi.owner_id) == subscription.person_id
        }

    def of_all(self, subscriptions: Sequence[Subscription]) -> set[int]:
        return set().union(*(self.of(one) for one in subscriptions))


def post(
    reader: Reader,
    *,
    subject: str,
    template: str,
    context: dict[str, Any],
    once: str,
    not_before: datetime | None = None,
    link: Link | None = None,
) -> OutboxMessage:
    """Put one message to a reader into the outbox: a mail with their own way out, or its
    sentences for a channel."""
    channel = reader.first.channel
    if channel is not None:
        return outbox.post_chat(
            address_locked=channel.locked_address,
            title=subject,
            text=chat_text(context),
            once=once,
            not_before=not_before,
        )
    return outbox.post_mail(
        to=reader.first.person or reader.first.address,
        subject=subject,
        template=template,
        context=context,
        once=once,
        not_before=not_before,
        link=link,
        unsubscribe=reader.first.link or "",
    )


def chat_text(context: dict[str, Any]) -> str:
    """What a mail of this context says, without its tables: who wants them opens the page."""
    lines = [said(one) for one in (*context.get("sentences", ()), *context.get("signals", ()))]
    for section in context.get("sections", ()):
        lines += [section["lead"], *map(said, section["sentences"])]
    path = context.get("link_url") or next(
        (section["url"] for section in context.get("sections", ()) if section["url"]), ""
    )
    return "\n".join([*lines, context.get("more") or "", path and settings.BASE_URL + path]).strip()


def said(sentence: dict[str, str]) -> str:
    who = f" ({sentence['who']})" if sentence["who"] else ""
    return f"{sentence['title']}. {sentence['text']}{who}"
