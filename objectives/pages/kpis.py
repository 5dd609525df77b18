"""What pages of KPIs show of rows."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from objectives import formula, wording
from objectives.ages import Age
from objectives.choices import Certificate
from objectives.drawing import spark
from objectives.models import Kpi, KpiVersion, Series
from objectives.pages.ages import age_of_series
from productops import clock, numbers
from productops.charts.shapes import Sparkline
from teams.models import Person, Subject

KPI_COLUMNS = (
    "slug", "name", "family", "owner", "unit", "direction", "cadence", "aggregation", "certified",
)  # fmt: skip


@dataclass(frozen=True)
class SeriesRow:
    """One series of a KPI's page."""

    series: Series
    spark: Sparkline | None
    latest: str
    age: Age | None
    target: str
    may_change: bool


def series_rows(rows: Iterable[Series], person: Person, on: date) -> list[SeriesRow]:
    mine = set(Subject.objects.changeable_by(person).values_list("pk", flat=True))
    return [series_row(each, each.subject_id in mine, on) for each in rows]


def series_row(series: Series, may_change: bool, on: date) -> SeriesRow:
    begun = [each for each in series.targets.all() if each.from_on <= on]
    unit = series.unit
    return SeriesRow(
        series,
        spark(series, on),
        numbers.quantity(series.value_on(on), unit),
        age_of_series(series, on),
        wording.target_of(begun[-1], unit) if begun else wording.bounds(None, None),
        may_change,
    )


def certificate(kpi: Kpi, on: date) -> dict[str, str]:
    """Whether somebody vouches for a KPI, as a status."""
    worth = kpi.certificate_on(on)
    kind = {Certificate.VALID: "done", Certificate.EXPIRED: "stale"}.get(worth, "")
    return {"kind": kind, "text": str(worth.label) if kind else ""}


def wanted_of_new_series(kpi: Kpi) -> str:
    """The target that the definition states, "No target" where it states none."""
    meant = kpi.definition
    return wording.target_of(meant, meant.unit) if meant else wording.bounds(None, None)


def target_beginning(series: Series, on: date) -> dict[str, Any]:
    """What the target form starts with: what holds today."""
    held = series.targets.filter(from_on__lte=on).last()
    bounds = {"low": held.low, "high": held.high} if held else {}
    return bounds | {"from_on": on}


def formula_pieces(
    version: KpiVersion | None, address: Callable[[Kpi], str] = Kpi.get_absolute_url
) -> list[tuple[str, str]]:
    """The formula of a computed KPI for reading: its text, and each KPI's name with its address."""
    parts = formula.pieces(version.expression) if version else []
    slugs = {slug for _text, slug in parts if slug}
    known = {kpi.slug: kpi for kpi in Kpi.objects.filter(slug__in=slugs)} if slugs else {}
    return [
        (known[slug].name, address(known[slug])) if slug in known else (text, "")
        for text, slug in parts
    ]


def kpi_groups(kpis: Iterable[Kpi]) -> list[tuple[str, list[Kpi]]]:
    """KPIs under their families, in the order in which families first come."""
    groups: dict[str, list[Kpi]] = {}
    for kpi in kpis:
        groups.setdefault(str(kpi.get_family_display()), []).append(kpi)
    return list(groups.items())


def kpi_lines(kpis: Iterable[Kpi]) -> Iterator[list[Any]]:
    for kpi in kpis:
        meant = kpi.definition
        yield [
            kpi.slug, kpi.name, kpi.family, kpi.owner.email if kpi.owner else "", meant.unit,
            meant.direction, meant.cadence, meant.aggregation,
            kpi.is_certified,
        ]  # fmt: skip


def kpi_counts(kpis: QuerySet[Kpi], on: date) -> dict[str, int]:
    """How many there are, how many somebody vouches for, and of how many that is over."""
    valid, over = Q(certified_until__gte=on), Q(certified_until__lt=on)
    return kpis.order_by().aggregate(
        number=Count("pk"), certified=Count("pk", filter=valid), expired=Count("pk", filter=over)
    )


def said_of_version(version: KpiVersion | None) -> str:
    """What came of a new definition."""
    if version is None:
        return _("Nothing differed, so the definition stays as it was.")
    day = numbers.short_date(version.valid_from, clock.today())
    return _("Version %(number)s holds from %(day)s.") % {"number": version.number, "day": day}
