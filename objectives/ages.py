"""Of when a number is, in words: every number says how old it is. Pure."""

from dataclasses import dataclass
from datetime import date

from productops import numbers
from productops.cadences import ONE_DAY, age_of_period, is_late, name_of_period, next_first


@dataclass(frozen=True)
class Age:
    """``day`` is the last one that a number is about, ``when`` names it and ``period`` the whole
    period; ``late`` says how old it is ("9 days old") where a newer one should be there by now,
    else it is empty."""

    day: date
    when: str
    period: str
    late: str = ""


def of_period(first: date, cadence: str, today: date) -> Age:
    """The number of a period that begins on ``first``."""
    day = next_first(first, cadence) - ONE_DAY
    late = age_of_period(first, cadence, today) if is_late(first, cadence, today) else ""
    name = name_of_period(first, cadence, today)
    return Age(day, numbers.short_date(day, today), name, late)


def of_day(day: date, today: date, expected_every: int | None = None) -> Age:
    """What somebody said on a day; a newer word is due after ``expected_every`` days, if at all."""
    is_late = expected_every is not None and (today - day).days > expected_every
    name = numbers.short_date(day, today)
    return Age(day, name, name, numbers.age(day, today) if is_late else "")


def oldest(ages: list[Age]) -> Age | None:
    """What a number that is worked out from several is as old as."""
    return min(ages, key=lambda age: age.day, default=None)
