"""Many at once, on PostgreSQL: SQLite has one writer, so there is nothing to race there."""

import threading

import pytest
from django.db import connection, connections, transaction

from metrics.actions import definitions, recompute
from metrics.actions.improvements import rule
from metrics.actions.ingest import Row, record_observations, trying_again
from metrics.actions.intake import take_observations
from metrics.models import (
    Mark,
    Observation,
    ObservationRevision,
    Registration,
    SeriesState,
    Snapshot,
    Verdict,
)
from metrics.verify import check_snapshots
from objectives.models import Series
from productops import clock
from tests.factories.metrics import NOW, TODAY, observe, promised_on, settle, weeks_before
from tests.factories.objectives import KpiVersionFactory, SeriesFactory
from tests.process.installation import eventually

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs several writers at once"),
]


def at_once(count: int, act) -> list[BaseException]:
    """Run ``act(number)`` in as many threads that begin together; what they raised."""
    failures: list[BaseException] = []
    gate = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            gate.wait()
            act(number)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


def test_writers_and_workers_at_once_lose_nothing():
    series = [SeriesFactory(version__aggregation="sum") for _ in range(4)]
    days = weeks_before(8)

    def act(number: int) -> None:
        if number % 2:
            for _ in range(15):
                recompute.work_batch(today=TODAY, now=NOW, most=5)
            return
        for turn in range(5):
            rows = [
                Row(s.pk, day, clock.start_of(day), f"{number}-{turn}", 1.0, None, None)
                for s in (series if number % 4 else reversed(series))
                for day in days
            ]
            trying_again(record_observations)(rows=rows, by=None)

    failures = at_once(6, act)
    settle()

    assert failures == []
    assert Observation.objects.count() == 3 * 5 * 4 * 8
    assert set(Snapshot.objects.values_list("value", flat=True)) == {15.0}
    assert list(check_snapshots()) == []


def test_two_workers_do_not_take_the_same_marks():
    for _ in range(3):
        observe(SeriesFactory(), [(day, 1.0) for day in weeks_before(10)])
    taken: list = []

    def act(_number: int) -> None:
        with transaction.atomic():
            taken.extend(recompute.claim(now=NOW, most=10))
            gate.wait()

    gate = threading.Barrier(3)
    failures = at_once(3, act)

    assert failures == []
    assert sum(claim.count for claim in taken) == 30
    assert len({claim[:2] for claim in taken}) == len(taken)


def test_a_worker_that_dies_gives_its_marks_back_at_once():
    observe(SeriesFactory(), [(day, 1.0) for day in weeks_before(3)])
    held, died = threading.Event(), threading.Event()

    def act(_number: int) -> None:
        with transaction.atomic():
            recompute.claim(now=NOW, most=10)
            held.set()
            died.wait(10)
            connection.close()  # as a killed process leaves it

    worker = threading.Thread(target=at_once, args=(1, act))
    worker.start()
    held.wait(10)
    meanwhile = recompute.work_batch(today=TODAY, now=NOW)
    died.set()
    worker.join(10)
    # The server notices in a moment that nobody is there any more, and not by our clock.
    after = eventually(lambda: any(done := recompute.work_batch(today=TODAY, now=NOW)) and done)

    assert (meanwhile, after) == ((0, 0), (3, 3))


def test_the_later_of_two_workers_on_one_series_reads_what_the_earlier_wrote():
    series = SeriesFactory()
    observe(series, zip(weeks_before(20), map(float, range(20)), strict=True))

    failures = at_once(4, lambda _n: recompute.work_batch(today=TODAY, now=NOW, most=5))

    assert failures == []
    state = SeriesState.objects.get()
    assert len(state.recent) == 20
    assert state.latest == 19.0


def test_a_series_that_two_writers_begin_is_begun_once():
    KpiVersionFactory(kpi__slug="lead-time", low=3.0, direction="up")

    def act(number: int) -> None:
        cell = {"kpi": "lead-time", "at": "2026-01-05", "value": 1, "external_id": str(number)}
        take_observations(raws=[(0, cell)], by=None)

    failures = at_once(6, act)

    assert failures == []
    assert Series.objects.get().targets.count() == 1
    assert Observation.objects.count() == 6


