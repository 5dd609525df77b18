"""The box score of a KPI: what it was last week and to date, and how far that is from before."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from metrics.periods import MONTH, QUARTER
from metrics.reviewing.content import Change, Figure
from metrics.reviewing.spells import Days, Spells, ToDate
from productops import numbers

Value = Callable[[Days], float | None]


def figures_of(spells: Spells, value: Value, unit: str) -> tuple[Figure, ...]:
    return tuple(figure(column, value, unit, spells.cadence) for column in spells.columns)


def figure(column: ToDate, value: Value, unit: str, cadence: str) -> Figure:
    now = value(column.days)
    return Figure(
        name=name_of(column.name, cadence),
        value=numbers.quantity(now, unit),
        changes=tuple(
            Change(name, change(now, value(days), unit))
            for name, days in compared(column)
            if days is not None
        ),
    )


def name_of(column: str, cadence: str) -> str:
    """What a column is called; of a monthly KPI the month to date is the newest whole month."""
    if (column, cadence) in (("month", MONTH), ("quarter", QUARTER)):
        return {"month": _("LastMonth"), "quarter": _("LastQtr")}[column]
    return {
        "last": _("LastWk"),
        "month": _("MTD"),
        "quarter": _("QTD"),
        "year": _("YTD"),
    }[column]


def compared(column: ToDate) -> list[tuple[str, Days | None]]:
    near = _("WOW") if column.name == "last" else _("MOM")
    return [(near, column.before), (_("YOY"), column.year_before)]


def change(now: float | None, before: float | None, unit: str) -> str:
    """In basis points between two per cents, else in per cent of what was before."""
    if now is None or before is None:
        return numbers.NOTHING
    if unit == "%":
        return _("%(n)s bps") % {"n": numbers.signed(round((now - before) * 100), 0)}
    if not before:
        return numbers.NOTHING
    share = (now - before) / abs(before) * 100
    return numbers.signed(share, 0 if abs(share) >= 10 else 1) + numbers.affixes("%")[1]
