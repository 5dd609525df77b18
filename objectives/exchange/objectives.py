"""Objectives and key results in one table: a row a key result, or an objective without any."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from objectives import actions
from objectives.actions.key_results import BOUNDS, LEVELS, NUMBERS, WORDED_ZONES
from objectives.choices import (
    CLOSED_OBJECTIVE_STATES,
    Ambition,
    KeyResultKind,
    ObjectiveState,
)
from objectives.exchange.reading import (
    LONG,
    arguments,
    choice_of,
    number_of,
    person_of,
    said,
    table_rows,
    take_rows,
    text_of,
)
from objectives.models import Cycle, KeyResult, Kpi, Objective
from productops import parsing
from productops.exchange import Kind, Refused, Report, kind
from productops.intake import Cell, Row
from productops.parsing import Unreadable
from teams.models import Person, Subject

ZONES = tuple(f"zone_{zone}" for zone in WORDED_ZONES)
OF_OBJECTIVE = (
    "cycle", "objective", "about", "owner", "why", "state", "ambition", "learning", "closed_on",
)  # fmt: skip
OF_KEY_RESULT = (
    "key_result", "key_result_owner", "kind", "kpi", "measured_for", *NUMBERS, *ZONES, "weight",
)  # fmt: skip
COLUMNS = (*OF_OBJECTIVE, *OF_KEY_RESULT)
QUARTER = re.compile(r"(\d{4})[- ]?q([1-4])", re.IGNORECASE)


def take(file: BinaryIO, name: str, by: Person | None, options: dict[str, Any]) -> Report:
    """Write new objectives and key results and change those that differ.

    An objective is known by cycle, subject and title, a key result by its title within. A cycle
    named as a quarter (2027-Q1) begins where there is none. A target in words, or none at all,
    makes a described result.
    """
    author = by or Person.objects.with_role("admin", "ops").active().order_by("pk").first()
    if author is None:
        report = Report()
        report.refuse(None, "owner", _("There is nobody yet who could own an objective."))
        raise Refused(report)
    rows = table_rows(file, name, options, COLUMNS)
    return take_rows(rows, ("cycle", "objective"), lambda row: take_row(row, author))


def take_row(row: Row, by: Person) -> str:
    """What came of a row: the most that happened to its objective or its key result."""
    objective, outcome = _objective(row, by)
    outcomes = {outcome}
    if said(row, "key_result"):
        outcomes.add(_key_result(row, objective, by))
    if _set_state(row, objective, by):
        outcomes.add("updated")
    return next(each for each in ("created", "updated", "unchanged") if each in outcomes)


def _objective(row: Row, by: Person) -> tuple[Objective, str]:
    about: dict[str, Any] = {
        "cycle": _cycle(row, by),
        "subject": _subject(row, "about", by) or Subject.organisation(),
        "title": text_of(row, "objective"),
    }
    words = _words(row)
    objective = Objective.objects.filter(**about).select_related("subject", "cycle").first()
    if objective is None:
        words.setdefault("owner", by)
        state = choice_of(row, "state", ObjectiveState)
        if state == ObjectiveState.DRAFT:
            words["state"] = state
        return actions.raise_objective(by=by, **about, **words), "created"
    return objective, "updated" if objective.edit(by=by, **words) else "unchanged"


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


def _subject(row: Row, column: str, by: Person) -> Subject | None:
    """The subject that a cell names, among those that the person may change."""
    if not said(row, column):
        return None
    subject = Subject.objects.changeable_by(by).named(text_of(row, column, 200)).first()
    if subject is None:
        raise Cell(column, _("There is no such subject, or it is not yours to change."))
    return subject


def _key_result(row: Row, objective: Objective, by: Person) -> str:
    title, wanted = text_of(row, "key_result"), _wanted(row)
    found = objective.key_results.filter(title=title).select_related("series").first()
    if owner := person_of(row, "key_result_owner"):
        wanted["owner"] = owner
    if (weight := number_of(row, "weight")) is not None:
        wanted["weight"] = _weight(weight)
    if said(row, "kpi"):
        wanted |= {"kpi": _kpi(row), "subject": _subject(row, "measured_for", by)}
    if found is None:
        wanted.setdefault("owner", objective.owner)
        actions.add_key_result(objective=objective, title=title, by=by, **wanted)
        return "created"
    changed = actions.change_key_result(key_result=found, by=by, **wanted)
    return "updated" if changed else "unchanged"


def _weight(weight: float) -> float:
    if weight < 0:
        raise Cell("weight", _("A weight is not negative."))
    return weight


def _kpi(row: Row) -> Kpi:
    slug = text_of(row, "kpi", 120)
    kpi = Kpi.objects.filter(slug=slug).first()
    if kpi is None:
        raise Cell("kpi", _("There is no KPI “%s”.") % slug)
    return kpi


def _wanted(row: Row) -> dict[str, Any]:
    """Kind, numbers and words of a key result, as ``completed`` takes them."""
    asked = choice_of(row, "kind", KeyResultKind)
    target, words = _target(row, asked)
    numbers = {name: number_of(row, name) for name in NUMBERS if name != "target"}
    numbers["target"] = target
    zones = {zone: text_of(row, f"zone_{zone}", 1000) for zone in WORDED_ZONES}
    found = asked or _guessed(row, numbers)
    if found == KeyResultKind.ORDINAL:
        return {"kind": found, "zones": zones | ({"target": words} if words else {})}
    return {"kind": found} | numbers


def _target(row: Row, asked: str) -> tuple[float | None, str]:
    """The target as a number, or as the words it is written in."""
    words = text_of(row, "target", 1000)
    if not words or asked in (KeyResultKind.METRIC, KeyResultKind.MAINTAIN):
        return number_of(row, "target"), words
    try:
        return parsing.to_number(words), words
    except Unreadable:
        return None, words


def _guessed(row: Row, numbers: dict[str, float | None]) -> KeyResultKind:
    """A number to reach needs two of its four numbers, a range to keep a KPI and a bound."""
    if sum(numbers[name] is not None for name in LEVELS) >= 2:
        return KeyResultKind.METRIC
    if said(row, "kpi") and any(numbers[name] is not None for name in BOUNDS):
        return KeyResultKind.MAINTAIN
    return KeyResultKind.ORDINAL


def _set_state(row: Row, objective: Objective, by: Person) -> bool:
    """End an objective that the file calls ended, or take up again one that it calls ongoing;
    whether that was anything new."""
    state, before = choice_of(row, "state", ObjectiveState), objective.state
    if state in CLOSED_OBJECTIVE_STATES:
        actions.close_objective(
            objective=objective,
            outcome=ObjectiveState(state),
            learning=text_of(row, "learning", LONG, has_lines=True),
            by=by,
            on=_day(row),
        )
    elif state == ObjectiveState.ONGOING and objective.is_closed:
        actions.reopen_objective(objective=objective, by=by)
    elif state == ObjectiveState.ONGOING:
        objective.begin(by=by)
    return objective.state != before


def _day(row: Row) -> date | None:
    if not said(row, "closed_on"):
        return None
    try:
        return parsing.to_date(row["closed_on"])
    except Unreadable as problem:
        raise Cell("closed_on", str(problem)) from problem


def give(person: Person | None, options: dict[str, Any]) -> Iterator[list[Any]]:
    """All objectives with their key results, as ``take`` takes them back unchanged."""
    found = Objective.objects.visible_to(person) if person else Objective.objects.all()
    yield list(COLUMNS)
    for objective in found.with_standing().order_by("cycle__slug", "pk"):
        head = [
            objective.cycle.slug, objective.title, objective.subject.reference,
            objective.owner.email, objective.why, objective.state, objective.ambition,
            objective.learning, objective.closed_on,
        ]  # fmt: skip
        key_results = list(objective.key_results.all())
        for key_result in key_results:
            yield [*head, *_cells_of(key_result)]
        if not key_results:
            yield [*head, *([""] * len(OF_KEY_RESULT))]


def _cells_of(key_result: KeyResult) -> list[Any]:
    series = key_result.series
    return [
        key_result.title,
        key_result.owner.email,
        key_result.kind,
        series.kpi.slug if series else "",
        series.subject.reference if series else "",
        *(getattr(key_result, name) for name in NUMBERS),
        *(key_result.zones.get(zone, "") for zone in WORDED_ZONES),
        key_result.weight,
    ]


kind(Kind("objectives", take=take, give=give, arguments=arguments))