def test_the_same_rows_from_many_writers_are_one_observation_each():
    series = SeriesFactory()
    days = weeks_before(6)
    seen: list = []

    def act(number: int) -> None:
        rows = [Row(series.pk, day, clock.start_of(day), "", 1.0, None, None) for day in days]
        ordered = rows if number % 2 else rows[::-1]
        tally = trying_again(record_observations)(rows=ordered, by=None)
        seen.append((tally.created, tally.updated, tally.unchanged))

    failures = at_once(6, act)

    assert failures == []
    assert Observation.objects.count() == 6
    assert sum(created for created, _updated, _unchanged in seen) == 6
    assert Mark.objects.filter(wanted=1).count() == 6


def test_many_corrections_of_one_row_keep_every_former_value():
    series = SeriesFactory()
    day = weeks_before(1)[0]
    observe(series, [(day, -1.0)])

    def act(number: int) -> None:
        row = Row(series.pk, day, clock.start_of(day), "", float(number), None, None)
        trying_again(record_observations)(rows=[row], by=None)

    failures = at_once(8, act)

    assert failures == []
    last = Observation.objects.get().value
    former = set(ObservationRevision.objects.values_list("value", flat=True))
    assert former | {last} == {-1.0, *map(float, range(8))}
    assert Mark.objects.get().wanted == 9


def test_a_definition_waits_for_those_who_write_by_the_former_one():
    series = SeriesFactory()
    definitions.work_slice(1)
    KpiVersionFactory(
        kpi=series.kpi, cadence="month", restates_history=True, valid_from="2020-01-01"
    )
    day = weeks_before(1)[0]
    wrote, may_end = threading.Event(), threading.Event()

    def write(_number: int) -> None:
        with transaction.atomic():
            record_observations(
                rows=[Row(series.pk, day, clock.start_of(day), "", 1.0, None, None)], by=None
            )
            wrote.set()
            may_end.wait(10)

    writer = threading.Thread(target=at_once, args=(1, write))
    writer.start()
    wrote.wait(10)
    applier = threading.Thread(target=at_once, args=(1, lambda _n: definitions.work_slice(1)))
    applier.start()
    applier.join(0.5)
    waited = applier.is_alive()
    may_end.set()
    writer.join(10)
    applier.join(10)
    settle()

    assert waited
    assert list(check_snapshots()) == []


def test_a_series_and_its_dose_that_come_in_at_a_time_are_judged_together():
    usual = [10.0, 12.0, 11.0, 13.0, 9.0, 11.0, 12.0, 10.0, 11.0, 12.0, 10.0, 11.0]
    values = usual + [value + 10 for value in usual[:8]]
    promises = []
    for _number in range(3):
        series, dose = SeriesFactory(), SeriesFactory()
        promises.append(
            promised_on(series, weeks_ago=8, change_dose_series=dose, change_dose_level=80)
        )
        observe(series, zip(weeks_before(20), values, strict=True))
        observe(dose, [(day, 90.0) for day in weeks_before(8)])

    failures = at_once(4, lambda _n: [recompute.work_batch(today=TODAY, now=NOW, most=7)
                                      for _turn in range(12)])  # fmt: skip
    settle()

    assert failures == []
    found = Verdict.objects.values_list("registration", "basis", "result").order_by("pk")
    assert sorted(found) == sorted(
        (promise.pk, basis, "improved")
        for promise in promises
        for basis in ("decided", "delivered")
    )


def test_owners_rule_while_workers_judge():
    usual = [10.0, 12.0, 11.0, 13.0, 9.0, 11.0, 12.0, 10.0, 11.0, 12.0, 10.0, 11.0]
    promises = []
    for _number in range(4):
        series = SeriesFactory()
        promises.append(promised_on(series, weeks_ago=8))
        observe(series, zip(weeks_before(20), usual + usual[:8], strict=True))
    settle()

    def act(number: int) -> None:
        if number % 2:
            for turn in range(4):
                for promise in promises:
                    day = weeks_before(1)[0]
                    observe(promise.series, [(day, float(turn))], f"{number}-{turn}")
                trying_again(recompute.work_batch)(today=TODAY, now=NOW)
            return
        for promise in promises[number::4]:
            improvement, owner = promise.improvement, promise.improvement.owner
            rule(improvement=improvement, ruling="extend", by=owner)

    failures = at_once(6, act)
    settle()

    assert failures == []
    windows = {one.window_periods for one in Registration.objects.all()}
    assert windows == {8, 16}
