"""Objectives and key results that are counted and not shown: plain columns, one statement each.

Thousands of model instances cost ten times what their numbers do. Where a key result stands
follows from its numbers by the same rule, whichever way they were read (objectives/progress).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, When

from objectives.choices import CLOSED_OBJECTIVE_STATES, SUCCESS_FROM, Ambition, KeyResultKind
from objectives.models import KpiVersion
from objectives.progress import Numbers
from objectives.progress.meaning import Compared, counted_from, differs
from objectives.standing import Standing, standing_of
from productops import clock

OWN = (
    *("pk", "objective_id", "weight", "kind", "baseline", "commit", "target", "stretch"),
    *("low", "high", "series_id", "meant_by_id", "graded_on"),
    *("final_progress", "final_value", "final_zone"),
)
JOINED = {
    "subject": F("objective__subject"),
    "state": F("objective__state"),
    "closed_on": F("objective__closed_on"),
    "starts_on": F("objective__cycle__starts_on"),
    "ends_on": F("objective__cycle__ends_on"),
    "said_on": F("last_said__on"),
    "said_value": F("last_said__value"),
    "said_zone": F("last_said__zone"),
    "confidence": F("last_said__confidence"),
    "kpi": F("series__kpi"),
    "is_redefined": Exists(KpiVersion.objects.filter(kpi=OuterRef("series__kpi"), number__gt=1)),
    "latest": F("series__state__latest"),
    "latest_period": F("series__state__latest_period"),
}


@dataclass(frozen=True, slots=True)
class KeyResultColumns:
    """One key result: ``numbers`` is all that its standing is worked out from."""

    key: int
    objective: int
    subject: int
    weight: float
    numbers: Numbers

    def standing(self, on: date) -> Standing:
        return standing_of(self.numbers, on)


@dataclass(frozen=True, slots=True)
class ObjectiveColumns:
    """One objective, with what says whether it was a success."""

    key: int
    subject: int
    state: str
    ambition: str
    grade: float | None

    @property
    def success_from(self) -> float:
        return SUCCESS_FROM[Ambition(self.ambition)]

    @property
    def is_committed(self) -> bool:
        return self.ambition == Ambition.COMMITTED

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED_OBJECTIVE_STATES


def columns_of_objectives(rows: Any) -> list[ObjectiveColumns]:
    """``rows``: objectives, narrowed and in order."""
    found = rows.values_list("pk", "subject", "state", "ambition", "grade")
    return [ObjectiveColumns(*row) for row in found]


def columns_of_key_results(rows: Any, on: date) -> Iterator[KeyResultColumns]:
    """``rows``: key results, narrowed; with what says where they stand by ``on``. One statement,
    and one for the definitions of redefined KPIs, if any. One by one: few keep them all."""
    joined = JOINED | _read_for_few(on)
    named = rows.order_by("pk").annotate(**joined).values_list(*OWN, *joined, named=True)
    found = list(named)
    known = _definitions({row.kpi for row in found if row.is_redefined})
    for row in found:
        numbers = _numbers(row, known.get(row.kpi, ()), on)
        yield KeyResultColumns(row.pk, row.objective_id, row.subject, row.weight, numbers)


def _read_for_few(on: date) -> dict[str, Any]:
    """The newest points of a series where its newest value does not say it all, the steps of a
    plan where there is one, and the day a key result was written where no cycle says when it
    began."""
    graded = Q(graded_on__isnull=False, objective__state__in=CLOSED_OBJECTIVE_STATES)
    later = Q(series__state__latest_period__gt=on) | Q(objective__closed_on__isnull=False)
    looked_into = (Q(kind=KeyResultKind.MAINTAIN) | later) & ~graded
    undated = Q(objective__cycle__starts_on=None)
    return {
        "recent": Case(When(looked_into, then=F("series__state__recent"))),
        "steps": Case(When(~Q(plan=[]), then=F("plan"))),
        "written_at": Case(When(undated, then=F("created_at"))),
    }


def _definitions(kpis: set[int]) -> dict[int, list[Compared]]:
    """Of each of these KPIs its definitions; no statement without KPIs."""
    found: dict[int, list[Compared]] = defaultdict(list)
    if kpis:
        rows = KpiVersion.objects.filter(kpi__in=kpis).order_by()
        for kpi, *version in rows.values_list("kpi", *Compared._fields):
            found[kpi].append(Compared(*version))
    return found


def _numbers(row: Any, known: Sequence[Compared], on: date) -> Numbers:
    return Numbers(
        kind=row.kind,
        begun_on=row.starts_on or clock.day_of(row.written_at),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        closed_on=row.closed_on,
        baseline=row.baseline,
        commit=row.commit,
        target=row.target,
        stretch=row.stretch,
        low=row.low,
        high=row.high,
        plan=row.steps or (),
        said_on=row.said_on,
        said_value=row.said_value,
        said_zone=row.said_zone or "",
        confidence=row.confidence,
        is_watched=row.series_id is not None,
        latest=row.latest,
        latest_period=row.latest_period,
        recent=row.recent or (),
        meant_otherwise=differs(known, row.meant_by_id, row.latest_period or on),
        meant_from=counted_from(known, row.meant_by_id) if known else None,
        is_graded=row.graded_on is not None and row.state in CLOSED_OBJECTIVE_STATES,
        final_progress=row.final_progress,
        final_value=row.final_value,
        final_zone=row.final_zone,
    )
