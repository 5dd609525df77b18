"""A block's chart: weeks and months with what they were a year before."""

from collections.abc import Callable, Sequence
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _

from metrics import readings
from metrics.periods import MONTH, WEEK
from metrics.reviewing.spells import Days, Spells
from metrics.scorecard import Row
from productops import numbers
from productops.charts.shapes import Panel, Point, SixTwelve
from productops.measures import Aggregation

ADDED_UP = (Aggregation.SUM, Aggregation.COUNT)
SIGNALS = {"good": "good", "bad": "bad", "flat": "neutral"}
Value = Callable[[Days], float | None]


def chart_of(row: Row, spells: Spells, value: Value) -> SixTwelve:
    """Draw the closed periods of a row; only the newest week can carry its signal."""
    is_summed = row.version.aggregation in ADDED_UP and not row.version.expression
    weeks = panel(row, spells, spells.weeks, WEEK, value)
    coarse = spells.cadence if spells.cadence not in ("day", "week") else MONTH
    months = panel(row, spells, spells.months, coarse, value, has_target=not is_summed)
    panels = tuple(each for each in (weeks, months) if each.points)
    return SixTwelve(row.summary, described(spells, value, row), panels, own_scales=is_summed)


def panel(
    row: Row,
    spells: Spells,
    periods: Sequence[Days],
    cadence: str,
    value: Value,
    *,
    has_target: bool = True,
) -> Panel:
    """Summed weeks and months are of different sizes: a weekly target says nothing of a month."""
    wanted = row.wanted if has_target or cadence == row.version.cadence else None
    return Panel(
        points=tuple(
            Point(label_of(days[0], cadence, row), value(days), mark(row, days)) for days in periods
        ),
        before=tuple(value(spells.before_in_chart(days)) for days in periods),
        low=wanted.low if wanted else None,
        high=wanted.high if wanted else None,
    )


def label_of(first: date, cadence: str, row: Row) -> str:
    """A period as the axis names it; twelve months need no year."""
    if cadence == MONTH:
        return formats.date_format(first, "M")
    return readings.tick(first, cadence, row.today)


def mark(row: Row, days: Days) -> str:
    """How a point is drawn: the newest period shows its signal, as it was judged."""
    is_newest = days[0] == row.state.latest_period
    return SIGNALS.get(row.kind, "") if is_newest and row.is_signal else ""


def described(spells: Spells, value: Value, row: Row) -> str:
    """The picture in a sentence, for those who do not see it."""
    unit = row.version.unit
    said = [
        (_("Weeks"), [value(days) for days in spells.weeks]),
        (_("Months"), [value(days) for days in spells.months]),
    ]
    return ". ".join(
        f"{name}: {', '.join(numbers.quantity(one, unit) for one in values)}"
        for name, values in said
        if values
    )
