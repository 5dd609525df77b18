"""What expressions compute with, and how two values compare: as in XPath, but that empty is empty.

A level, number or boolean is a float, one choice a text, several a tuple of texts, a date a date;
None is empty. Texts that read as numbers compare with numbers as numbers; dates compare with dates,
with texts such as 2026-03-31 and, as days since 1970, with numbers.
"""

import re
from collections.abc import Callable
from datetime import date

from productops.figures import LARGEST

Value = float | str | tuple[str, ...] | date | None

FIRST_DAY = date(1970, 1, 1).toordinal()
NUMBER = re.compile(r"\s*(-?(?:[0-9]+\.?[0-9]*|\.[0-9]+))\s*")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST_CHARACTERS = 64  # of a text that is read as a number


def is_empty(value: Value) -> bool:
    return value is None or value == "" or value == ()


def is_true(value: Value) -> bool:
    """Empty and 0 are false, all else is true."""
    return not is_empty(value) and value != 0


def to_text(value: Value) -> str:
    """As XLSForm writes it: whole numbers without a point, ticked choices parted by blanks."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return str(int(value)) if value == int(value) else repr(float(value))
    return value


def to_number(value: Value) -> float | None:
    """Empty where it is none; a date is its days since 1970."""
    if isinstance(value, date):
        return float(value.toordinal() - FIRST_DAY)
    if isinstance(value, (int, float)):
        return bounded(float(value))
    text = to_text(value)
    found = NUMBER.fullmatch(text) if len(text) <= MOST_CHARACTERS else None
    return bounded(float(found[1])) if found else None


def to_day(value: Value) -> date | None:
    """A date, a text such as 2026-03-31, or days since 1970."""
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, str) and DAY.fullmatch(value):
            return date.fromisoformat(value)
        days = to_number(value)
        return None if days is None else date.fromordinal(int(days) + FIRST_DAY)
    except (ValueError, OverflowError):
        return None


def bounded(number: float) -> float | None:
    """Empty beyond what a figure can be, so that nothing grows without end."""
    return number if abs(number) <= LARGEST else None


def equal(left: Value, right: Value) -> bool:
    if left == "" or right == "":  # the quotes with nothing in them ask whether it is empty
        return is_empty(left) and is_empty(right)
    if is_empty(left) or is_empty(right):
        return False
    return _is_same(left, right)


def differs(left: Value, right: Value) -> bool:
    if left == "" or right == "":
        return is_empty(left) != is_empty(right)
    if is_empty(left) or is_empty(right):
        return False
    return not _is_same(left, right)


def _is_same(left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return is_true(left) == is_true(right)
    if _is_figure(left) or _is_figure(right):
        numbers = _numbers(left, right)
        return numbers is not None and numbers[0] == numbers[1]
    return to_text(left) == to_text(right)


def _is_figure(value: Value) -> bool:
    return isinstance(value, (float, date))


def _numbers(left: Value, right: Value) -> tuple[float, float] | None:
    """Both as numbers, or nothing where one of them is none."""
    if isinstance(left, date) and isinstance(right, str):
        right = to_day(right)
    if isinstance(right, date) and isinstance(left, str):
        left = to_day(left)
    first, second = to_number(left), to_number(right)
    return None if first is None or second is None else (first, second)


def comparing(holds: Callable[[float, float], bool]) -> Callable[[Value, Value], bool]:
    """An order between two values; false where one of them is no number."""

    def compare(left: Value, right: Value) -> bool:
        numbers = _numbers(left, right)
        return numbers is not None and holds(*numbers)

    return compare


def computing(operate: Callable[[float, float], float]) -> Callable[[Value, Value], float | None]:
    """Arithmetic on two values; empty where one of them is no number or there is no result."""

    def compute(left: Value, right: Value) -> float | None:
        first, second = to_number(left), to_number(right)
        if first is None or second is None:
            return None
        try:
            return bounded(operate(first, second))
        except (ArithmeticError, ValueError):
            return None

    return compute


def negative(value: Value) -> float | None:
    number = to_number(value)
    return None if number is None else -number
