"""Digests: each reader gets one mail a day at most, with all that is due to them that day.

What is due follows from what was last sent, so that running twice sends nothing twice, and a week
that was missed is caught up with once.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from metrics.actions import readers
from metrics.actions.readers import Concerns, Reader
from metrics.alert_words import visible_among
from metrics.choices import AlertsWhen
from metrics.models import Alert, Subscription
from productops import clock
from productops.models import OutboxMessage

AGAIN_IN = timedelta(hours=1)
# Subscriptions with a weekly digest, alerts, today -> subject, template and context.
Compose = Callable[[Sequence[Subscription], Iterable[Alert], date], Any]
log = structlog.get_logger()


def send_due(*, now: datetime, until: datetime, compose: Compose) -> int:
    """Post to each reader what is due by ``now``, beginning none after ``until``; how many mails.

    A reader whose mail cannot be made is tried again in an hour, and holds up nobody.
    """
    sent = 0
    due = Subscription.objects.due(now).select_related("person", "channel").order_by("next_at")
    for reader in readers.gathered(due):
        if timezone.now() >= until:
            break
        sent += attempt(reader, now, compose)
    return sent


def attempt(reader: Reader, now: datetime, compose: Compose) -> int:
    try:
        with transaction.atomic():
            return serve(reader, now, compose)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("digest_failed", reader=reader.key)
        Subscription.objects.filter(pk__in=[one.pk for one in reader.subscriptions]).update(
            next_at=now + AGAIN_IN, last_error=f"{type(error).__name__}: {error}"[:500]
        )
        return 0


def serve(reader: Reader, now: datetime, compose: Compose) -> int:
    """Post one mail with all that is due to a reader today, also at a later hour; 1 or 0."""
    mine = held(reader)
    if not any(one.next_at and one.next_at <= now for one in mine):
        return 0
    ends = end_of_day(now, mine[0])
    weekly = [one for one in mine if one.owes_weekly(by=ends)]
    alerts = news_of([one for one in mine if one.alerts == AlertsWhen.DAILY], now)
    once = f"digest {reader.key} {now.astimezone(mine[0].zone).date()}"
    if not (weekly or alerts):
        note(mine, [], told=now, after=now)
        return 0
    if OutboxMessage.objects.filter(once=once).exists():
        return wait_until_tomorrow(mine, ends)
    mail = compose(weekly, alerts, clock.day_of(now))
    readers.post(
        Reader(mine),
        subject=mail.subject,
        template=mail.template,
        context=mail.context,
        once=once,
        link=mail.link,
    )
    note(mine, weekly, told=now, after=ends if weekly else now)
    return 1


def held(reader: Reader) -> list[Subscription]:
    """All subscriptions of the reader that have a digest, locked until it is sent."""
    mine = Subscription.objects.active().of_reader(reader.first)
    rows = mine.with_names().select_related("link").order_by("pk").select_for_update(of=("self",))
    return [one for one in rows if one.has_digest]


def end_of_day(now: datetime, subscription: Subscription) -> datetime:
    day = now.astimezone(subscription.zone).date()
    return datetime.combine(day, time.max, tzinfo=subscription.zone)


def news_of(daily: Sequence[Subscription], now: datetime) -> list[Alert]:
    """Signals that came since the reader was last told, and that were not taken back."""
    if not daily:
        return []
    since = min(one.told_until for one in daily)
    fresh = Alert.objects.of_kept().with_series().filter(raised_at__gt=since, raised_at__lte=now)
    found = list(fresh.exclude(is_withdrawn=True))
    concerns = Concerns(alert.series for alert in found)
    seen = visible_among(daily[0].eyes, concerns.of_all(daily))
    return [alert for alert in found if alert.series_id in seen]


def note(
    mine: Sequence[Subscription], weekly: Sequence[Subscription], *, told: datetime, after: datetime
) -> None:
    """Note what was told, and when each is to be looked at again."""
    for one in mine:
        one.told_until, one.last_error = told, ""
        one.weekly_until = after if one in weekly else one.weekly_until
        one.next_at = one.slot_after(after)
    fields = ["told_until", "weekly_until", "next_at", "last_error"]
    Subscription.objects.bulk_update(mine, fields)


def wait_until_tomorrow(mine: Sequence[Subscription], ends: datetime) -> int:
    """Today's mail went out before this came due: it is told in tomorrow's."""
    for one in mine:
        one.next_at = one.slot_on(ends.date() + timedelta(days=1))
    Subscription.objects.bulk_update(mine, ["next_at"])
    return 0
