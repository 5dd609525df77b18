"""Full recompute: every period of every KPI by the product's own path, beside ONE SQL statement.

The statement groups all observations by period, takes the moving range by a window function and
upserts the periods into a table keyed as ours. Ours claims marks, computes, publishes and notes
them as done; the second figure adds what follows: limits, signals, states, verdicts. CPU time,
ours and the server's, in turns. A thousand KPIs, sixty months, a million observations (times
SCALE).
"""

from datetime import date, timedelta
from statistics import median

from bench._stage import REPETITIONS, SCALE, cpu_of, on_each_database, set_up, tell

KPIS = 1_000
OBSERVATIONS = int(1_000_000 * SCALE)
DAYS = 365 * 5 - 1
TODAY = date(2026, 7, 1)
MOST = 1.3
MONTH = {
    "postgresql": "date_trunc('month', \"on\"::timestamp)::date",
    "sqlite": "date(\"on\", 'start of month')",
}
TABLE = """
CREATE TABLE bench_snapshot (series_id bigint NOT NULL, period date NOT NULL,
    kpi_version_id bigint, value double precision, mr double precision, n integer, seq bigint,
    computed_at timestamp, PRIMARY KEY (series_id, period)) {clustered}
"""
STATEMENT = """
INSERT INTO bench_snapshot
SELECT series_id, period, 1, value,
    abs(value - lag(value) OVER (PARTITION BY series_id ORDER BY period)), n, 1, '2026-06-30'
FROM (SELECT series_id, {month} AS period, avg(value) AS value, count(*) AS n
      FROM metrics_observation GROUP BY series_id, {month}) AS grouped
WHERE true
ON CONFLICT (series_id, period) DO UPDATE SET value = excluded.value, mr = excluded.mr,
    n = excluded.n, seq = excluded.seq, computed_at = excluded.computed_at
"""


def measure() -> None:
    set_up()
    load()
    prepare()
    turn()  # the first fills the tables; afterwards all ways renew what is there
    check()
    taken = [turn() for _ in range(REPETITIONS)]
    one, numbers, whole = (median(times) for times in zip(*taken, strict=True))
    for name, ours in (("marks to snapshots", numbers), ("marks to verdicts", whole)):
        figure = f"full recompute, {name} / one SQL statement, CPU s"
        tell(figure, ours, one, ours / one, ours / one <= MOST)


def turn() -> tuple[float, float, float]:
    one = cpu_of(statement)
    want_all()
    numbers = cpu_of(publish_numbers)
    want_all()
    return one, numbers, cpu_of(publish_all)


def statement() -> None:
    from django.db import connection, transaction  # noqa: PLC0415  after Django's start

    with transaction.atomic():
        run(STATEMENT.format(month=MONTH[connection.vendor]))


def publish_numbers() -> None:
    from django.db import transaction  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from metrics.actions import recompute  # noqa: PLC0415
    from metrics.actions.facts import spans_by_series  # noqa: PLC0415

    claims = [None]
    while claims:
        with transaction.atomic():
            claims = recompute.claim(now=timezone.now(), most=recompute.BATCH)
            spans = spans_by_series({each.series_id for each in claims})
            recompute.publish_numbers(claims, spans, today=TODAY, now=timezone.now())


def publish_all() -> None:
    from django.utils import timezone  # noqa: PLC0415

    from metrics.actions.recompute import work_batch  # noqa: PLC0415

    while work_batch(today=TODAY, now=timezone.now())[0]:
        pass


def want_all() -> None:
    from django.db import connection  # noqa: PLC0415

    run("UPDATE metrics_mark SET wanted = wanted + 1")
    if connection.vendor == "postgresql":
        for table in ("metrics_mark", "metrics_snapshot", "bench_snapshot"):
            run(f"VACUUM ANALYZE {table}")


def run(sql: str) -> None:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(sql)


def load() -> None:
    """Observations and their marks, as an import leaves them."""
    from metrics.actions.ingest import record_observations  # noqa: PLC0415
    from metrics.bulk import bulk_rows, seed_series  # noqa: PLC0415
    from objectives.models import KpiVersion  # noqa: PLC0415

    series_ids = seed_series(KPIS)
    KpiVersion.objects.update(cadence="month")
    count = OBSERVATIONS // KPIS
    step = timedelta(days=DAYS) / count
    record_observations(rows=bulk_rows(series_ids, count, step=step, seed=1), by=None)


def prepare() -> None:
    from django.db import connection  # noqa: PLC0415

    clustered = "WITHOUT ROWID" if connection.vendor == "sqlite" else ""
    run(TABLE.format(clustered=clustered))
    if connection.vendor == "postgresql":
        run("VACUUM ANALYZE metrics_observation")
        # One process on each side, so that CPU time says what was done.
        run("SET max_parallel_workers_per_gather = 0")


def check() -> None:
    """Both ways gave the same numbers, and ours left nothing undone."""
    from django.db import connection  # noqa: PLC0415
    from django.db.models import Sum  # noqa: PLC0415

    from metrics.models import Mark, SeriesState, Snapshot  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(value) FROM bench_snapshot")
        count, total = cursor.fetchone()
    assert Snapshot.objects.count() == count > KPIS
    assert abs(Snapshot.objects.aggregate(total=Sum("value"))["total"] - total) < 1e-6 * total
    assert not Mark.objects.pending().exists()
    assert SeriesState.objects.count() == KPIS


if __name__ == "__main__":
    on_each_database("recompute", measure)
