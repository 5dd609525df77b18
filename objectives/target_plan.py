"""Targets of a series by month or quarter: which periods lie ahead, what holds in them. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date

Bounds = tuple[float | None, float | None]  # at least, at most
Step = tuple[date, float | None, float | None]  # from this day on
MONTHS_AHEAD = 12
GRAINS = {"month": 1, "quarter": 3}  # months of a period
NONE: Bounds = (None, None)


def periods_ahead(today: date, grain: str) -> list[date]:
    """The first days of the periods that begin within twelve months, the first from today on:
    what has begun stays as it was read."""
    months = GRAINS[grain]
    first = date(today.year, 1 + (today.month - 1) // months * months, 1)
    if first < today:
        first = months_after(first, months)
    return [months_after(first, ahead) for ahead in range(0, MONTHS_AHEAD, months)]


def months_after(first: date, months: int) -> date:
    """The first of the month so many months later."""
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def held_on(day: date, steps: Iterable[Step]) -> Bounds:
    """What holds on a day by ``steps``, oldest first."""
    held = NONE
    for begins, low, high in steps:
        if begins <= day:
            held = (low, high)
    return held


def straight(first: float, last: float, number: int) -> list[float]:
    """Values in a straight line, both ends included, to four digits."""
    if number < 2:
        return [first][:number]
    way = last - first
    between = [float(f"{first + way * step / (number - 1):.4g}") for step in range(number)]
    return [first, *between[1:-1], last]


def only_changes(held: Bounds, steps: Sequence[Step]) -> list[Step]:
    """The steps at which something else begins to hold; one without a bound is as before."""
    found = []
    for day, low, high in steps:
        if (low, high) not in (NONE, held):
            held = (low, high)
            found.append((day, low, high))
    return found
