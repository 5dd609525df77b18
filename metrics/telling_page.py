"""What the pages of alerts and subscriptions show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from metrics import access, alert_words, telling_access
from metrics.choices import AlertsWhen
from metrics.forms.subscriptions import said_slot
from metrics.models import Alert, Subscription
from metrics.scorecard import Row
from teams.models import Person

PAGE = 50


@dataclass(frozen=True)
class Line:
    """An episode in a list."""

    alert: Alert
    row: Row

    @property
    def sentence(self):
        return alert_words.sentence(self.alert, self.row)

    @property
    def state(self) -> str:
        if self.alert.is_open:
            return _("Lasts")
        return _("Withdrawn") if self.alert.is_withdrawn else _("Over")

    @property
    def kind(self) -> str:
        return self.sentence.kind if self.alert.is_open else "done"


def alerts_of(person: Person, asked: QueryDict, today: date) -> dict[str, Any]:
    """The episodes that a person may see, a page at a time; ``?over=1`` shows all."""
    shows_all = asked.get("over") == "1"
    found = telling_access.alerts_for(person, lasting=not shows_all)
    page = Paginator(found, PAGE).get_page(asked.get("page"))
    return {
        "page": page,
        "lines": lines_of(list(page.object_list), today),
        "shows_all": shows_all,
        "shows_lasting": not shows_all,
    }


def lines_of(alerts: Sequence[Alert], today: date) -> list[Line]:
    rows = alert_words.rows_about(alerts, today)
    return [Line(alert, rows[alert.series_id]) for alert in alerts if alert.series_id in rows]


def alert_page(person: Person, alert: Alert, today: date) -> dict[str, Any]:
    """One episode, where to see more of it, and whether the person may say that they have."""
    line = next(iter(lines_of([alert], today)), None)
    owner = alert.series.owner_id or alert.series.kpi.owner_id
    may_see = person.pk == owner or access.may_change(person, alert.series)
    return {
        "alert": alert,
        "line": line,
        "may_say": may_see and alert.is_open and alert.seen_at is None,
        "talk_url": reverse("metrics:point-detail", args=[alert.series_id, alert.seen_in]),
    }


@dataclass(frozen=True)
class Told:
    """A subscription in a list."""

    subscription: Subscription

    @property
    def kind(self) -> str:
        return "done" if self.is_on else "flat"

    @property
    def state(self) -> str:
        if self.is_paused:
            return _("Paused")
        return _("Waits for a yes") if self.subscription.confirmed_at is None else _("On")

    @property
    def is_on(self) -> bool:
        return self.subscription.confirmed_at is not None and not self.is_paused

    @property
    def is_paused(self) -> bool:
        return self.subscription.paused_at is not None

    @property
    def signals(self) -> str:
        return str(AlertsWhen(self.subscription.alerts).label)

    @property
    def digest(self) -> str:
        return said_slot(self.subscription)


def subscriptions_of(person: Person) -> dict[str, Any]:
    mine = telling_access.subscriptions_for(person)
    return {
        "told": [Told(one) for one in mine],
        "channels": telling_access.channels_for(person) if person.changes_all else [],
        "may_change_all": person.changes_all,
    }


def mails_of(subscription: Subscription) -> dict[str, Any]:
    """What somebody who follows the link of a mail may choose: all of theirs, or this one."""
    mine = telling_access.of_reader(subscription)
    told = [Told(one) for one in mine]
    this = next(line for line in told if line.subscription == subscription)
    return {"told": told, "this": this, "is_any_on": any(line.is_on for line in told)}
