"""Two sources of the demo: one that works, and one that has failed for two days.

Both are read by hand, so that the demo reaches out to nobody.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from metrics.choices import Every, RunState, SourceState, Trigger
from metrics.models import Source, SourceRun, SourceSeries
from productops import clock
from productops.demo import Story

FETCHED, ASKED = "lead-time-for-change", "time-to-first-answer-on-requests"
FAILED_FOR_DAYS = 2
RUNS = 5
FAULT = "The source answers with status 503; it may be better later."


def load(story: Story) -> None:
    now = min(clock.start_of(story.on) + timedelta(hours=6, minutes=10), timezone.now())
    _works(story, now)
    _fails(story, now)


def _works(story: Story, now: datetime) -> None:
    source = _source(
        story,
        name="Delivery export",
        slug="delivery-export",
        address="https://files.halden.example/delivery.csv",
        kpi=FETCHED,
        now=now,
    )
    for week in range(RUNS, -1, -1):
        _run(source, now - timedelta(weeks=week), created=1, unchanged=12)
    _feeds(story, source, FETCHED, now)


def _fails(story: Story, now: datetime) -> None:
    began = now - timedelta(days=FAILED_FOR_DAYS)
    source = _source(
        story,
        name="Service desk",
        slug="service-desk",
        address="https://desk.halden.example/answers.csv",
        kpi=ASKED,
        now=began - timedelta(days=1),
        failing_since=began,
        last_error=FAULT,
        attempts=FAILED_FOR_DAYS + 1,
        stale_hours=36,
    )
    for day in range(RUNS, FAILED_FOR_DAYS, -1):
        _run(source, now - timedelta(days=day), created=1, unchanged=6)
    for day in range(FAILED_FOR_DAYS, -1, -1):
        _run(source, now - timedelta(days=day), state=RunState.FAILED, note=FAULT)
    _feeds(story, source, ASKED, began - timedelta(days=1))


def _source(story: Story, *, address: str, kpi: str, now: datetime, **fields) -> Source:
    return Source.objects.create(
        kind="file_url",
        settings={"url": address, "decimal": "."},
        mapping={"exact": True, "map": {"at": "week", "value": "value"}, "fixed": {"kpi": kpi}},
        owner=story.cast["ines"],
        every=Every.HAND,
        state=SourceState.ACTIVE,
        last_ok_at=now,
        **fields,
    )


def _run(source: Source, at: datetime, **fields) -> None:
    SourceRun.objects.create(
        source=source,
        **{
            "trigger": Trigger.HAND,
            "state": RunState.DONE,
            "started_at": at,
            "ended_at": at + timedelta(seconds=2),
        }
        | fields,
    )


def _feeds(story: Story, source: Source, slug: str, at: datetime) -> None:
    first = at - timedelta(weeks=RUNS)
    SourceSeries.objects.create(source=source, series=story.cast[slug], first_at=first, last_at=at)
