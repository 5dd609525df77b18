"""Celery's shells, each a slice of one queue: rows say what, the message is only a bell."""

from celery import shared_task

from metrics.actions import definitions, source_runs, telling
from metrics.actions import recompute as recomputing

SLICE_S = 50.0  # less than a minute, or the broker would deliver the message twice


@shared_task
def recompute() -> None:
    recomputing.work_slice(SLICE_S)


@shared_task
def apply_definitions() -> None:
    definitions.work_slice(SLICE_S)


@shared_task
def read_sources() -> None:
    source_runs.work_slice(SLICE_S)


@shared_task
def tell_alerts() -> None:
    telling.work_slice(SLICE_S)
