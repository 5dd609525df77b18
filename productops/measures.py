"""Numbers that the apps declare about themselves, and the words every number is described by.

``metrics`` turns what this registry holds into KPIs, series, observations and marks; facts
beside audit answers ask it directly.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from productops.registry import Registry


class Direction(models.TextChoices):
    UP = "up", _("Higher is better")
    DOWN = "down", _("Lower is better")
    BAND = "band", _("Inside a band is better")
    NEUTRAL = "neutral", _("Neither is better")


class Cadence(models.TextChoices):
    DAY = "day", _("Daily")
    WEEK = "week", _("Weekly")
    MONTH = "month", _("Monthly")
    QUARTER = "quarter", _("Quarterly")


class Aggregation(models.TextChoices):
    """How the observations of one period become its value. A stock is ``last``, a flow ``sum``."""

    SUM = "sum", _("Sum")
    MEAN = "mean", _("Mean")
    MEDIAN = "median", _("Median")
    MIN = "min", _("Smallest")
    MAX = "max", _("Largest")
    LAST = "last", _("Last")
    COUNT = "count", _("Count")
    RATIO = "ratio", _("Ratio of sums")
    P85 = "p85", _("85th percentile")
    P95 = "p95", _("95th percentile")


class Empty(models.TextChoices):
    GAP = "gap", _("A period without data is a gap")
    ZERO = "zero", _("A period without data is zero")


Value = float | tuple[float, float]


@dataclass(frozen=True)
class Measure:
    """``compute(on)`` gives value, or (numerator, denominator), for each subject id, in a
    constant number of queries, as of the end of the organisation's date ``on``."""

    key: str
    name: str | Promise
    unit: str
    direction: Direction
    cadence: Cadence
    aggregation: Aggregation
    subject_kind: str
    compute: Callable[[date], dict[int, Value]]
    purpose: str | Promise = ""  # translated where it is shown


_measures: Registry[Measure] = Registry("measures")


def measure(
    key: str,
    *,
    name: str | Promise,
    unit: str,
    direction: Direction,
    cadence: Cadence,
    aggregation: Aggregation,
    subject_kind: str,
    purpose: str | Promise = "",
):
    """Declare the decorated function as a measure named ``app.kebab-noun``."""

    def declare(compute: Callable[[date], dict[int, Value]]):
        _measures.add(
            key,
            Measure(
                key, name, unit, direction, cadence, aggregation, subject_kind, compute, purpose
            ),
        )
        return compute

    return declare


def all_measures() -> list[Measure]:
    return list(_measures)


def measure_named(key: str) -> Measure | None:
    return _measures.get(key)
