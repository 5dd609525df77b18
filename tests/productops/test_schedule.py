from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from productops import schedule
from productops.models import DueJob
from productops.registry import Registry
from productops.schedule import Job


@pytest.fixture
def jobs(monkeypatch):
    """A page of jobs of its own."""
    page = Registry("recurring jobs")
    monkeypatch.setattr(schedule, "_jobs", page)
    return page


@pytest.fixture
def ran(jobs, db):
    """A job that runs every hour and remembers when it did; it is due."""
    moments = []
    schedule.job("test.hourly", every=timedelta(hours=1))(moments.append)
    now = timezone.now()
    schedule.keep_rows(now)
    DueJob.objects.update(next_run_at=now - timedelta(hours=5))
    return moments


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_an_interval_keeps_to_its_slots():
    job = Job("x", print, every=timedelta(minutes=15))

    assert job.next_after(at("2026-03-01T10:07")) == at("2026-03-01T10:15")
    assert job.next_after(at("2026-03-01T10:15")) == at("2026-03-01T10:30")


@pytest.mark.parametrize(
    ("now", "following"),
    [
        ("2026-01-15T01:00", "2026-01-15T01:30"),
        ("2026-01-15T01:30", "2026-01-16T01:30"),
        ("2026-07-15T01:00", "2026-07-16T00:30"),
        ("2026-03-28T12:00", "2026-03-29T01:30"),  # the clocks skip 02:30 on this day
        ("2026-10-24T12:00", "2026-10-25T00:30"),  # and come by it twice on this
    ],
)
def test_a_daily_job_follows_the_wall_clock_of_the_organisation(now, following):
    job = Job("x", print, daily_at=time(2, 30))

    assert job.next_after(at(now)) == at(following)


def test_a_job_runs_either_at_intervals_or_daily(jobs):
    for times in ({}, {"every": timedelta(hours=1), "daily_at": time(2)}):
        with pytest.raises(ValueError, match="either"):
            schedule.job("test.both", **times)


def test_missed_slots_are_run_once(ran):
    counts = [schedule.work_slice(5), schedule.work_slice(5)]

    row = DueJob.objects.get()
    assert counts == [1, 0]
    assert len(ran) == 1
    assert timezone.now() < row.next_run_at <= timezone.now() + timedelta(hours=1)
    assert (row.last_error, row.last_run_at) == ("", ran[0])


def test_a_new_job_waits_for_its_first_slot(jobs, db):
    schedule.job("test.hourly", every=timedelta(hours=1))(print)

    schedule.keep_rows(timezone.now())

    assert DueJob.objects.get().next_run_at > timezone.now()
    assert schedule.pending().count == 0


def test_a_job_that_fails_is_tried_again_soon_and_holds_up_no_other(ran):
    def fail(_at):
        raise RuntimeError("no such luck")

    schedule.job("test.failing", every=timedelta(hours=1))(fail)
    DueJob.objects.create(name="test.failing", next_run_at=timezone.now() - timedelta(hours=9))

    schedule.work_slice(5)

    row = DueJob.objects.get(name="test.failing")
    assert row.last_error == "RuntimeError: no such luck"
    assert row.next_run_at <= timezone.now() + schedule.PAUSE
    assert len(ran) == 1
    assert schedule.stuck() == 1


def test_a_slot_whose_runner_died_is_taken_over_when_its_lease_is_over(ran):
    assert schedule.claim(DueJob.objects.get(), timezone.now())
    assert schedule.work_slice(5) == 0

    DueJob.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    assert schedule.work_slice(5) == 1


def test_a_slot_in_a_far_future_is_drawn_back_after_the_clock_was_wrong(ran):
    DueJob.objects.update(next_run_at=timezone.now() + timedelta(days=400))

    schedule.keep_rows(timezone.now())

    assert DueJob.objects.get().next_run_at <= timezone.now() + timedelta(hours=1)


def test_a_job_that_nobody_declares_any_more_is_left_alone(jobs, db):
    DueJob.objects.create(name="test.gone", next_run_at=timezone.now() - timedelta(days=1))

    assert schedule.work_slice(5) == 0
    assert schedule.pending().count == 0


@pytest.mark.django_db(transaction=True)
def test_twenty_runners_run_a_slot_once(ran):
    def work(_number):
        try:
            return schedule.work_slice(5)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as runners:
        counts = list(runners.map(work, range(20)))

    assert sum(counts) == len(ran) == 1
