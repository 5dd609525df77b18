"""The front door to subscriptions, channels and alerts."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from metrics import access
from metrics.models import Alert, Channel, Dashboard, Subscription
from objectives.models import Series
from productops import links
from productops.models import Link
from teams.models import Person


def alerts_for(person: Person, *, lasting: bool = False) -> Any:
    """Episodes on series that the person may see, or only those that last; newest on top."""
    mine = Alert.objects.visible_to(person).of_kept()
    return (mine.open() if lasting else mine).order_by("-raised_at", "-pk")


def alert_to_read(person: Person, pk: int) -> Alert:
    return get_object_or_404(alerts_for(person).with_series(), pk=pk)


def alert_to_see(person: Person, pk: int) -> Alert:
    """An alert that the person answers for, or may change the series of."""
    alert = alert_to_read(person, pk)
    owner = alert.series.owner_id or alert.series.kpi.owner_id
    if person.pk != owner and not access.may_change(person, alert.series):
        raise PermissionDenied(_("You may see this KPI, but not change it."))
    return alert


def subscriptions_for(person: Person) -> QuerySet[Subscription]:
    return Subscription.objects.visible_to(person).with_names().order_by("pk")


def subscription_to_change(person: Person, pk: int) -> Subscription:
    return get_object_or_404(subscriptions_for(person).select_related("link"), pk=pk)


def subscription_by_link(token: str) -> Subscription:
    """The subscription whose mails carry this link; it is over (410) when it was ended."""
    link = links.opened(Link.Purpose.MAILS, token)
    mine = Subscription.objects.with_names().select_related("link").filter(link=link).first()
    if mine is None:
        raise links.LinkOver(link)
    return mine


def of_reader(subscription: Subscription) -> QuerySet[Subscription]:
    """All that the same reader hears of."""
    return Subscription.objects.of_reader(subscription).with_names().order_by("pk")


def channels_for(person: Person) -> QuerySet[Channel]:
    return Channel.objects.visible_to(person).select_related("owner")


def channel_to_change(person: Person, pk: int) -> Channel:
    if not person.changes_all:
        raise PermissionDenied(_("Product operations looks after channels."))
    return get_object_or_404(channels_for(person), pk=pk)


def asked_about(person: Person, asked) -> dict[str, Dashboard | Series]:
    """What a page that leads here named: ``?dashboard=<slug>`` or ``?series=<key>``."""
    if slug := asked.get("dashboard"):
        return {"dashboard": access.dashboard_to_read(person, slug)}
    if pk := asked.get("series"):
        if not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
            raise Http404
        return {"series": get_object_or_404(access.series_for(person), pk=pk)}
    return {}
