"""The application measures itself: its registry becomes KPIs, series and observations."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import structlog
from django.db import DatabaseError, transaction
from django.utils import timezone

from metrics.actions.founding import Founding, found_kpis, series_of
from metrics.actions.ingest import Row, delete_observations, record_observations, trying_again
from metrics.models import Observation
from objectives.models import Kpi
from productops import clock
from productops.measures import Aggregation, Cadence, Direction, Measure, Value, all_measures
from productops.parsing import to_slug
from teams.models import Person, Subject

BY_MEASURE = "measure"  # external_id: a second run of a day corrects the first
log = structlog.get_logger()


@dataclass
class Measured:
    """How many numbers were written, and the keys of measures that failed."""

    values: int = 0
    failed: list[str] = field(default_factory=list)


def record_measures(
    *, on: date, by: Person | None, measures: Sequence[Measure] | None = None
) -> Measured:
    """Write what every measure says of the end of the organisation's date ``on``.

    A measure that fails does not keep the others from being written.
    """
    done = Measured()
    for measure in all_measures() if measures is None else measures:
        try:
            done.values += record_measure(measure, on=on, by=by)
        except (DatabaseError, ArithmeticError, LookupError, TypeError, ValueError):
            log.exception("measure_failed", measure=measure.key)
            done.failed.append(measure.key)
    return done


def backfill(*, first: date, last: date, by: Person | None) -> Measured:
    """Write the measures of every day from ``first`` to ``last``, for a story that began then."""
    done = Measured()
    for days in range((last - first).days + 1):
        found = record_measures(on=first + timedelta(days=days), by=by)
        done.values += found.values
        done.failed = sorted({*done.failed, *found.failed})
    return done


@trying_again
@transaction.atomic
def record_measure(measure: Measure, *, on: date, by: Person | None) -> int:
    """Write one measure's numbers of one day; how many there are."""
    now = timezone.now()
    kpi = kpi_of(measure, now=now)
    found = in_percent(measure, measure.compute(on))
    series = series_by_subject(kpi, set(found))
    at = clock.start_of(on).astimezone(UTC)
    rows = list(rows_of(found, series, on, at, measure.aggregation))
    drop_others(kpi, {row.series_id for row in rows}, on, at, by)
    record_observations(rows=rows, by=by, now=now)
    return len(rows)


def kpi_of(measure: Measure, *, now: datetime) -> Kpi:
    """The KPI that a measure feeds. Whatever people made of it since stays as it is."""
    founding = Founding(
        slug=to_slug(measure.key),
        name=str(measure.name),
        cadence=Cadence(measure.cadence),
        aggregation=Aggregation(measure.aggregation),
        direction=Direction(measure.direction),
        unit=str(measure.unit),
        purpose=str(measure.purpose),
        measure=measure.key,
        subject_kind=measure.subject_kind,
    )
    found = Kpi.with_trash.filter(slug=founding.slug).first()
    if found is None:
        found_kpis(kpis=[founding], by=None, now=now)
        found = Kpi.with_trash.get(slug=founding.slug)
    return found


def series_by_subject(kpi: Kpi, subject_ids: set[int]) -> dict[int, int]:
    """The series of each subject that exists; those that are missing begin now."""
    subjects = Subject.objects.filter(pk__in=subject_ids).values_list("pk", flat=True)
    found = series_of({(kpi.pk, subject_id) for subject_id in subjects})
    return {subject_id: pk for (_kpi, subject_id), pk in found.items()}


def in_percent(measure: Measure, found: Mapping[int, Value]) -> Mapping[int, Value]:
    """Ratios that are shown in percent count their numerators in hundredths: a value is always
    the numerator by the denominator, in the KPI's unit."""
    if measure.unit != "%":
        return found
    return {
        subject_id: (value[0] * 100, value[1]) if isinstance(value, tuple) else value
        for subject_id, value in found.items()
    }


def rows_of(
    found: Mapping[int, Value],
    series: Mapping[int, int],
    on: date,
    at: datetime,
    aggregation: str,
) -> Iterator[Row]:
    """Observations of what a measure computed. Raises ValueError for the wrong kind of number."""
    for subject_id, value in sorted(found.items()):
        if isinstance(value, tuple) != (aggregation == Aggregation.RATIO):
            raise ValueError("A ratio gives (numerator, denominator), all else one number.")
        figures: tuple[float | None, ...] = (
            (None, *map(float, value)) if isinstance(value, tuple) else (float(value), None, None)
        )
        if subject_id in series:
            yield Row(series[subject_id], on, at, BY_MEASURE, *figures)


def drop_others(kpi: Kpi, kept: set[int], on: date, at: datetime, by: Person | None) -> None:
    """Delete what an earlier run of the day said of subjects that are not measured any more."""
    rows = Observation.objects.filter(series__kpi=kpi, on=on, at=at, external_id=BY_MEASURE)
    keys = rows.exclude(series__in=kept).values_list("series_id", "on", "at", "external_id")
    if others := list(keys):
        delete_observations(keys=others, by=by)
