"""Objectives and key results in one table: a row a key result, or an objective without any."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from objectives import actions
from objectives.choices import (
    CLOSED_OBJECTIVE_STATES,
    Ambition,
    ObjectiveState,
)
from objectives.exchange.key_results import (
    OF_KEY_RESULT,
    REPORTED,
    cells_of_key_result,
    take_key_result,
)
from objectives.exchange.reading import (
    LONG,
    arguments,
    choice_of,
    person_of,
    said,
    subject_of,
    table_rows,
    take_rows,
    text_of,
)
from objectives.models import Cycle, Objective
from productops import clock, parsing
from productops.exchange import Kind, Refused, Report, kind
from productops.intake import Cell, Row
from productops.parsing import Unreadable
from productops.tables import UnreadableTable
from teams.models import Person, Subject

OF_OBJECTIVE = (
    "cycle", "objective", "about", "owner", "why", "state", "ambition", "learning", "closed_on",
)  # fmt: skip
COLUMNS = (*OF_OBJECTIVE, *OF_KEY_RESULT)
# Taken as well: the title of the objective above it in the same cycle, and what is done already.
TAKEN = (*COLUMNS, "part_of", *REPORTED)
MOST_NAMESAKES = 20
QUARTER = re.compile(r"(\d{4})[- ]?q([1-4])", re.IGNORECASE)


def take(file: BinaryIO, name: str, by: Person | None, options: dict[str, Any]) -> Report:
    """Write new objectives and key results and change those that differ.

    An objective is known by cycle, subject and title, a key result by its title within. A cycle
    named as a quarter (2027-Q1) begins where there is none. A target in words, or none at all,
    makes a described result. ``part_of`` names the objective that this one contributes to, which
    begins where there is none, and in whose progress it counts; ``done`` (yes, no) or
    ``percent_done`` makes a number to reach from 0 to 100, checked in as far as the file says.
    """
    author = by or Person.objects.with_role("admin", "ops").active().order_by("pk").first()
    if author is None:
        report = Report()
        report.refuse(None, "owner", _("There is nobody yet who could own an objective."))
        raise Refused(report)
    try:
        rows = list(table_rows(file, name, options, TAKEN))
    except UnreadableTable as problem:
        report = Report()
        report.refuse(problem.row, problem.column, str(problem))
        raise Refused(report) from problem
    taking = Taking(author, {cells_of(row): number for number, (_place, row) in enumerate(rows)})
    return take_rows(rows, ("cycle", "objective"), taking.row)


def cells_of(row: Row) -> tuple:
    """The cells of a row that are about its objective: rows of one objective repeat them."""
    return tuple(row.get(column, "") for column in (*OF_OBJECTIVE, "part_of"))


@dataclass
class Taking:
    """One file on its way in; ``last`` says at which row an objective is whole and may end."""

    by: Person
    last: dict[tuple, int]
    known: dict[tuple, Objective] = field(default_factory=dict)
    number: int = -1
    results: dict[tuple[int, str], list[Row]] = field(default_factory=dict)

    def row(self, row: Row) -> str:
        """What came of a row: the most that happened to its objective or its key result."""
        self.number += 1
        cells, outcomes = cells_of(row), set()
        if cells not in self.known:
            self.known[cells], outcome = _objective(row, self.by)
            outcomes.add(outcome)
            if said(row, "part_of") and _put_under(row, self.known[cells], self.by):
                outcomes.add("updated")
        objective = self.known[cells]
        if said(row, "key_result"):
            outcomes.add(take_key_result(row, objective, self.by, self._place(row, objective)))
        if self.number == self.last[cells] and _end(row, objective, self.by):
            outcomes.add("updated")
        return next((each for each in ("created", "updated") if each in outcomes), "unchanged")

    def _place(self, row: Row, objective: Objective) -> int:
        """Which of the key results of its title in the file a row is; one that says the same as an
        earlier one is that."""
        found = self.results.setdefault((objective.pk, text_of(row, "key_result")), [])
        if row not in found:
            found.append(row)
        return found.index(row)


def _objective(row: Row, by: Person) -> tuple[Objective, str]:
    about: dict[str, Any] = {
        "cycle": _cycle(row, by),
        "subject": subject_of(row, "about", by) or _organisation(by),
        "title": text_of(row, "objective"),
    }
    words = _words(row)
    objective = _found(row, Objective.objects.filter(**about))
    if objective is None:
        words.setdefault("owner", by)
        state = choice_of(row, "state", ObjectiveState)
        if state == ObjectiveState.DRAFT:
            words["state"] = state
        return actions.raise_objective(by=by, **about, **words), "created"
    changed = _take_up(row, objective, by)
    changed |= actions.change_objective(objective=objective, by=by, **words)
    return objective, "updated" if changed else "unchanged"


def _organisation(by: Person) -> Subject:
    """What a row is about that names nothing."""
    whole = Subject.organisation()
    if not by.may_change(whole):
        raise Cell("about", _("There is no such subject, or it is not yours to change."))
    return whole


def _found(row: Row, named: Any) -> Objective | None:
    """The objective that a row is about; where several have its title, the one of which it says
    what stands there."""
    found = list(named.select_related("subject", "cycle", "owner")[:MOST_NAMESAKES])
    if len(found) < 2:
        return found[0] if found else None
    alike = [each for each in found if _says_the_same(row, each)]
    if len(alike) != 1:
        text = _("Several objectives of this cycle have this title: give them different ones.")
        raise Cell("objective", text)
    return alike[0]


def _says_the_same(row: Row, objective: Objective) -> bool:
    heads = zip(OF_OBJECTIVE, cells_of_objective(objective), strict=True)
    return all(
        str(row.get(column) or "") == str("" if cell is None else cell)
        for column, cell in heads
        if column not in ("cycle", "about") and column in row
    )


def _put_under(row: Row, objective: Objective, by: Person) -> bool:
    """Let it contribute to the objective that ``part_of`` names; whether that was new."""
    title = text_of(row, "part_of")
    about = {"cycle": objective.cycle, "subject": objective.subject, "title": title}
    upper = Objective.objects.filter(**about).first()
    if upper is None:
        upper = actions.raise_objective(by=by, owner=objective.owner, **about)
    if objective.alignments.filter(to_objective=upper).exists():
        return False
    actions.align(begin=objective, end=upper, weight=1, by=by)
    return True


def _words(row: Row) -> dict[str, Any]:
    """What the file says of an objective; what it leaves empty stays."""
    found: dict[str, Any] = {}
    if said(row, "why"):
        found["why"] = text_of(row, "why", LONG, has_lines=True)
    if said(row, "ambition"):
        found["ambition"] = choice_of(row, "ambition", Ambition)
    if owner := person_of(row, "owner"):
        found["owner"] = owner
    return found


def _cycle(row: Row, by: Person) -> Cycle:
    name = text_of(row, "cycle", 100)
    try:
        slug = parsing.to_slug(name)[:60]
    except Unreadable as problem:
        raise Cell("cycle", str(problem)) from problem
    cycle = Cycle.objects.filter(slug=slug).first()
    if cycle is None and (quarter := QUARTER.fullmatch(name)):
        first, last = _days_of(int(quarter[1]), int(quarter[2]))
        cycle = actions.open_cycle(name=name, slug=slug, starts_on=first, ends_on=last, by=by)
    if cycle is None:
        raise Cell("cycle", _("There is no cycle “%s”.") % name)
    return cycle


def _days_of(year: int, quarter: int) -> tuple[date, date]:
    if not parsing.FIRST_YEAR <= year <= parsing.LAST_YEAR:
        raise Cell("cycle", _("This year is out of range."))
    first = date(year, 3 * quarter - 2, 1)
    following = date(year + quarter // 4, 3 * (quarter % 4) + 1, 1)
    return first, following - timedelta(days=1)


def _take_up(row: Row, objective: Objective, by: Person) -> bool:
    """Begin a draft that the file calls ongoing; whether that was anything new. No file opens
    again what a person closed: its grade would go."""
    before = objective.state
    if choice_of(row, "state", ObjectiveState) == ObjectiveState.ONGOING:
        if objective.is_closed:
            raise Cell("state", _("This objective is closed. Reopen it to go on with it."))
        objective.begin(by=by)
    return objective.state != before


def _end(row: Row, objective: Objective, by: Person) -> bool:
    """End an objective that the file calls ended; whether that was anything new."""
    state = choice_of(row, "state", ObjectiveState)
    if objective.is_closed or state not in CLOSED_OBJECTIVE_STATES:
        return False
    actions.close_objective(
        objective=objective,
        outcome=ObjectiveState(state),
        learning=text_of(row, "learning", LONG, has_lines=True),
        by=by,
        on=_day(row),
    )
    return True


def _day(row: Row) -> date | None:
    if not said(row, "closed_on"):
        return None
    try:
        day = parsing.to_date(row["closed_on"])
    except Unreadable as problem:
        raise Cell("closed_on", str(problem)) from problem
    if day > clock.today():
        raise Cell("closed_on", _("This day is still to come."))
    return day


def give(person: Person | None, options: dict[str, Any]) -> Iterator[list[Any]]:
    """All objectives with their key results, as ``take`` takes them back unchanged."""
    found = Objective.objects.visible_to(person) if person else Objective.objects.all()
    yield list(COLUMNS)
    for objective in found.with_standing().order_by("cycle__slug", "pk"):
        head = cells_of_objective(objective)
        key_results = list(objective.key_results.all())
        for key_result in key_results:
            yield [*head, *cells_of_key_result(key_result)]
        if not key_results:
            yield [*head, *([""] * len(OF_KEY_RESULT))]


def cells_of_objective(objective: Objective) -> list[Any]:
    return [
        objective.cycle.slug, objective.title, objective.subject.reference,
        objective.owner.email, objective.why, objective.state, objective.ambition,
        objective.learning, objective.closed_on,
    ]  # fmt: skip


kind(Kind("objectives", take=take, give=give, arguments=arguments))
