"""Marks as a machine: write, correct, delete, drain, die in the middle, settle."""

from datetime import timedelta
from statistics import fmean

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from metrics import queues
from metrics.actions import recompute
from metrics.actions.ingest import Row, delete_observations, record_observations
from metrics.choices import STUCK_AFTER
from metrics.models import Mark, Observation, Snapshot
from metrics.verify import check_snapshots
from productops import clock
from tests.factories.metrics import NOW, TODAY, observe, settle, weekly_series, weeks_before
from tests.factories.objectives import KpiVersionFactory, SeriesFactory

WEEKS = weeks_before(4)


class Death(Exception):  # noqa: N818  no error, but an end
    """The end of a worker that nobody sees coming."""


class Numbers(RuleBasedStateMachine):
    """What was acknowledged is in the table; what is not pending is what the table says."""

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()  # each run begins with an empty database
        self.world.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.series = [SeriesFactory(version__aggregation="mean") for _ in range(2)]
        self.known: dict[tuple, float] = {}

    @rule(
        cells=st.lists(
            st.tuples(
                st.integers(0, 1), st.integers(0, 27), st.sampled_from("ab"), st.integers(-5, 5)
            ),
            min_size=1,
            max_size=4,
            unique_by=lambda cell: cell[:3],
        )
    )
    def add(self, cells) -> None:
        rows = []
        for place, offset, name, value in cells:
            day = WEEKS[0] + timedelta(days=offset)
            at = clock.start_of(day)
            rows.append(Row(self.series[place].pk, day, at, name, float(value), None, None))
            self.known[self.series[place].pk, day, name] = float(value)
        record_observations(rows=rows, by=None)

    @rule(place=st.integers(0, 30))
    def delete(self, place) -> None:
        if self.known:
            key = sorted(self.known)[place % len(self.known)]
            del self.known[key]
            moment = clock.start_of(key[1])
            delete_observations(keys=[(key[0], key[1], moment, key[2])], by=None)

    @rule(most=st.integers(1, 3))
    def drain(self, most) -> None:
        recompute.work_batch(today=TODAY, now=NOW, most=most)

    @rule(most=st.integers(1, 5))
    def claim_and_die(self, most) -> None:
        with pytest.raises(Death):
            publish_and_die(most)

    @rule()
    def settle(self) -> None:
        settle()
        assert not Mark.objects.pending().exists()
        expected = {}
        for (series_id, day, _name), value in self.known.items():
            period = day - timedelta(days=day.weekday())
            expected.setdefault((series_id, period), []).append(value)
        found = Snapshot.objects.known().values_list("series_id", "period", "value", "n")
        assert {(s, p): (v, n) for s, p, v, n in found} == {
            key: (pytest.approx(fmean(values)), len(values)) for key, values in expected.items()
        }

    @invariant()
    def what_is_not_pending_is_right(self) -> None:
        assert list(check_snapshots()) == []


@transaction.atomic
def publish_and_die(most: int) -> None:
    claims = recompute.claim(now=NOW, most=most)
    recompute.publish(claims, today=TODAY, now=NOW)
    raise Death


@pytest.mark.django_db
def test_whatever_is_written_drained_or_killed_the_numbers_are_right_in_the_end():
    few = settings(max_examples=8, stateful_step_count=10, deadline=None)

    run_state_machine_as_test(Numbers, settings=few)


@pytest.mark.django_db
def test_a_write_marks_each_period_once():
    series = SeriesFactory()

    observe(series, [(WEEKS[0] + timedelta(days=day), 1.0) for day in range(7)])

    mark = Mark.objects.get()
    assert (mark.period, mark.wanted, mark.done) == (WEEKS[0], 1, 0)


