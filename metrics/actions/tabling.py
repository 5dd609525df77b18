"""The one door for tables: file, source and webhook give a table, observations come of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from metrics.actions.founding import Founding, found_kpis, found_products
from metrics.actions.intake import Intake, Taken, take_observations
from metrics.actions.layouts import Layout, check_options, layout_of
from metrics.actions.lookups import Unlike, is_blank
from metrics.periods import guessed_cadence
from productops.exchange import Refused, Report
from productops.measures import Aggregation, Cadence, Direction
from productops.tables import Table
from teams.models import Person


@dataclass
class Found:
    """KPIs and products that a table names, with the days of each KPI and subject."""

    kpis: dict[str, str] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)
    days: dict[str, dict[str, set]] = field(default_factory=dict)


def take_table(
    *, opened: Callable[[], Table], options: Mapping[str, Any], by: Person | None
) -> Taken:
    """Write the observations of a table, inside the caller's transaction.

    ``opened`` gives the table from its beginning: it may be read twice. ``options`` are those of
    ``layouts.py``, and ``create_kpis`` (with ``aggregation`` and ``direction``) and ``skips``.
    Raises Refused in the words of the table and writes nothing where a row is refused, unless
    ``skips``: then the others are written and the report names those that were left out.
    """
    check_options(options)
    layout = layout_of(opened(), options)
    if options.get("create_kpis"):
        found_missing(layout, opened(), by, options)
    try:
        raws = layout.raws(opened())
        report = take_observations(raws=raws, by=by, skips=bool(options.get("skips")))
    except Refused as refused:
        refused.report.refused = layout.placed(refused.report.refused)
        raise
    report.refused = layout.placed(report.refused)
    return report


def found_missing(
    layout: Layout, table: Table, by: Person | None, options: Mapping[str, Any]
) -> None:
    """Create the KPIs and products that the table names and that do not exist."""
    found = named(layout, table)
    if by is None or by.changes_all:
        found_products(names=found.products, by=by)
        aggregation = Aggregation(options.get("aggregation") or Aggregation.MEAN)
        direction = Direction(options.get("direction") or Direction.NEUTRAL)
        kpis = [
            Founding(slug, title, cadence_of(found, slug), aggregation, direction)
            for slug, title in found.kpis.items()
        ]
        found_kpis(kpis=kpis, by=by, now=timezone.now())


def named(layout: Layout, table: Table) -> Found:
    """What the readable rows name; the others are refused when they are taken."""
    found, reader = Found(), Intake(by=None, report=Report())
    for _place, raw in layout.raws(table):
        try:
            slug = reader.slug("kpi", raw.get("kpi"))
            column, reference = reader.reference(raw)
            on, _at = reader.moment(raw.get("at"))
        except Unlike:
            continue
        found.kpis.setdefault(slug, title_of(raw["kpi"]))
        if column == "product" and not is_blank(raw.get("product")):
            found.products.setdefault(reference.partition(":")[2], raw["product"].strip())
        found.days.setdefault(slug, {}).setdefault(reference, set()).add(on)
    return found


def title_of(text: str) -> str:
    """A name for people from the name of a column: lead_time becomes Lead time."""
    words = " ".join(text.replace("_", " ").split())
    return words[:1].upper() + words[1:200]


def cadence_of(found: Found, slug: str) -> Cadence:
    return Cadence(guessed_cadence(found.days[slug].values()))
