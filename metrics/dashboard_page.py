"""What a dashboard shows: KPI rows, what changed, and the cards beside them."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from metrics import (
    briefing,
    improvement_page,
    losses,
    scorecard,
    turns,
    verdict_card,
)
from metrics.boards.content import DashboardContent, KpiLine
from metrics.boards.lines import improvement_line, kpi_line
from metrics.boards.placing import Placed, placed_rows
from metrics.boards.switch import switched
from metrics.boards.view import PLAIN, View
from metrics.choices import Result
from metrics.dashboard_cards import objectives_of, practice_of
from metrics.models import Dashboard, Improvement, Verdict
from metrics.scorecard import Row
from objectives.models import KpiVersion
from productops import numbers
from productops.cadences import name_of_period
from teams.models import Person, Subject
from tooling.models import Contract

NEWS = timedelta(days=7)  # what a week has brought is new
RENEWAL_IN = timedelta(days=30)  # notices that run out so soon want a decision
MOST_IMPROVEMENTS, MOST_DECISIONS = 3, 5


def content_of(
    person: Person, dashboard: Dashboard, today: date, view: View = PLAIN
) -> DashboardContent:
    """Everything that a dashboard shows to a person, live, on a wall or to be kept."""
    found = placed_rows(person, dashboard, view.subject)
    about = view.subject or dashboard.subject
    news = losses.improvements_in_the_news(person, today - NEWS)
    told = [one for one in news if about is None or concerns(one, about)]
    improvements = [one for one in told if one.is_running]
    versions = scorecard.versions_on(today, kpis_of(found, improvements))
    rows = scorecard.rows_of(found, today=today, versions=versions)
    lines = switched(map(kpi_line, rows), view.period, today)
    return DashboardContent(
        title=dashboard.title,
        slug=dashboard.slug,
        on=today,
        meta=tuple(said for said in meta_of(dashboard, rows, lines, today) if said),
        rows=tuple(lines),
        brief=brief_of(person, rows, told, versions, today, about),
        objectives=objectives_of(person, today, about) if view.cards else None,
        improvements=tuple(
            map(improvement_line, improvement_page.rows_of(improvements[:MOST_IMPROVEMENTS], today))
        ),
        practice=practice_of(person, today) if view.cards and about is None else None,
        period=view.period,
        subject=str(view.subject or ""),
    )


def concerns(improvement: Improvement, about: Subject) -> bool:
    """Whether it is about a product or team, or should move a KPI of it."""
    promised = {promise.series.subject_id for promise in improvement.registrations.all()}
    return about.pk in promised | {improvement.subject_id}


def kpis_of(rows: Sequence[Placed], improvements: Sequence[Improvement]) -> set[int]:
    """The KPIs that the page speaks of: on its rows, and in the promises of improvements."""
    promised = {p.series.kpi_id for one in improvements for p in one.registrations.all()}
    return promised | {row.series.kpi_id for row in rows}


def lines_of(
    person: Person, dashboard: Dashboard, today: date, view: View = PLAIN
) -> list[KpiLine]:
    """The rows alone, for files and programs."""
    rows = rows_of(person, dashboard, today, view.subject)
    return switched(map(kpi_line, rows), view.period, today)


def rows_of(
    person: Person, dashboard: Dashboard, today: date, subject: Subject | None = None
) -> list[Row]:
    return scorecard.rows_of(placed_rows(person, dashboard, subject), today=today)


def meta_of(
    dashboard: Dashboard, rows: Sequence[Row], lines: Sequence[KpiLine], today: date
) -> list[str]:
    """The line under the title: of which period the numbers are, how many are fresh, whose."""
    said = [period_of(lines, today), freshness_of(rows)]
    if dashboard.chair:
        said.append(_("Chaired by %(name)s") % {"name": dashboard.chair})
    return said


def period_of(lines: Sequence[KpiLine], today: date) -> str:
    """The newest period that is complete, of the cadence that most rows have."""
    kinds = [line.cadence for line in lines]
    if not kinds:
        return ""
    usual = max(kinds, key=kinds.count)
    newest = [line.first for line in lines if line.cadence == usual and line.first]
    if not newest:
        return ""
    period = name_of_period(max(newest), usual, today)
    return _("%(period)s, complete") % {"period": period}


def freshness_of(rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    fresh = sum(map(scorecard.is_up_to_date, rows))
    return ngettext(
        "%(fresh)s of %(n)s KPI up to date", "%(fresh)s of %(n)s KPIs up to date", len(rows)
    ) % {"fresh": fresh, "n": len(rows)}


# What changed ------------------------------------------------------------------------------
def brief_of(
    person: Person,
    rows: Sequence[Row],
    improvements: Sequence[Improvement],
    versions: dict[int, KpiVersion],
    today: date,
    about: Subject | None = None,
) -> briefing.Briefing:
    """``about``: a product or team, to which no contract belongs."""
    running = [one for one in improvements if one.is_running]
    return briefing.brief(
        rows=rows,
        verdicts=[
            *(news_of(verdict, versions[verdict.registration.series.kpi_id], today)
              for verdict in new_verdicts(running, today)),
            *(briefing.from_loss(one) for one in improvements if one.lost_result),
        ],
        decisions=[
            *(decision_on(line) for line in improvement_page.rows_of(running, today)
              if line.improvement.may_be_ruled_by(person) and line.improvement.state == "judged"),
            *(renewal(one, today) for one in renewals_for(person, today) if about is None),
        ][: MOST_DECISIONS],
        turns=turns.turns_of(rows),
    )  # fmt: skip


def new_verdicts(improvements: Sequence[Improvement], today: date) -> list[Verdict]:
    """Verdicts of the last days that say something, improvements first."""
    said = [
        verdict
        for improvement in improvements
        for verdict in improvement_page.verdicts_in(improvement)
        if verdict.result in (Result.IMPROVED, Result.WORSENED, Result.NO_CHANGE)
        and today - verdict.judged_at.date() <= NEWS
    ]
    order = (Result.IMPROVED, Result.WORSENED, Result.NO_CHANGE)
    return sorted(said, key=lambda verdict: order.index(Result(verdict.result)))


def news_of(verdict: Verdict, version: KpiVersion, today: date) -> briefing.Sentence:
    promise = verdict.registration
    about = verdict_card.About(promise.series.kpi.name, version.unit, version.cadence, today)
    return briefing.from_verdict(
        result=verdict.result,
        effect=verdict.effect,
        title=promise.improvement.title,
        text=verdict_card.sentence(verdict, about),
        url=promise.series.get_absolute_url(),
        who=str(promise.improvement.owner),
        ref=f"improvement:{promise.improvement_id} series:{promise.series_id}",
    )


def decision_on(line: improvement_page.Line) -> briefing.Sentence:
    """An improvement that has its verdict and waits for a person's word."""
    return briefing.Sentence(
        kind="ask",
        rising=None,
        title=_("Decision: keep %(title)s?") % {"title": line.improvement.title},
        url=reverse("metrics:improvement-rule", args=[line.improvement.pk]),
        text=_("The verdict is: %(verdict)s.") % {"verdict": line.text.lower()},
        who=str(line.improvement.owner),
        ref=f"improvement:{line.improvement.pk}",
    )


def renewals_for(person: Person, today: date):
    """Contracts whose notice runs out soon, as far as the person may see contracts."""
    running = Contract.objects.visible_to(person).running_on(today).exclude(until_on=None)
    contracts = running.select_related("tool", "owner").order_by("until_on", "pk")
    return [c for c in contracts if today <= notice_of(c) <= today + RENEWAL_IN]


def notice_of(contract: Contract) -> date:
    """The last day on which it can be given notice."""
    return contract.until_on - timedelta(days=contract.notice_days)


def renewal(contract: Contract, today: date) -> briefing.Sentence:
    return briefing.Sentence(
        kind="ask",
        rising=None,
        title=_("Decision: renew %(tool)s?") % {"tool": contract.tool},
        url=contract.get_absolute_url(),
        text=_("%(contract)s ends on %(end)s; notice can be given until %(day)s.")
        % {
            "contract": contract.name,
            "end": numbers.short_date(contract.until_on, today),
            "day": numbers.short_date(notice_of(contract), today),
        },
        who=str(contract.owner or ""),
        ref=f"contract:{contract.pk}",
    )
