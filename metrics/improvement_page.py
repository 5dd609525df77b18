"""What the pages of improvements need: rows, board, the page of one, the page of a ruling."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext as _

from metrics import access, readings, verdict_card
from metrics.choices import ImprovementState, Kind, Result, RulingKind
from metrics.models import Improvement, Registration, Verdict
from metrics.scorecard import versions_on
from objectives.models import KpiVersion
from productops import changelog, numbers, querystrings
from productops.timeline import events_of
from teams.models import Person

HISTORY = 50  # entries of the change log on the page
STATE_KINDS = {ImprovementState.KEPT: "done"}
ICONS = {
    Kind.PROCESS: "workflow",
    Kind.SKILL: "graduation-cap",
    Kind.TOOL: "wrench",
    Kind.STRUCTURE: "layers",
}
CSV_HEADER = (
    "id",
    "title",
    "kind",
    "subject",
    "owner",
    "state",
    "live_on",
    "kpis",
    "verdicts",
)


@dataclass(frozen=True)
class Line:
    """An improvement in a list or on a board."""

    improvement: Improvement
    verdict: Verdict | None
    today: date

    @property
    def kind(self) -> str:
        """How its status is drawn: the verdict's way while it counts, else that of its state."""
        if self.improvement.is_running and self.verdict:
            return readings.VERDICT_KINDS.get(self.verdict.result, "flat")
        return STATE_KINDS.get(self.improvement.state, "flat")

    @property
    def text(self) -> str:
        if self.improvement.is_running and self.verdict:
            return str(self.verdict.get_result_display())
        return str(self.improvement.get_state_display())

    @property
    def moves(self) -> str:
        """The KPIs that it should move."""
        return ", ".join(str(p.series.kpi) for p in self.improvement.registrations.all())

    @property
    def note(self) -> str:
        """What stands at the end of the line: since when, or until when."""
        live_on = self.improvement.go_live_on
        if self.improvement.is_running and self.verdict and self.verdict.ready_on:
            day = numbers.short_date(self.verdict.ready_on, self.today)
            return _("ready on %(day)s") % {"day": day}
        if live_on is None:
            return ""
        day = numbers.short_date(live_on, self.today)
        said = (
            _("planned for %(day)s") if live_before(self.improvement) else _("live since %(day)s")
        )
        return said % {"day": day}

    @property
    def icon(self) -> str:
        return ICONS[Kind(self.improvement.kind)]


def live_before(improvement: Improvement) -> bool:
    """Whether its day of going live is still a plan."""
    return improvement.is_idea or improvement.is_approved


def rows_of(improvements: Iterable[Improvement], today: date) -> list[Line]:
    return [Line(one, foremost(verdicts_in(one)), today) for one in improvements]


def verdicts_in(improvement: Improvement) -> list[Verdict]:
    """Its verdicts, of prefetched promises."""
    return [v for promise in improvement.registrations.all() for v in promise.verdicts.all()]


def foremost(verdicts: Sequence[Verdict]) -> Verdict | None:
    """The verdict that a line shows: what went wrong before what went well before the rest."""
    order = (Result.WORSENED, Result.IMPROVED, Result.NO_CHANGE, Result.UNCLEAR, Result.TOO_EARLY)
    return min(verdicts, key=lambda verdict: order.index(Result(verdict.result)), default=None)


def columns_of(rows: Sequence[Line]) -> list[dict[str, Any]]:
    """The board: a column for each state."""
    return [
        {
            "name": state.label,
            "rows": [row for row in rows if row.improvement.state == state],
        }
        for state in ImprovementState
    ]


def as_cells(improvement: Improvement) -> tuple:
    promises = improvement.registrations.all()
    return (
        improvement.pk,
        improvement.title,
        improvement.kind,
        improvement.subject.reference,
        str(improvement.owner),
        improvement.state,
        improvement.go_live_on,
        " ".join(promise.series.kpi.slug for promise in promises),
        " ".join(verdict.result for verdict in verdicts_in(improvement)),
    )


