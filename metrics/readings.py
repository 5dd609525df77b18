"""What numbers mean, in words: readings, usual ranges, targets, periods, ages. No database, no
clock: what day it is, and what is known of a series, is given."""

from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from metrics import periods
from metrics.choices import LIMITS_FROM, Assurance, Result, Variation
from productops import numbers
from productops.cadences import age_of_period, is_late, name_of_period

KINDS = {Variation.BETTER: "good", Variation.WORSE: "bad"}
VERDICT_KINDS = {Result.IMPROVED: "good", Result.WORSENED: "bad"}


@dataclass(frozen=True, slots=True)
class Reading:
    """How a status says it: kind good|bad|flat, and the word that is always written."""

    kind: str
    text: str


def reading(variation: str, *, has_improved: bool = False) -> Reading:
    """Read a series: signals first; without any, whether its new usual range was brought about
    by an improvement (``has_improved``)."""
    if variation == Variation.USUAL and has_improved:
        return Reading("good", _("Improved, now steady"))
    return Reading(KINDS.get(variation, "flat"), str(Variation(variation).label))


def usual(lower: float | None, upper: float | None, unit: str, *, is_trial: bool, n: int) -> str:
    """Write the usual range ("usual 30.4–38.1"), or what is missing for one."""
    if lower is None or upper is None:
        return _short_of_limits(n)
    span = numbers.between(lower, upper, _prefixed(unit))
    if is_trial:
        return _("usual %(range)s, on trial") % {"range": span}
    return _("usual %(range)s") % {"range": span}


def _short_of_limits(n: int) -> str:
    if n >= LIMITS_FROM:
        return _("always the same so far")
    missing = LIMITS_FROM - n
    return ngettext("1 more period needed", "%(n)s more periods needed", missing) % {"n": missing}


def target(low: float | None, high: float | None, unit: str = "") -> str:
    """Write a target: "≥ 36", "≤ €230", "30–40"; "" where there is none."""
    money = _prefixed(unit)
    if low is not None and high is not None:
        return numbers.between(low, high, money)
    if low is not None:
        return f"≥ {numbers.quantity(low, money)}"
    return "" if high is None else f"≤ {numbers.quantity(high, money)}"


def assured(assurance: str) -> str:
    """What the usual range says of a target that is there."""
    if assurance == Assurance.NONE:
        return _("too early to say")
    return str(Assurance(assurance).label)


def _prefixed(unit: str) -> str:
    """The unit where it stands before the number (a currency), else none: the value beside it
    carries the unit already."""
    return unit if numbers.affixes(unit)[0] else ""


def tick(first: date, cadence: str, today: date) -> str:
    """Name a period in the few letters that an axis has room for: "16 Nov", "Nov", "Q4 2026"."""
    if cadence == periods.MONTH:
        return formats.date_format(first, "M" if first.year == today.year else "M Y")
    if cadence == periods.QUARTER:
        return name_of_period(first, cadence, today)
    return numbers.short_date(first, today)


def change_of_periods(cadence: str) -> str:
    """What the moving range is called in a table."""
    return {
        periods.DAY: _("Mean daily change"),
        periods.WEEK: _("Mean weekly change"),
        periods.MONTH: _("Mean monthly change"),
        periods.QUARTER: _("Mean quarterly change"),
    }[cadence]


def is_stale(newest: date | None, cadence: str, today: date) -> bool:
    """Whether the period after ``newest`` (its first day) is over and its number is late."""
    return newest is not None and is_late(newest, cadence, today)


def age(newest: date | None, cadence: str, today: date) -> str:
    """How long ago the newest period with a value ended; "" where there is none."""
    return "" if newest is None else age_of_period(newest, cadence, today)
