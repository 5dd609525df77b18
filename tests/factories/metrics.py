"""The smallest legal rows of metrics, and numbers laid into series without going through ingest."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from metrics.actions.facts import spans_by_series
from metrics.actions.marking import mark, periods_of_days
from metrics.actions.recompute import work_batch
from metrics.choices import ImprovementState
from metrics.models import (
    Comment,
    Exclusion,
    Improvement,
    Mark,
    Note,
    Observation,
    Recheck,
    Registration,
    Segment,
    SeriesState,
    Verdict,
)
from objectives.models import Series
from productops import clock
from productops.measures import Direction
from teams.models import Subject
from tests.factories.objectives import SeriesFactory
from tests.factories.teams import PersonFactory

NOW = datetime.fromisoformat("2026-06-30T12:00:00+00:00")
TODAY = date(2026, 6, 30)  # a Tuesday


class ObservationFactory(DjangoModelFactory):
    class Meta:
        model = Observation

    series = factory.SubFactory(SeriesFactory)
    on = date(2026, 1, 5)
    at = factory.LazyAttribute(lambda observation: clock.start_of(observation.on))
    value = 1.0


class CommentFactory(DjangoModelFactory):
    class Meta:
        model = Comment

    series = factory.SubFactory(SeriesFactory)
    period = date(2026, 6, 22)
    text = "Why?"
    author = factory.SubFactory(PersonFactory)


class ExclusionFactory(DjangoModelFactory):
    class Meta:
        model = Exclusion

    reason = "A holiday"


class NoteFactory(DjangoModelFactory):
    class Meta:
        model = Note

    on = date(2026, 6, 22)
    text = "A launch"


class SegmentFactory(DjangoModelFactory):
    class Meta:
        model = Segment

    series = factory.SubFactory(SeriesFactory)
    from_period = date(2026, 1, 5)


class ImprovementFactory(DjangoModelFactory):
    class Meta:
        model = Improvement

    title = factory.Sequence(lambda n: f"Improvement {n}")
    kind = "structure"
    subject = factory.LazyFunction(Subject.organisation)
    owner = factory.SubFactory(PersonFactory)


class RegistrationFactory(DjangoModelFactory):
    class Meta:
        model = Registration

    improvement = factory.SubFactory(ImprovementFactory)
    series = factory.SubFactory(SeriesFactory)
    direction = Direction.UP


class VerdictFactory(DjangoModelFactory):
    class Meta:
        model = Verdict

    registration = factory.SubFactory(RegistrationFactory)
    result = "no_change"
    data_sha256 = "0" * 64
    judged_at = NOW


class RecheckFactory(DjangoModelFactory):
    """An improvement that was found to have faded."""

    class Meta:
        model = Recheck

    registration = factory.SubFactory(RegistrationFactory)
    days = 90
    due_on = TODAY
    result = "faded"
    checked_at = NOW


def weeks_before(count: int, day: date = TODAY) -> list[date]:
    """The first days of the ``count`` newest weeks that are over by ``day``."""
    monday = day - timedelta(days=day.weekday())
    return [monday - timedelta(weeks=back) for back in range(count, 0, -1)]


def live_on(weeks_ago: int) -> date:
    """The Monday since which so many weeks are over."""
    return weeks_before(1)[0] + timedelta(weeks=1 - weeks_ago)


def promised_on(series: Series, *, weeks_ago: int, **words) -> Registration:
    """A locked promise on the series, live for so many weeks; words that begin with ``change_``
    are those of its improvement."""
    own = {name: value for name, value in words.items() if not name.startswith("change_")}
    of_change = {name[7:]: value for name, value in words.items() if name not in own}
    improvement = ImprovementFactory(
        **({"state": ImprovementState.LIVE, "go_live_on": live_on(weeks_ago)} | of_change)
    )
    return RegistrationFactory(improvement=improvement, series=series, locked_at=NOW, **own)


def observe(
    series: Series, days_and_values: Iterable[tuple[date, float]], external_id: str = ""
) -> None:
    """Write one observation a day, with the marks that belong to it."""
    rows = [
        Observation(
            series=series,
            on=day,
            at=clock.start_of(day),
            external_id=external_id,
            value=value,
        )
        for day, value in days_and_values
    ]
    Observation.objects.bulk_create(rows)
    spans = spans_by_series([series.pk])
    mark(periods_of_days([(series.pk, row.on) for row in rows], spans), now=NOW)


def settle(today: date = TODAY, now: datetime = NOW) -> None:
    """Compute whatever is pending."""
    while Mark.objects.workable(now).exists():
        work_batch(today=today, now=now)


def weekly_series(values: Iterable[float], today: date = TODAY, **kwargs) -> Series:
    """A series with one value a week, the last in the newest closed week, and computed."""
    series = kwargs.pop("series", None) or SeriesFactory(**kwargs)
    numbers = list(values)
    observe(series, zip(weeks_before(len(numbers), today), numbers, strict=True))
    settle(today)
    return series


def state_of(series: Series) -> SeriesState:
    return SeriesState.objects.get(series=series)
