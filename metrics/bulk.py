"""Synthetic numbers in bulk, the same for the same seed: for ``manage.py seed`` and the benches."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

from django.utils import timezone

from metrics.actions.founding import Founding, found_kpis, series_of
from metrics.actions.ingest import Row, record_observations
from objectives.models import Kpi
from productops import clock
from productops.demo import Size
from productops.measures import Aggregation, Cadence, Direction
from teams.choices import SubjectKind
from teams.models import Subject

A_WEEK = 10  # observations of a series in a week, unless there are too many for the time
MOST_YEARS = 3
DIRECTIONS = (Direction.UP, Direction.DOWN, Direction.NEUTRAL)


def seed_numbers(size: Size) -> None:
    """KPIs, a series of each for every product (or for the organisation), and observations
    spread evenly over them."""
    series_ids = seed_series(size.kpis)
    if series_ids and size.observations:
        count = max(1, size.observations // len(series_ids))
        rows = bulk_rows(series_ids, count, step=step_of(count), seed=size.seed)
        record_observations(rows=rows, by=None)


def seed_series(kpis: int) -> list[int]:
    """The series of ``kpis`` KPIs, made if they are not there."""
    foundings = [
        Founding(
            slug=f"kpi-{number:04}",
            name=f"KPI {number:04}",
            cadence=Cadence.WEEK,
            aggregation=Aggregation.MEAN,
            direction=DIRECTIONS[number % len(DIRECTIONS)],
        )
        for number in range(1, kpis + 1)
    ]
    found_kpis(kpis=foundings, by=None, now=timezone.now())
    kpi_ids = Kpi.objects.filter(slug__in=[founding.slug for founding in foundings])
    subjects = Subject.objects.of_kind(SubjectKind.PRODUCT).values_list("pk", flat=True)
    about = list(subjects) or [Subject.organisation().pk]
    pairs = {
        (kpi_id, subject) for kpi_id in kpi_ids.values_list("pk", flat=True) for subject in about
    }
    return sorted(series_of(pairs).values()) if pairs else []


def step_of(count: int) -> timedelta:
    """The time between two observations: ten a week, or closer so that three years hold all."""
    return min(timedelta(weeks=1) / A_WEEK, timedelta(days=365 * MOST_YEARS) / count)


def bulk_rows(
    series_ids: Sequence[int], count: int, *, step: timedelta, seed: int, last: date | None = None
) -> Iterator[Row]:
    """``count`` observations for each series, ``step`` apart, the last at the end of ``last``.

    Values wander about a level of their own, as those of real processes do.
    """
    end = clock.start_of(last or date(2026, 6, 28)).astimezone(UTC)
    moments = [end - step * (count - number) for number in range(count)]
    days = [clock.day_of(moment) for moment in moments]
    chance = Random(seed)
    for series_id in series_ids:
        yield from of_series(series_id, days, moments, chance)


def of_series(
    series_id: int, days: Sequence[date], moments: Sequence[datetime], chance: Random
) -> Iterator[Row]:
    level, spread = chance.uniform(20, 200), chance.uniform(1, 10)
    for on, at in zip(days, moments, strict=True):
        value = round(level + spread * (chance.random() + chance.random() - 1.0) * 3, 3)
        yield Row(series_id, on, at, "", value, None, None)
