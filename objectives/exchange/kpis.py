"""The KPI catalogue as a table, or as YAML in the format of the shipped library."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import yaml
from django.utils.translation import gettext as _

from objectives import actions
from objectives.actions.kpis import MEANING, TARGET
from objectives.choices import Family
from objectives.exchange.reading import (
    LONG,
    Numbered,
    arguments,
    choice_of,
    number_of,
    person_of,
    said,
    table_rows,
    take_rows,
    text_of,
)
from objectives.formula import LONGEST, pieces
from objectives.models import Kpi, KpiVersion
from productops import clock, parsing
from productops.exchange import Kind, Refused, Report, kind
from productops.intake import Cell, Row
from productops.measures import Aggregation, Cadence, Direction, Empty
from productops.parsing import Unreadable
from teams.choices import SubjectKind
from teams.models import Person

CARD = ("name", "family", "purpose", "pitfalls", "source_hint", "subject_kind")
COLUMNS = ("slug", *CARD, "owner", *MEANING, *TARGET)
CHOICES = {
    "family": Family,
    "subject_kind": SubjectKind,
    "direction": Direction,
    "cadence": Cadence,
    "aggregation": Aggregation,
    "empty": Empty,
}
LENGTHS = {"name": 200, "source_hint": 300, "unit": 20, "expression": LONGEST}
SIDES = {Direction.UP: "low", Direction.DOWN: "high"}
LARGEST = 5_000_000  # bytes of a YAML file


def take(file: BinaryIO, name: str, by: Person | None, options: dict[str, Any]) -> Report:
    """Write new cards and change those that differ; a changed meaning is a version from today.

    ``target`` may be a number, which the direction places, or words, which are no target: they
    are kept with the purpose.
    """
    is_yaml = name.lower().endswith((".yaml", ".yml"))
    knows = (*COLUMNS, "target")
    rows = yaml_rows(file, knows) if is_yaml else table_rows(file, name, options, knows)
    return take_rows(inputs_first(rows), ("name",), lambda row: take_card(row, by))


def inputs_first(rows: Numbered) -> Numbered:
    """The rows as they stand, but each computed KPI after those of the file that it names."""
    waiting = [(number, row, slug_in(row), named_in(row)) for number, row in rows]
    while waiting:
        ahead = {slug for _number, _row, slug, _named in waiting}
        free = [each for each in waiting if not each[3] & (ahead - {each[2]})]
        # A circle is refused when its first row has its turn.
        for each in free or waiting:
            yield each[:2]
        waiting = [each for each in waiting if free and each[3] & (ahead - {each[2]})]


def named_in(row: Row) -> set[str]:
    return {slug for _text, slug in pieces(str(row.get("expression") or "")) if slug}


def slug_in(row: Row) -> str:
    try:
        return _slug_of(row)
    except Cell:
        return ""  # told when the row has its turn


def yaml_rows(file: BinaryIO, knows: tuple[str, ...]) -> Numbered:
    """Cards of a YAML file, numbered from 1."""
    report = Report()
    try:
        found = yaml.safe_load(file.read(LARGEST + 1)[:LARGEST].decode("utf-8-sig"))
        cards = found["kpis"]
        fits = isinstance(cards, list) and all(isinstance(card, dict) for card in cards)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, TypeError, KeyError):
        fits = False
    if not fits:
        report.refuse(None, "kpis", _("This is no YAML with a list of cards under “kpis”."))
        raise Refused(report)
    rows = [_plain(number, card, knows, report) for number, card in enumerate(cards, 1)]
    if report.refused:
        raise Refused(report)
    return rows


def _plain(number: int, card: dict, knows: tuple[str, ...], report: Report) -> tuple[int, dict]:
    """A card as a row of texts; ``band`` becomes its two ends."""
    band = card.get("band")
    ends = band if isinstance(band, dict) else {}
    row = {str(key): value for key, value in card.items() if key != "band"} | ends
    for key, value in row.items():
        if key not in knows:
            report.refuse(number, str(key)[:80], _("Nothing reads this."))
        elif isinstance(value, (dict, list)):
            report.refuse(number, str(key), _("A cell holds one value."))
    return number, {str(key): "" if value is None else str(value) for key, value in row.items()}


def take_card(row: Row, by: Person | None) -> str:
    slug = _slug_of(row)
    kpi = Kpi.with_trash.filter(slug=slug).first()
    if kpi is not None and kpi.deleted_at is not None:
        raise Cell("slug", _("This KPI lies in the trash; take it out first."))
    card, meant = _card_of(row), _meaning_of(row)
    words = _set_target(row, meant, kpi)
    if words and not card.get("purpose"):
        card["purpose"] = _("Target as it was written: %s") % words
    if kpi is None:
        actions.define_kpi(slug=slug, by=by, **card, **meant)
        return "created"
    changed = kpi.edit(by=by, **card)
    reason, today = _("Taken over from a file"), clock.today()
    made = actions.change_definition(kpi=kpi, valid_from=today, reason=reason, by=by, **meant)
    return "updated" if changed or made else "unchanged"


def _slug_of(row: Row) -> str:
    column = "slug" if said(row, "slug") else "name"
    try:
        return parsing.to_slug(text_of(row, column))[:120]
    except Unreadable as problem:
        raise Cell(column, str(problem)) from problem


def _value(row: Row, column: str) -> str:
    if column in CHOICES:
        return choice_of(row, column, CHOICES[column])
    lines = column not in LENGTHS
    return text_of(row, column, LENGTHS.get(column, LONG), has_lines=lines)


def _card_of(row: Row) -> dict[str, Any]:
    """What the file says of the card; columns that it lacks stay as they are."""
    card: dict[str, Any] = {name: _value(row, name) for name in CARD if name in row}
    if "owner" in row:
        card["owner"] = person_of(row, "owner")
    return card


def _meaning_of(row: Row) -> dict[str, Any]:
    # An empty choice is no value of its own: the default, or what stands, holds.
    present = {name for name in MEANING if name in row and (name not in CHOICES or said(row, name))}
    meant: dict[str, Any] = {name: _value(row, name) for name in present}
    return meant | {name: number_of(row, name) for name in TARGET if name in row}


def _set_target(row: Row, meant: dict[str, Any], kpi: Kpi | None) -> str:
    """Put a target that is one number on the side that the direction says. What is no target,
    words or a number without a direction, is returned instead."""
    words = text_of(row, "target", LONG, has_lines=True)
    version = kpi.definition if kpi else KpiVersion()
    side = SIDES.get(meant.get("direction", version.direction))
    try:
        target = parsing.to_number(words)
    except Unreadable:
        return words
    if side is None:
        return words
    meant |= dict.fromkeys(TARGET) | {side: target}
    return ""


def give(person: Person | None, options: dict[str, Any]) -> Iterator[list[Any]]:
    """The catalogue as ``take`` takes it back unchanged."""
    kpis = Kpi.objects.visible_to(person) if person else Kpi.objects.all()
    yield list(COLUMNS)
    for kpi in kpis.with_versions().order_by("slug"):
        meant = kpi.definition
        card = [getattr(kpi, name) for name in CARD]
        owner = kpi.owner.email if kpi.owner else ""
        meaning = [getattr(meant, name) for name in (*MEANING, *TARGET)]
        yield [kpi.slug, *card, owner, *meaning]


kind(Kind("kpis", take=take, give=give, arguments=arguments))
