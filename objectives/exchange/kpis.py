"""The KPI catalogue as a table, or as YAML in the format of the shipped library."""

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from objectives import actions
from objectives.actions.kpis import MEANING, TARGET
from objectives.choices import Family
from objectives.exchange.packs import Saying, pack_of, read_pack
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
from objectives.models import Kpi, KpiInfluence, KpiVersion
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


@transaction.atomic
def take(file: BinaryIO, name: str, by: Person | None, options: dict[str, Any]) -> Report:
    """Write new cards and change those that differ; a changed meaning is a version from today.

    ``target`` may be a number, which the direction places, or words, which are no target: they
    are kept with the purpose. What the cards of a pack raise and lower is said after all cards;
    nothing that people believe here is taken back.
    """
    is_yaml = name.lower().endswith((".yaml", ".yml"))
    knows, sayings = (*COLUMNS, "target"), list[Saying]()
    if is_yaml:
        rows, sayings = read_pack(file, knows)
    else:
        rows = table_rows(file, name, options, knows)
    outcomes: dict[str, str] = {}

    def take_one(row: Row) -> str:
        outcome = outcomes[slug_in(row)] = take_card(row, by)
        return outcome

    report = take_rows(inputs_first(rows), ("name",), take_one)
    say_all(sayings, outcomes, report, by)
    return report


def say_all(
    sayings: Iterable[Saying], outcomes: dict[str, str], report: Report, by: Person | None
) -> None:
    """Say what the cards drive; a card of which only that differs counts as updated. Raises
    Refused for a KPI that is not there."""
    found = list(sayings)
    slugs = {slug for each in found for slug in (slug_in(each.card), each.effect)}
    known = {kpi.slug: kpi for kpi in Kpi.objects.filter(slug__in=slugs)}
    for each in found:
        cause, effect = known.get(slug_in(each.card)), known.get(each.effect)
        if cause is None or effect is None:
            text = _("There is no KPI of the short name “%s”.") % each.effect
            report.refuse(each.number, each.kind, text)
        elif cause == effect:
            report.refuse(each.number, each.kind, _("A KPI cannot drive itself."))
        else:
            differs = actions.say_influence(cause=cause, effect=effect, by=by, **each.said)[1]
            if differs and outcomes.get(cause.slug) == "unchanged":
                outcomes[cause.slug] = "updated"
                report.unchanged, report.updated = report.unchanged - 1, report.updated + 1
    if report.refused:
        raise Refused(report)


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
    reason, today = _("Imported from a file"), clock.today()
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


def choosing(parser: ArgumentParser) -> None:
    parser.add_argument("--family", choices=Family.values, help="only this family")
    parser.add_argument("--slug", action="append", help="only this KPI; may be said again")


def give(person: Person | None, options: dict[str, Any]) -> Iterator[Any]:
    """The catalogue, or what ``family`` and ``slug`` leave of it, as ``take`` takes it back
    unchanged: rows, or the text of a pack."""
    kpis = Kpi.objects.visible_to(person) if person else Kpi.objects.all()
    if options.get("family"):
        kpis = kpis.filter(family=options["family"])
    if options.get("slug"):
        kpis = kpis.filter(slug__in=options["slug"])
    if options.get("format") == "yaml":
        yield pack_text(kpis)
        return
    yield list(COLUMNS)
    for kpi in kpis.with_versions().order_by("slug"):
        card = card_of(kpi)
        owner = kpi.owner.email if kpi.owner else ""
        yield [(card | {"owner": owner})[name] for name in COLUMNS]


def card_of(kpi: Kpi) -> dict[str, Any]:
    """What a card says today, without the person who answers for it."""
    meant = kpi.definition
    card = {name: getattr(kpi, name) for name in ("slug", *CARD)}
    return card | {name: getattr(meant, name) for name in (*MEANING, *TARGET)}


def pack_text(kpis) -> str:
    """These KPIs as YAML for any organisation: with the KPIs that they are computed from and with
    what they drive among themselves, and without names of people."""
    chosen = list(Kpi.objects.filter(pk__in=with_inputs(kpis)).with_versions().order_by("slug"))
    said = KpiInfluence.objects.with_ends().filter(cause__in=chosen, effect__in=chosen)
    return pack_of([card_of(kpi) for kpi in chosen], list(said))


def with_inputs(kpis) -> set[int]:
    """Their keys and those of all that they are computed from, however far down."""
    level = found = set(kpis.values_list("pk", flat=True))
    while level:
        today = KpiVersion.objects.on(clock.today()).filter(kpi__in=level)
        below = set(Kpi.objects.filter(used_by__version__in=today).values_list("pk", flat=True))
        level = below - found
        found = found | level
    return found


kind(Kind("kpis", take=take, give=give, arguments=arguments, packs=("yaml",), choosing=choosing))