@pytest.mark.django_db
def test_a_mark_remembers_since_when_it_is_dirty():
    series = SeriesFactory()
    observe(series, [(WEEKS[0], 1.0)])
    Mark.objects.update(wanted_at=NOW - timedelta(days=1), rung_at=NOW)

    observe(series, [(WEEKS[0] + timedelta(days=1), 1.0)])

    mark = Mark.objects.get()
    assert (mark.wanted, mark.wanted_at, mark.rung_at) == (2, NOW - timedelta(days=1), NOW)


@pytest.mark.django_db
def test_a_clean_mark_that_is_wanted_again_is_rung_for_again():
    series = weekly_series([1.0])
    Mark.objects.update(rung_at=NOW)

    observe(series, [(weeks_before(1)[0] + timedelta(days=1), 1.0)])

    assert Mark.objects.get().rung_at is None


def poisoned():
    """A series that cannot be computed: its KPI lost its definition's way of counting."""
    series = SeriesFactory()
    observe(series, [(WEEKS[0], 1.0), (WEEKS[1], 1.0)])
    series.kpi.versions.update(aggregation="nonsense")
    return series


@pytest.mark.django_db
def test_one_bad_series_does_not_hold_up_the_others():
    bad, good = poisoned(), SeriesFactory()
    observe(good, [(WEEKS[0], 7.0)])

    taken, done = recompute.work_batch(today=TODAY, now=NOW)

    assert (taken, done) == (3, 1)
    assert Snapshot.objects.get().series == good
    failed = Mark.objects.pending()
    assert {mark.series_id for mark in failed} == {bad.pk}
    assert all("nonsense" in mark.last_error for mark in failed)


@pytest.mark.django_db
def test_a_failure_is_tried_again_later_and_in_the_end_waits_for_a_person():
    poisoned()
    now = NOW

    for _ in range(STUCK_AFTER):
        recompute.work_batch(today=TODAY, now=now)
        assert recompute.work_batch(today=TODAY, now=now) == (0, 0)
        now += timedelta(minutes=11)

    assert Mark.objects.stuck().count() == 2
    assert (queues.stuck(), queues.pending().count) == (2, 0)
    assert recompute.work_batch(today=TODAY, now=now) == (0, 0)


@pytest.mark.django_db
def test_what_was_stuck_is_tried_again_when_something_is_written():
    series = poisoned()
    Mark.objects.update(attempts=STUCK_AFTER)
    series.kpi.versions.update(aggregation="mean")

    observe(series, [(WEEKS[0] + timedelta(days=1), 3.0)])
    settle()

    assert Snapshot.objects.get(period=WEEKS[0]).value == 2


@pytest.mark.django_db
def test_the_bell_is_rung_once_for_new_marks():
    series = SeriesFactory()
    observe(series, [(WEEKS[0], 1.0), (WEEKS[1], 1.0)])

    assert (queues.ring(), queues.ring()) == (2, 0)
    assert (queues.unclaimed(0), queues.unclaimed(60)) == (2, 0)


@pytest.mark.django_db
def test_a_slice_of_work_leaves_nothing_pending():
    series = SeriesFactory()
    observe(series, [(day, 1.0) for day in WEEKS])

    assert recompute.work_slice(5) == 4
    assert queues.pending().count == 0


@pytest.mark.django_db
def test_a_snapshot_that_answers_a_later_count_is_left_alone():
    series = weekly_series([1.0])
    Snapshot.objects.update(value=99.0, seq=7)

    observe(series, [(weeks_before(1)[0] + timedelta(days=1), 1.0)])
    settle()

    assert Snapshot.objects.get().value == 99.0


@pytest.mark.django_db
def test_a_kpi_without_a_definition_is_a_failure_that_is_told():
    version = KpiVersionFactory()
    series = SeriesFactory(kpi=version.kpi)
    observe(series, [(WEEKS[0], 1.0)])
    version.delete()

    recompute.work_batch(today=TODAY, now=NOW)

    assert "definition" in Mark.objects.get().last_error
    assert Observation.objects.count() == 1
