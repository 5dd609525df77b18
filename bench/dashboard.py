"""A dashboard of 60 KPIs: how many statements it takes, and whether its data's time grows.

The page is asked for by a signed-in executive, over all of Django; then the statements alone that
read its rows are timed while snapshots grow from 60 thousand to a million (times SCALE). Beside
the page: its words and template, made of what is read already.
"""

from datetime import date, timedelta
from functools import partial
from statistics import median

from bench._stage import SCALE, cpu_of, on_each_database, set_up, tell, wall_of

ROWS = 60
SMALL, LARGE = 60_000, int(1_000_000 * SCALE)
TURNS = 40
MOST_STATEMENTS, MOST_GROWTH, MOST_BESIDE = 6, 1.2, 3.0
MOST_IN_ALL = 20  # of any page


def measure() -> None:
    set_up()
    client, person, dashboard = prepare()
    fill_snapshots(SMALL, 0)
    warm(client, dashboard)
    before = cpu_of(partial(read_often, person, dashboard)) / TURNS
    fill_snapshots(LARGE, SMALL)
    after = cpu_of(partial(read_often, person, dashboard)) / TURNS
    figure = f"dashboard data, {SMALL:,} -> {LARGE:,} snapshots, CPU ms"
    growth = after / before
    tell(figure, after * 1000, before * 1000, growth, growth <= MOST_GROWTH)
    count = statements_of(partial(read_rows, person, dashboard))
    figure = f"dashboard of {ROWS} KPIs, statements for its rows"
    tell(figure, count, MOST_STATEMENTS, count / MOST_STATEMENTS, count <= MOST_STATEMENTS)
    beside_bytes(client, person, dashboard)


def prepare():
    """Sixty series with a year of weeks, a dashboard that shows them, somebody who reads it."""
    from django.core.management import call_command  # noqa: PLC0415  after Django's start
    from django.test import Client  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from metrics.actions.ingest import record_observations  # noqa: PLC0415
    from metrics.actions.recompute import work_batch  # noqa: PLC0415
    from metrics.bulk import bulk_rows, seed_series  # noqa: PLC0415
    from metrics.models import Dashboard, DashboardRow  # noqa: PLC0415
    from productops.models import Organisation  # noqa: PLC0415
    from teams.models import Person  # noqa: PLC0415

    call_command("createcachetable", verbosity=0)
    Organisation.objects.create(pk=1, name="Bench")
    person = Person.objects.create_user("bench@example.org", name="Bench", role="exec")
    series_ids = seed_series(ROWS)
    step = timedelta(days=3)
    record_observations(rows=bulk_rows(series_ids, 120, step=step, seed=5), by=None)
    while work_batch(today=date(2026, 7, 1), now=timezone.now())[0]:
        pass
    dashboard = Dashboard.objects.create(slug="bench", title="Bench")
    DashboardRow.objects.bulk_create(
        DashboardRow(dashboard=dashboard, order=place, series_id=pk, group=f"Group {place // 12}")
        for place, pk in enumerate(series_ids)
    )
    client = Client()
    client.force_login(person)
    return client, person, dashboard


def fill_snapshots(count: int, before: int) -> None:
    """Older days of the same series, so that there are ``count`` snapshots in all."""
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from metrics.models import Snapshot  # noqa: PLC0415
    from objectives.models import KpiVersion, Series  # noqa: PLC0415

    version = KpiVersion.objects.order_by("pk").first()
    ids = list(Series.objects.order_by("pk").values_list("pk", flat=True))
    more = [*ids, *others(len(ids), (count - before) // 600)]
    days, now = (count - before) // len(more), timezone.now()
    start = date(2020, 1, 1) - timedelta(days=before // len(ids))
    for pk in more:
        Snapshot.objects.bulk_create(
            [
                Snapshot(
                    series_id=pk,
                    period=start - timedelta(days=day),
                    kpi_version=version,
                    value=float(day),
                    n=1,
                    seq=1,
                    computed_at=now,
                )
                for day in range(days)
            ],
            ignore_conflicts=True,
        )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def others(known: int, count: int) -> list[int]:
    """Series that the dashboard does not show."""
    from metrics.bulk import seed_series  # noqa: PLC0415

    return seed_series(known + count)[known:]


def read_rows(person, dashboard) -> list:
    """The page's own way to its rows."""
    from metrics import dashboard_page  # noqa: PLC0415

    return dashboard_page.rows_of(person, dashboard, date(2026, 7, 1))


def read_often(person, dashboard) -> None:
    for _ in range(TURNS):
        read_rows(person, dashboard)


def statements_of(act) -> int:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as captured:
        assert len(act()) == ROWS
    return len(captured)


def warm(client, dashboard) -> None:
    response = client.get(dashboard.get_absolute_url())
    assert response.status_code == 200, response.content[:500]


def beside_bytes(client, person, dashboard) -> None:
    """The page as a person gets it / its words and template, made of what is read already."""
    from dataclasses import replace  # noqa: PLC0415

    from django.db import connection  # noqa: PLC0415
    from django.template import Context, engines  # noqa: PLC0415
    from django.test.utils import (  # noqa: PLC0415
        CaptureQueriesContext,
        setup_test_environment,
        teardown_test_environment,
    )

    from metrics.boards.lines import kpi_line  # noqa: PLC0415

    address = dashboard.get_absolute_url()
    setup_test_environment()  # only so does a page hand out its context
    page = client.get(address)
    teardown_test_environment()
    template = engines["django"].get_template("metrics/dashboard_detail.html").template
    names = page.context.keys()
    context = {name: page.context[name] for name in names}
    rows = read_rows(person, dashboard)

    def render() -> None:
        content = replace(context["content"], rows=tuple(map(kpi_line, rows)))
        assert len(template.render(Context(context | content.parts))) > 1000

    render()
    with CaptureQueriesContext(connection) as captured:
        render()
    assert len(captured) == 0, "the peer must not read"
    whole, least = [], []
    for _ in range(TURNS):
        whole.append(wall_of(partial(client.get, address)))
        least.append(wall_of(render))
    figure = f"dashboard page of {len(page.content) // 1024} kB / made of what is read, p50 ms"
    ratio = median(whole) / median(least)
    tell(figure, median(whole) * 1000, median(least) * 1000, ratio, ratio <= MOST_BESIDE)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    count, figure = len(captured), "dashboard page, statements in all"
    tell(figure, count, MOST_IN_ALL, count / MOST_IN_ALL, count <= MOST_IN_ALL)


if __name__ == "__main__":
    on_each_database("dashboard", measure)
