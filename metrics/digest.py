"""The weekly mail: what changed, and every KPI with its age; the same for who has no account,
without links that would need one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from metrics import access, alert_words, briefing, dashboard_page, losses, scorecard, turns
from metrics.actions import freezing
from metrics.boards import frozen
from metrics.models import Alert, FrozenPeriod, Subscription
from metrics.scorecard import Row
from productops import clock
from productops.models import Link
from teams.models import Person

MOST_ROWS = 20
KEPT_FOR = "For readers of the weekly digest without an account"


@dataclass(frozen=True)
class Mail:
    subject: str
    template: str
    context: dict[str, Any]
    link: Link | None = None  # to the page as it was, for who has no account


@dataclass(frozen=True)
class Section:
    """What one subscription is told."""

    title: str
    url: str
    brief: briefing.Briefing
    rows: Sequence[Row]
    verdicts: int
    has_links: bool

    @property
    def signals(self) -> int:
        return len(briefing.signals_of(self.rows))

    @property
    def as_context(self) -> dict[str, Any]:
        shown = self.rows
        if len(shown) > MOST_ROWS:
            shown = [*sorted(shown, key=is_quiet)][:MOST_ROWS]
        left = len(self.rows) - len(shown)
        return {
            "title": self.title,
            "url": self.url if self.has_links else "",
            "lead": self.brief.lead,
            "sentences": [said(one, self.has_links) for one in self.brief.sentences],
            "header": HEADER(),
            "rows": [cells(row) for row in shown],
            "more": left and ngettext("… and %(n)s more.", "… and %(n)s more.", left) % {"n": left},
        }


def HEADER() -> list[str]:  # noqa: N802  a constant in the reader's language
    return [_("KPI"), _("Value"), _("Change"), _("Reading"), _("Target"), _("Age")]


def cells(row: Row) -> list[str]:
    """A KPI as a line of the table; every state in words."""
    about = f"{row.name} · {row.about}" if row.about else row.name
    target = f"{row.target}, {row.assurance_text}" if row.target else ""
    return [about, row.quantity, row.change, row.reading, target, row.age]


def is_quiet(row: Row) -> bool:
    return not (row.is_signal or row.is_stale or row.assurance == "missed")


def said(one: briefing.Sentence, has_links: bool) -> dict[str, str]:
    url = one.url if has_links else ""
    return {"title": one.title, "text": one.text, "who": one.who, "kind": one.kind, "url": url}


# Whole mails -------------------------------------------------------------------------------
def weekly(subscription: Subscription, today: date) -> Mail:
    """The weekly digest of one subscription."""
    return compose([subscription], [], today)


def to_send(weekly: Sequence[Subscription], alerts: Iterable[Alert], today: date) -> Mail:
    """What ``compose`` says, with a kept page for readers who cannot open the live one."""
    mail = compose(weekly, alerts, today)
    boards = [one for one in weekly if one.address and one.dashboard]
    return replace(mail, link=kept_page(boards[0], today)) if boards else mail


def kept_page(subscription: Subscription, today: date) -> Link:
    """A link to the dashboard as it is now; all who get it on one day share what is kept."""
    dashboard, person = subscription.dashboard, subscription.by
    made = FrozenPeriod.objects.of(dashboard).filter(note=KEPT_FOR, at__gte=clock.start_of(today))
    kept = made.first() or frozen.freeze_now(
        dashboard=dashboard, by=person, today=today, note=KEPT_FOR
    )
    return freezing.share(frozen=kept, by=person)


def compose(weekly: Sequence[Subscription], alerts: Iterable[Alert], today: date) -> Mail:
    """One mail of all that is due to one reader: weekly digests, and signals since the last."""
    sections = [section(one, today) for one in weekly]
    news = news_of(list(alerts), today)
    return Mail(
        subject=subject_of(sections, news),
        template="mail/digest",
        context={
            "sections": [one.as_context for one in sections],
            "signals": news[: alert_words.MOST_TOLD],
            "more": alert_words.and_more(len(news)),
            "button": _("See the whole page as it was"),
            "why": _("You get this because you subscribed to it."),
        },
    )


def news_of(alerts: Sequence[Alert], today: date) -> list[dict[str, str]]:
    rows = alert_words.rows_about(alerts, today)
    ordered = (one for one in alert_words.worst_first(alerts) if one.series_id in rows)
    return [said(alert_words.sentence(one, rows[one.series_id]), True) for one in ordered]


def subject_of(sections: Sequence[Section], news: Sequence[dict[str, str]]) -> str:
    """Whose numbers, and how many signals and verdicts; a quiet week is told as one."""
    if not sections:
        count = len(news)
        return ngettext("%(n)s new signal", "%(n)s new signals", count) % {"n": count}
    title = sections[0].title
    if len(sections) > 1:
        title = _("%(first)s and %(n)s more") % {"first": title, "n": len(sections) - 1}
    return f"{title}: {happened(sections) or _('nothing left its usual range')}"


def happened(sections: Sequence[Section]) -> str:
    signals, verdicts = (sum(getattr(one, n) for one in sections) for n in ("signals", "verdicts"))
    counted = [
        signals and ngettext("%(n)s signal", "%(n)s signals", signals) % {"n": signals},
        verdicts and ngettext("%(n)s verdict", "%(n)s verdicts", verdicts) % {"n": verdicts},
    ]
    return ", ".join(text for text in counted if text)


# What one subscription is about ------------------------------------------------------------
def section(subscription: Subscription, today: date) -> Section:
    person = subscription.eyes
    told = of_dashboard if subscription.dashboard_id else of_series
    url, brief, rows, verdicts = told(subscription, person, today)
    has_links = not subscription.address
    return Section(str(subscription.about), url, brief, rows, verdicts, has_links)


Told = tuple[str, briefing.Briefing, Sequence[Row], int]


def of_dashboard(subscription: Subscription, person: Person, today: date) -> Told:
    dashboard = subscription.dashboard
    rows = dashboard_page.rows_of(person, dashboard, today)
    told = list(losses.improvements_in_the_news(person, today - dashboard_page.NEWS))
    improvements = [one for one in told if one.is_running]
    promised = {p.series.kpi_id for one in improvements for p in one.registrations.all()}
    versions = scorecard.versions_on(today, promised)
    brief = dashboard_page.brief_of(person, rows, told, versions, today)
    verdicts = len(dashboard_page.new_verdicts(improvements, today))
    return dashboard.get_absolute_url(), brief, rows, verdicts


def of_series(subscription: Subscription, person: Person, today: date) -> Told:
    """One KPI, or all that the person owns."""
    mine = access.series_for(person)
    if subscription.series_id:
        url, mine = subscription.series.get_absolute_url(), mine.filter(pk=subscription.series_id)
    else:
        url, mine = reverse("work"), mine.filter(owned_by(person)).order_by("kpi__name", "pk")
    rows = scorecard.rows_of(mine, today=today)
    return (
        url,
        briefing.brief(rows=rows, verdicts=[], decisions=[], turns=turns.turns_of(rows)),
        rows,
        0,
    )


def owned_by(person: Person) -> Q:
    return Q(owner=person) | Q(owner=None, kpi__owner=person)
