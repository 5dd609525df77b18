"""What came of a cycle, or how it stands: counted by what objectives are about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from objectives.choices import Ambition, ObjectiveState, Zone
from objectives.evaluation import OUTCOMES, ZONES, Graded, Tally, by_group, tally
from objectives.models import Cycle, Objective
from objectives.pages.objectives import ObjectiveRow, objective_rows
from teams.models import Subject

CYCLE_COLUMNS = (
    "cycle", "objective", "about", "owner", "ambition", "state", "progress", "success", "learning",
)  # fmt: skip


@dataclass(frozen=True)
class CyclePage:
    """``groups``: (subject, tally, rows) of each subject that has objectives there."""

    cycle: Cycle
    whole: Tally
    groups: list[tuple[Subject, Tally, list[ObjectiveRow]]]
    states: list[tuple[str, int]]
    zones: list[tuple[str, int]]
    learned: list[Objective]


def cycle_page(cycle: Cycle, objectives: Iterable[Objective], on: date) -> CyclePage:
    """``objectives`` come ``with_standing``; the number of queries does not depend on them."""
    rows = objective_rows(objectives, on)
    graded = [graded_of(row) for row in rows]
    tallies = by_group(graded)
    subjects = {row.objective.subject_id: row.objective.subject for row in rows}
    whole = tally(graded)
    return CyclePage(
        cycle=cycle,
        whole=whole,
        groups=[
            (subjects[key], found, [row for row in rows if row.objective.subject_id == key])
            for key, found in tallies.items()
        ],
        states=[
            (str(state.label), whole.states[state])
            for state in ObjectiveState
            if whole.states.get(state)
        ],
        zones=[(str(Zone(zone).label), whole.zones.get(zone, 0)) for zone in ZONES],
        learned=[row.objective for row in rows if row.objective.state in OUTCOMES],
    )


def graded_of(row: ObjectiveRow) -> Graded:
    objective = row.objective
    reached = [each.zone_reached(row.today) for each in objective.key_results.all()]
    return Graded(
        group=objective.subject_id,
        state=objective.state,
        progress=row.standing.progress,
        success_from=objective.success_from,
        is_committed=objective.ambition == Ambition.COMMITTED,
        zones=tuple(str(zone or "") for zone in reached),
    )


def cycle_lines(objectives: Iterable[Objective], on: date) -> Iterator[list[Any]]:
    """The evaluation as a file."""
    for row in objective_rows(objectives, on):
        each, found = row.objective, graded_of(row)
        yield [
            each.cycle.slug, each.title, each.subject.reference, each.owner.email, each.ambition,
            each.state, row.standing.progress, found.is_success if found.is_counted else "",
            each.learning,
        ]  # fmt: skip