def kinds_of(params: QueryDict, current: str) -> list[dict[str, Any]]:
    """The kinds as links beside each other: what is asked below depends on the kind."""
    return [
        {
            "text": kind.label,
            "url": querystrings.replaced(params, kind=kind.value),
            "is_current": kind == current,
        }
        for kind in Kind
    ]


# The page of one ---------------------------------------------------------------------------
def context_of(person: Person, improvement: Improvement, *, today: date) -> dict[str, Any]:
    """Everything that templates/metrics/improvement_detail.html shows."""
    promises = list(access.promises_of(person, improvement))
    shown = promised(promises, today)
    may_change = person.may_change(improvement.subject)
    line = Line(improvement, foremost([v for p in promises for v in p.verdicts.all()]), today)
    return {
        "improvement": improvement,
        "line": line,
        "meta": meta_of(improvement, line),
        "promises": shown,
        "cards": [one for one in shown if one["verdict"]],
        "others": access.concurrent_with(person, improvement, promises),
        "key_results": access.key_results_of(person, improvement),
        "gaps": access.gaps_of(person, improvement),
        "rulings": improvement.rulings.select_related("by"),
        "lever": improvement.lever if may_see(person, improvement.lever) else None,
        "may_change": may_change,
        "may_approve": improvement.may_be_approved_by(person),
        "may_rule": improvement.may_be_ruled_by(person),
        "may_stop": improvement.is_approved and may_change,
        "may_go_live": improvement.is_approved and may_change,
        "events": events_of(changelog.history_of(improvement)[:HISTORY]),
    }


def may_see(person: Person, row: Model | None) -> bool:
    if row is None:
        return False
    return type(row)._default_manager.visible_to(person).filter(pk=row.pk).exists()


def meta_of(improvement: Improvement, line: Line) -> list[str]:
    return [
        str(improvement.get_kind_display()),
        str(improvement.subject),
        _("Owner %(name)s") % {"name": improvement.owner},
        line.note,
    ]


def promised(promises: Sequence[Registration], today: date) -> list[dict[str, Any]]:
    """Each promise in words, with the card of its verdict."""
    versions = versions_on(today, {promise.series.kpi_id for promise in promises})
    return [one_promise(promise, versions[promise.series.kpi_id], today) for promise in promises]


def one_promise(promise: Registration, version: KpiVersion, today: date) -> dict[str, Any]:
    about = verdict_card.About(promise.series.kpi.name, version.unit, version.cadence, today)
    verdict = next(iter(promise.verdicts.all()), None)
    return {
        "registration": promise,
        "series": promise.series,
        "terms": terms(promise, version),
        "verdict": verdict_card.card(verdict, about) if verdict else None,
    }


def terms(promise: Registration, version: KpiVersion) -> list[str]:
    """What was promised, in a few words each."""
    way = _("up") if promise.direction == "up" else _("down")
    said = [_("should go %(way)s") % {"way": way}]
    if promise.smallest_effect is not None:
        least = numbers.quantity(promise.smallest_effect, version.unit)
        said.append(_("by %(effect)s or more") % {"effect": least})
    window = readings.count_of_periods(promise.window_periods, version.cadence)
    said.append(_("judged over %(window)s") % {"window": window})
    if promise.lag_periods:
        lag = readings.count_of_periods(promise.lag_periods, version.cadence)
        said.append(_("after a lag of %(lag)s") % {"lag": lag})
    return said


def ruling_context(
    improvement: Improvement, promises: Sequence[Registration], today: date
) -> dict[str, Any]:
    """What a person sees who is about to sign."""
    shown = promised(promises, today)
    return {
        "improvement": improvement,
        "cards": [one for one in shown if one["verdict"]],
        "rulings": RulingKind,
    }
