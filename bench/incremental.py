"""One new observation to its published snapshot, while the history grows a hundredfold and more.

Ten observations a week in each of a hundred series; the newest week gets one more, is marked,
claimed, computed, published and read. Wall time of many such turns, at a small and at a large
history: SCALE=1 goes to a million observations, SCALE=10 to ten million. Beside it: the refresh
of a quarter of 2,160 observations and of a day of 24, from its mark to all that follows, without
the write.
"""

from datetime import UTC, date, datetime, timedelta
from statistics import median, quantiles

from bench._stage import SCALE, on_each_database, set_up, tell, wall_of

SERIES = 100
SMALL, LARGE = 10_000, int(1_000_000 * SCALE)
TURNS = 150
TODAY = date(2026, 7, 1)
WITHIN = date(2026, 3, 18)  # a day of a quarter that is full of numbers
P50, P95, QUARTER = 1.2, 1.5, 3.0


def measure() -> None:
    set_up()
    small = grown_to(SMALL, 0)
    large = grown_to(LARGE, SMALL)
    for name, limit in (("p50", P50), ("p95", P95)):
        growth = large[name] / small[name]
        figure = f"one observation to its snapshot, {SMALL:,} -> {LARGE:,} rows, {name} ms"
        tell(figure, large[name] * 1000, small[name] * 1000, growth, growth <= limit)
    quarter_beside_day()


def grown_to(count: int, before: int) -> dict[str, float]:
    """Fill up to ``count`` observations, settle, and time one more, again and again."""
    from metrics.actions.ingest import record_observations  # noqa: PLC0415  after Django's start
    from metrics.bulk import bulk_rows, seed_series  # noqa: PLC0415

    series_ids = seed_series(SERIES)
    step = timedelta(weeks=1) / 10
    last = date(2026, 6, 28) - (before // SERIES) * step
    rows = bulk_rows(series_ids, (count - before) // SERIES, step=step, seed=2, last=last)
    record_observations(rows=rows, by=None)
    settle()
    vacuum()
    one_more(series_ids[0], -1)  # the first is slow for other reasons
    taken = [wall_of(lambda n=n: one_more(series_ids[n % SERIES], n)) for n in range(TURNS)]
    return {"p50": median(taken), "p95": quantiles(taken, n=20)[-1]}


def one_more(series_id: int, number: int) -> None:
    from metrics.actions.ingest import Row, record_observations  # noqa: PLC0415

    at = datetime(2026, 6, 24, tzinfo=UTC)
    name = f"{at.timestamp()}-{number}-{turn_name()}"
    record_observations(rows=[Row(series_id, at.date(), at, name, 50.0, None, None)], by=None)
    settle()


names = iter(range(10**9))


def turn_name() -> int:
    return next(names)


def settle() -> None:
    from django.utils import timezone  # noqa: PLC0415

    from metrics.actions.recompute import work_batch  # noqa: PLC0415

    while work_batch(today=TODAY, now=timezone.now())[0]:
        pass


def vacuum() -> None:
    from django.db import connection  # noqa: PLC0415

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def quarter_beside_day() -> None:
    """What the number of rows in the period costs: hourly data by the quarter and by the day."""
    from metrics.actions.founding import Founding, found_kpis, series_of  # noqa: PLC0415
    from metrics.actions.ingest import record_observations  # noqa: PLC0415
    from metrics.bulk import bulk_rows  # noqa: PLC0415
    from objectives.models import Kpi  # noqa: PLC0415
    from teams.models import Subject  # noqa: PLC0415

    taken = {}
    for cadence in ("quarter", "day"):
        founding = Founding(f"hourly-{cadence}", f"Hourly by {cadence}", cadence)
        found_kpis(kpis=[founding], by=None, now=datetime.now(UTC))
        kpi = Kpi.objects.get(slug=founding.slug)
        (series_id,) = series_of({(kpi.pk, Subject.organisation().pk)}).values()
        rows = bulk_rows([series_id], 24 * 365, step=timedelta(hours=1), seed=3)
        record_observations(rows=rows, by=None)
        settle()
        taken[cadence] = series_id
    vacuum()
    times = {cadence: [] for cadence in taken}
    for _turn in range(TURNS // 2):
        for cadence, series_id in taken.items():
            want(series_id)
            times[cadence].append(wall_of(settle))
    check_rows(taken)
    quarter, day = median(times["quarter"]), median(times["day"])
    figure = "refresh of a quarter of 2,160 rows / of a day, p50 ms"
    tell(figure, quarter * 1000, day * 1000, quarter / day, quarter / day <= QUARTER)


def want(series_id: int) -> None:
    """Mark the period of a full day within a full quarter, as a write would."""
    from django.utils import timezone  # noqa: PLC0415

    from metrics.actions.facts import spans_by_series  # noqa: PLC0415
    from metrics.actions.marking import mark, periods_of_days  # noqa: PLC0415

    spans = spans_by_series([series_id])
    mark(periods_of_days([(series_id, WITHIN)], spans), now=timezone.now())


def check_rows(taken: dict[str, int]) -> None:
    """The quarter was made of about 2,160 observations, the day of 24."""
    from metrics.models import Snapshot  # noqa: PLC0415

    for cadence, count in (("quarter", 2160), ("day", 24)):
        newest = Snapshot.objects.filter(series=taken[cadence], period__lte=WITHIN)
        assert abs(newest.order_by("-period")[0].n - count) <= count / 40
        assert newest.order_by("-period")[0].seq > TURNS // 2


if __name__ == "__main__":
    on_each_database("incremental", measure)
