"""Checks on numbers that reach the calculations from outside.

Each check gives the number back or raises ValueError with a sentence that begins with the
argument's name, so that a form or the API can show it beside the field. A bool is never a number
here: ``True`` in a column of figures is a mistake, not a one.
"""

import math
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from numbers import Real

LARGEST = 1e100  # no figure of a working life comes near; squares and sums of them stay finite


def finite(value: object, name: str) -> float:
    """The value as a float; refuses what is not a number, NaN, infinity and beyond LARGEST."""
    if type(value) is float and abs(value) <= LARGEST:
        return value  # nearly all are, and thousands at once
    if isinstance(value, bool) or not isinstance(value, (Real, Decimal)):
        raise ValueError(f"{name} is not a number: {_shown(value)}.")
    try:
        number = float(value)
    except (OverflowError, ValueError):
        raise ValueError(f"{name} is too large or not a number.") from None
    if not abs(number) <= LARGEST:
        raise ValueError(f"{name} is too large or not a number.")
    return number


def at_least(value: object, low: float, name: str) -> float:
    """A finite number not below ``low``."""
    number = finite(value, name)
    if number < low:
        raise ValueError(f"{name} is {number:g}; it may not be below {low:g}.")
    return number


def above(value: object, low: float, name: str) -> float:
    """A finite number strictly above ``low``."""
    number = finite(value, name)
    if number <= low:
        raise ValueError(f"{name} is {number:g}; it has to be above {low:g}.")
    return number


def between(value: object, low: float, high: float, name: str) -> float:
    """A finite number from ``low`` to ``high``, both included."""
    number = finite(value, name)
    if not low <= number <= high:
        raise ValueError(f"{name} is {number:g}; it has to lie between {low:g} and {high:g}.")
    return number


def whole(value: object, low: int, name: str) -> int:
    """A whole number not below ``low``; 3.0 counts as 3, 3.5 is refused."""
    number = at_least(value, low, name)
    if number != int(number):
        raise ValueError(f"{name} is {number:g}; it has to be a whole number.")
    return int(number)


def money(value: object, name: str) -> Decimal:
    """An amount of money as Decimal; a float is read as it is written (0.1 is 0.1)."""
    finite(value, name)
    try:
        return value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{name} is not an amount: {_shown(value)}.") from None


def finite_result(value: float, name: str) -> float:
    """A result that can be stored; finite inputs may still overflow when they are divided."""
    if not math.isfinite(value):
        raise ValueError(f"{name} is too large to be expressed with these numbers.")
    return value


def row(values: object, name: str) -> Sequence:
    """A sequence that is neither text nor a mapping, so that it can be read item by item."""
    if not isinstance(values, Sequence) or isinstance(values, (str, bytes)):
        raise ValueError(f"{name} has to be a list.")
    return values


def numbers(values: object, name: str) -> list[float]:
    """A list of finite numbers, at least one; the message counts from 1."""
    found = [finite(value, f"{name} ({at})") for at, value in enumerate(row(values, name), 1)]
    if not found:
        raise ValueError(f"{name} is empty.")
    return found


def pair(values: object, name: str) -> tuple[float, float]:
    """Two finite numbers, such as the ends of a scale."""
    found = numbers(values, name)
    if len(found) != 2:
        raise ValueError(f"{name} has to be two numbers.")
    return found[0], found[1]


def rectangle(rows: object, name: str) -> list[list[float]]:
    """A rectangle of finite numbers, at least one row and one column."""
    found = [numbers(line, f"{name}, row {at}") for at, line in enumerate(row(rows, name), 1)]
    if not found:
        raise ValueError(f"{name} is empty.")
    if len({len(line) for line in found}) > 1:
        raise ValueError(f"{name} has rows of different length.")
    return found


def _shown(value: object) -> str:
    return repr(value)[:40]
