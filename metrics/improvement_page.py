"""What the pages of improvements need: rows, board, the page of one, the page of a ruling."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from metrics import readings
from metrics.choices import Basis, ImprovementState, Kind, Result
from metrics.models import Improvement, Verdict
from productops import numbers, querystrings

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
    """Its verdicts as decided, of prefetched promises; those as delivered stand on its page."""
    return [
        verdict
        for promise in improvement.registrations.all()
        for verdict in promise.verdicts.all()
        if verdict.basis == Basis.DECIDED
    ]


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
