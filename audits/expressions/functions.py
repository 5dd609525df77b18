"""The functions of expressions, by XLSForm's names, with the arguments that each takes.

``min``, ``max`` and ``sum`` leave out what is empty; a sum of nothing is empty. ``round`` rounds
halves up, ``int`` cuts off. ``regex`` is in ``patterns.py``.
"""

import math
from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal

from audits.expressions.patterns import matches
from audits.expressions.values import (
    Value,
    bounded,
    is_empty,
    is_true,
    to_day,
    to_number,
    to_text,
)

MOST_ARGUMENTS = 50
MOST_DIGITS = 12


def if_(condition: Value, then: Value, otherwise: Value) -> Value:
    return then if is_true(condition) else otherwise


def not_(value: Value) -> bool:
    return not is_true(value)


def coalesce(*values: Value) -> Value:
    return next((value for value in values if not is_empty(value)), None)


def selected(answer: Value, choice: Value) -> bool:
    """Whether a choice was ticked, of one or of several."""
    ticked = answer if isinstance(answer, tuple) else (to_text(answer),)
    return not is_empty(answer) and to_text(choice) in ticked


def count_selected(answer: Value) -> float:
    return float(len(answer)) if isinstance(answer, tuple) else float(not is_empty(answer))


def sum_(*values: Value) -> float | None:
    known = _known(values)
    return bounded(math.fsum(known)) if known else None


def extreme(choose: Callable) -> Callable[..., Value]:
    """The lowest or the highest of the values; of dates it is a date."""

    def chosen(*values: Value) -> Value:
        known = _known(values)
        found = choose(known) if known else None
        days = [value for value in values if not is_empty(value) and to_number(value) == found]
        return days[0] if days and to_day(days[0]) is days[0] else found

    return chosen


def _known(values: tuple[Value, ...]) -> list[float]:
    return [number for value in values if (number := to_number(value)) is not None]


def absolute(value: Value) -> float | None:
    number = to_number(value)
    return None if number is None else abs(number)


def rounded(value: Value, digits: Value = 0.0) -> float | None:
    number, places = to_number(value), to_number(digits)
    if number is None or places is None:
        return None
    shift = max(-MOST_DIGITS, min(MOST_DIGITS, int(places)))
    moved = Decimal(repr(number)).scaleb(shift) + Decimal("0.5")
    if moved.adjusted() > 2 * MOST_DIGITS:  # beyond the digits that a double has
        return number
    return float(moved.to_integral_value(ROUND_FLOOR).scaleb(-shift))


def truncated(value: Value) -> float | None:
    number = to_number(value)
    return None if number is None else float(math.trunc(number))


def length(value: Value) -> float:
    return float(len(to_text(value)))


def contains(value: Value, part: Value) -> bool:
    return to_text(part) in to_text(value)


def starts_with(value: Value, part: Value) -> bool:
    return to_text(value).startswith(to_text(part))


# Each with the fewest and most arguments that it takes.
FUNCTIONS: dict[str, tuple[Callable[..., Value], int, int]] = {
    "if": (if_, 3, 3),
    "not": (not_, 1, 1),
    "coalesce": (coalesce, 2, MOST_ARGUMENTS),
    "selected": (selected, 2, 2),
    "count-selected": (count_selected, 1, 1),
    "min": (extreme(min), 1, MOST_ARGUMENTS),
    "max": (extreme(max), 1, MOST_ARGUMENTS),
    "sum": (sum_, 1, MOST_ARGUMENTS),
    "abs": (absolute, 1, 1),
    "round": (rounded, 1, 2),
    "int": (truncated, 1, 1),
    "number": (to_number, 1, 1),
    "date": (to_day, 1, 1),
    "string-length": (length, 1, 1),
    "contains": (contains, 2, 2),
    "starts-with": (starts_with, 2, 2),
    "regex": (matches, 2, 2),
}
# These stand for a value that is known before anything is computed.
CONSTANTS = {"true": True, "false": False}
TODAY = "today"
