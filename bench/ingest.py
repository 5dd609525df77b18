"""Ingest through the API, duplicate-safe, beside the database's own fastest way into that table.

PostgreSQL: COPY; SQLite: executemany in one transaction; both into a table with the same columns,
key and foreign key, empty at first as ours. Beside them Django's bulk_create. Wall time, in turns,
in batches of 1,000 and 10,000 rows; each batch is new rows, and counted afterwards. A second
figure takes the same rows once more: nothing changes, nothing is marked.
"""

import io
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from statistics import median

from bench._stage import REPETITIONS, SCALE, on_each_database, set_up, tell, wall_of

SERIES = 50
ROWS = int(60_000 * SCALE)
LEAST = {1_000: 0.45, 10_000: 0.5}
LEAST_BESIDE_ORM = 2.5
COLUMNS = 'series_id, "on", at, external_id, value'


def measure() -> None:
    set_up()
    series, client = prepare()
    for size, least in LEAST.items():
        ways = {"bare": bare, "ours": through_api(client, series), "orm": orm}
        taken = {name: [] for name in ways}
        again = []
        for _ in range(REPETITIONS):
            batches = list(in_batches(series, size))
            for name, way in ways.items():
                prepared = [way(batch) for batch in batches]
                taken[name].append(wall_of(lambda acts=prepared: [act() for act in acts]))
                check(name, len(batches) * size)
            acts = [ways["ours"](batch) for batch in batches]
            again.append(wall_of(lambda acts=tuple(acts): [act() for act in acts]))
            empty()
        report(size, least, {name: median(times) for name, times in taken.items()}, median(again))


def run_all(acts: list[Callable[[], None]]) -> None:
    for act in acts:
        act()


def report(size: int, least: float, times: dict[str, float], again: float) -> None:
    rates = {name: ROWS / taken for name, taken in times.items()}
    share, beside = rates["ours"] / rates["bare"], rates["ours"] / rates["orm"]
    figure = f"API ingest / bare load, rows a second, {size:,} a batch"
    tell(figure, rates["ours"], rates["bare"], share, share >= least)
    figure = f"API ingest / bulk_create, rows a second, {size:,} a batch"
    tell(figure, rates["ours"], rates["orm"], beside, beside >= LEAST_BESIDE_ORM)
    rate = ROWS / again
    figure = f"the same rows again / bare load, rows a second, {size:,} a batch"
    tell(figure, rate, rates["bare"], rate / rates["bare"], True)


def prepare():
    """Series about one KPI of many products, a program that may write, and the bare table."""
    from django.core.management import call_command  # noqa: PLC0415  after Django's start
    from django.test import Client  # noqa: PLC0415

    from metrics.bulk import seed_series  # noqa: PLC0415
    from objectives.models import Series  # noqa: PLC0415
    from productops.api.tokens import make_token  # noqa: PLC0415
    from productops.models import Organisation  # noqa: PLC0415
    from teams.models import Person  # noqa: PLC0415

    call_command("createcachetable", verbosity=0)
    Organisation.objects.create(pk=1, name="Bench")
    person = Person.objects.create_user("bench@example.org", name="Bench", role="ops")
    _token, secret = make_token(person, "ingest", "bench")
    seed_series(SERIES)
    series = list(Series.objects.select_related("kpi", "subject").order_by("pk"))
    make_bare_table()
    return series, Client(headers={"authorization": f"Bearer {secret}"})


def make_bare_table() -> None:
    from django.db import connection  # noqa: PLC0415

    clustered = "WITHOUT ROWID" if connection.vendor == "sqlite" else ""
    kinds = ("timestamptz", "double precision") if not clustered else ("datetime", "real")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""CREATE TABLE bench_observation (
            series_id bigint NOT NULL REFERENCES objectives_series (id)
                DEFERRABLE INITIALLY DEFERRED,
            "on" date NOT NULL, at {kinds[0]} NOT NULL, external_id varchar(200) NOT NULL,
            value {kinds[1]}, numerator {kinds[1]}, denominator {kinds[1]},
            PRIMARY KEY (series_id, "on", at, external_id)) {clustered}"""
        )


def in_batches(series: list, size: int) -> Iterator[list]:
    """The same rows for every way: hourly values of each series, a batch at a time."""
    from metrics.bulk import bulk_rows  # noqa: PLC0415

    ids = [each.pk for each in series]
    step = timedelta(hours=1)
    rows = list(bulk_rows(ids, ROWS // SERIES, step=step, seed=4, last=date(2026, 6, 28)))
    rows.sort(key=lambda row: row.at)  # as time goes by, all series report
    for start in range(0, len(rows) - size + 1, size):
        yield rows[start : start + size]


def bare(batch: list) -> Callable[[], None]:
    from django.db import connection, transaction  # noqa: PLC0415

    if connection.vendor == "postgresql":
        text = "".join(
            f"{r.series_id}\t{r.on}\t{r.at}\t{r.external_id}\t{r.value}\n" for r in batch
        )

        def copy() -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                file = io.StringIO(text)
                cursor.copy_expert(f"COPY bench_observation ({COLUMNS}) FROM STDIN", file)

        return copy
    rows = [(r.series_id, str(r.on), str(r.at)[:-6], r.external_id, r.value) for r in batch]
    sql = f"INSERT INTO bench_observation ({COLUMNS}) VALUES (%s, %s, %s, %s, %s)"

    def many() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(sql, rows)

    return many


def through_api(client, series: list) -> Callable[[list], Callable[[], None]]:
    slugs = {each.pk: each.kpi.slug for each in series}

    def prepared(batch: list) -> Callable[[], None]:
        rows = [
            {"kpi": slugs[r.series_id], "at": r.at.isoformat(), "value": r.value} for r in batch
        ]
        body = json.dumps({"observations": rows}).encode()

        def post() -> None:
            response = client.post("/api/v1/observations/", body, content_type="application/json")
            assert response.status_code == 200, response.content

        return post

    return prepared


def orm(batch: list) -> Callable[[], None]:
    from metrics.models import Observation  # noqa: PLC0415

    def create() -> None:
        Observation.objects.bulk_create(
            Observation(series_id=r.series_id, on=r.on, at=r.at, external_id="orm", value=r.value)
            for r in batch
        )

    return create


def check(name: str, count: int) -> None:
    from django.db import connection  # noqa: PLC0415

    table = {"bare": "bench_observation", "ours": "metrics_observation"}.get(name)
    if table:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone()[0] == count


def empty() -> None:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        for table in ("bench_observation", "metrics_observation", "metrics_mark"):
            cursor.execute(f"DELETE FROM {table}")
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE metrics_observation, bench_observation, metrics_mark")


if __name__ == "__main__":
    on_each_database("ingest", measure)
