"""Whole weeks, months or quarters of every KPI, with the change to the one before and to the one
a year ago. How a KPI is read does not change with it: that is asked of its own limits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _

from metrics import periods, readings
from metrics.aggregation import rolled_up
from metrics.boards.content import Change, KpiLine
from metrics.models import Snapshot
from metrics.scorecard import CSV_HEADER
from productops import cadences, numbers, querystrings

PERIODS = (periods.WEEK, periods.MONTH, periods.QUARTER)
# The same period a year earlier; fifty-two weeks, so that weekdays meet.
A_YEAR = {periods.WEEK: 52, periods.MONTH: 12, periods.QUARTER: 4}
PERIOD_CELL, VALUE_CELL = CSV_HEADER.index("period"), CSV_HEADER.index("value")
FEW = 10  # per cent: below it a decimal is worth reading
Figures = Mapping[tuple[int, date], float | None]


# The switch --------------------------------------------------------------------------------
def ways(params: QueryDict, current: str) -> list[dict[str, Any]]:
    """The switch as links beside each other: the newest of each KPI, then whole periods."""
    names = {
        "": _("Newest"),
        periods.WEEK: _("Week"),
        periods.MONTH: _("Month"),
        periods.QUARTER: _("Quarter"),
    }
    return [
        {"text": text, "is_current": key == current, "url": address(params, key)}
        for key, text in names.items()
    ]


def address(params: QueryDict, period: str) -> str:
    if period:
        return querystrings.replaced(params, period=period)
    return querystrings.without(params, "period")


def header_of(period: str) -> tuple[str, ...]:
    """The columns of files: with the two values to compare with where periods are whole."""
    return (*CSV_HEADER, "period_before", "year_before") if period else CSV_HEADER


# Rows --------------------------------------------------------------------------------------
def switched(lines: Iterable[KpiLine], period: str, today: date) -> list[KpiLine]:
    """The rows with the value of the last whole period; one counted in coarser periods than
    these shows its own."""
    listed = list(lines)
    if not period:
        return listed
    asked = {line.ref: coarser(period, line.cadence) for line in listed}
    found = figures_of(listed, asked, today)
    shown = [of_period(line, asked[line.ref], found, today) for line in listed]
    return [line if line.cadence == period else replace(line, apart=line.period) for line in shown]


def coarser(period: str, own: str) -> str:
    return own if periods.is_finer(period, own) else period


def figures_of(lines: Iterable[KpiLine], asked: Mapping[str, str], today: date) -> Figures:
    """The values that rows compare, by series and period: those of a series' own periods as they
    stand, the others added up."""
    own: dict[str, list[int]] = defaultdict(list)
    finer: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        cadence = asked[line.ref]
        (own if cadence == line.cadence else finer)[cadence].append(line.series_id)
    found = stored(own, today)
    for cadence, series in finer.items():
        newest = last_whole(cadence, today)
        first = periods.moved(newest, cadence, -A_YEAR[cadence])
        found |= rolled(series, cadence, first, newest, today)
    return found


def stored(own: Mapping[str, Sequence[int]], today: date) -> dict[tuple[int, date], float | None]:
    """What snapshots say of series in the three periods of their own cadence, in one query."""
    asked = models.Q(pk__in=[])
    for cadence, series in own.items():
        days = compared(last_whole(cadence, today), cadence)
        asked |= models.Q(series__in=series, period__in=days, kpi_version__cadence=cadence)
    if not own:
        return {}
    rows = Snapshot.objects.filter(asked).values_list("series_id", "period", "value")
    return {(series, period): value for series, period, value in rows}


def compared(period: date, cadence: str) -> list[date]:
    """A period, the one before and the one a year earlier."""
    steps = (0, 1, A_YEAR[cadence])
    return [periods.moved(period, cadence, -step) for step in steps]


def rolled(
    series: Sequence[int], cadence: str, first: date, last: date, today: date
) -> dict[tuple[int, date], float | None]:
    found = rolled_up(series, cadence=cadence, first=first, last=last, today=today)
    return {(pk, each.period): each.value for pk, listed in found.items() for each in listed}


def last_whole(cadence: str, today: date) -> date:
    """The first day of the newest period that is over."""
    return periods.moved(periods.first_day(today, cadence), cadence, -1)


def of_period(line: KpiLine, cadence: str, found: Figures, today: date) -> KpiLine:
    period, *earlier = compared(last_whole(cadence, today), cadence)
    now = found.get((line.series_id, period))
    others = [(day, found.get((line.series_id, day))) for day in earlier]
    prefix, suffix = numbers.affixes(line.measure)
    is_own = cadence == line.cadence
    return replace(
        line,
        value=numbers.number(now),
        number=now,
        prefix=prefix if now is not None else "",
        unit=suffix if now is not None else "",
        period=cadences.name_of_period(period, cadence, today),
        first=period,
        cadence=cadence,
        # What is usual and wanted is so of the series' own periods, and drawn against those.
        bullet=line.bullet if is_own else None,
        usual=line.usual if is_own else of_each(line.usual, line.cadence),
        target=line.target if is_own else of_each(line.target, line.cadence),
        changes=tuple(
            Change(told(change(now, then, line.measure), day, cadence, today))
            for day, then in others
            if now is not None and then is not None
        ),
        cells=cells_of(line, period, now, [then for _day, then in others]),
    )


def cells_of(line: KpiLine, period: date, now: float | None, others: list[float | None]) -> tuple:
    cells: list[Any] = list(line.cells)
    cells[PERIOD_CELL], cells[VALUE_CELL] = period.isoformat(), now
    return (*cells, *others)


def told(change: str, period: date, cadence: str, today: date) -> str:
    name = readings.tick(period, cadence, today)
    return _("%(change)s on %(period)s") % {"change": change, "period": name}


def of_each(text: str, cadence: str) -> str:
    """Say that a range or target is one of shorter periods than the number beside it."""
    if not text:
        return ""
    said = {
        periods.DAY: _("%(text)s, daily"),
        periods.WEEK: _("%(text)s, weekly"),
        periods.MONTH: _("%(text)s, monthly"),
        periods.QUARTER: _("%(text)s, quarterly"),
    }
    return said[cadence] % {"text": text}


def change(now: float, then: float, unit: str) -> str:
    """How far a value is from another: rates in points, all else in per cent of the other; in
    units where per cent say nothing."""
    if unit == "%":
        return _("%(change)s pts") % {"change": numbers.signed(now - then, 1)}
    if then <= 0 or now < 0:
        return numbers.signed(now - then)
    share = (now - then) / then * 100
    return f"{numbers.signed(share, 0 if abs(share) >= FEW else 1)}{numbers.affixes('%')[1]}"


# Later -------------------------------------------------------------------------------------
def values_now(lines: Iterable[KpiLine], today: date) -> Figures:
    """What the kept periods of rows are today, by series and period."""
    found: dict[tuple[int, date], float | None] = {}
    series: dict[tuple[str, date], list[int]] = defaultdict(list)
    for line in lines:
        if line.first:
            series[line.cadence, line.first].append(line.series_id)
    for (cadence, first), pks in series.items():
        found |= rolled(pks, cadence, first, first, today)
    return found
