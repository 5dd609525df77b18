"""What came of a cycle, or how it stands: counted by what objectives are about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator

from objectives.choices import Ambition, ObjectiveState, Zone
from objectives.evaluation import ZONES, Graded, Tally, by_group, tally
from objectives.models import Cycle, Objective
from objectives.pages.objectives import ObjectiveRow, objective_rows
from teams.models import Subject

CYCLE_COLUMNS = (
    "cycle", "objective", "about", "owner", "ambition", "state", "progress", "success", "learning",
)  # fmt: skip
PER_PAGE = 50


@dataclass(frozen=True)
class CyclePage:
    """``tallies``: of each subject that has objectives there. ``groups``: (subject, rows) of one
    ``page`` of the objectives; what is counted is all of them."""

    cycle: Cycle
    whole: Tally
    tallies: list[tuple[Subject, Tally]]
    page: Page
    groups: list[tuple[Subject, list[ObjectiveRow]]]
    states: list[tuple[str, int]]
    zones: list[tuple[str, int]]


def cycle_page(
    cycle: Cycle, objectives: Iterable[Objective], on: date, number: str | None = None
) -> CyclePage:
    """``objectives`` come with their numbers and subjects; the number of queries does not depend
    on how many they are. ``number``: which page of them is shown one by one."""
    rows = objective_rows(objectives, on)
    graded = [graded_of(row) for row in rows]
    subjects = {row.objective.subject_id: row.objective.subject for row in rows}
    whole = tally(graded)
    page = Paginator(rows, PER_PAGE).get_page(number)
    return CyclePage(
        cycle=cycle,
        whole=whole,
        tallies=[(subjects[key], found) for key, found in by_group(graded).items()],
        page=page,
        groups=[
            (subjects[key], list(found))
            for key, found in groupby(page, lambda row: row.objective.subject_id)
        ],
        states=[
            (str(state.label), whole.states[state])
            for state in ObjectiveState
            if whole.states.get(state)
        ],
        zones=[(str(Zone(zone).label), whole.zones.get(zone, 0)) for zone in ZONES],
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
