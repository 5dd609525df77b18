"""Celery's shells, each a slice of one queue: rows say what, the message is only a bell."""

from celery import shared_task

from productops import outbox, schedule, watchdog  # noqa: F401  the watchdog hears the worker start

SLICE_S = 50.0  # less than a minute, or the broker would deliver the message twice


@shared_task
def send_outbox() -> None:
    outbox.work_slice(SLICE_S)


@shared_task
def run_due_jobs() -> None:
    schedule.work_slice(SLICE_S)
