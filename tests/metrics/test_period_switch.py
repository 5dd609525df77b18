"""Whole weeks, months and quarters on a dashboard: values, changes, what is coarser, their cost."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.urls import reverse

from metrics import dashboard_page
from metrics.actions import dashboards as actions
from metrics.boards import frozen as kept
from metrics.boards import switch
from metrics.boards.view import View
from metrics.models import Observation
from productops import clock
from tests.factories.metrics import observe, settle
from tests.factories.objectives import KpiFactory, KpiVersionFactory, SeriesFactory

TODAY = date(2026, 6, 30)
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def dashboard(ines):
    return actions.make_dashboard(title="Health", slug="health", chair=ines, by=ines)


def counted(dashboard, by, numbers: dict[date, float], **definition):
    """A KPI on the dashboard with these numbers, computed."""
    kpi = KpiFactory(name=definition.pop("name", "Orders"))
    KpiVersionFactory(kpi=kpi, **{"cadence": "day", "aggregation": "sum"} | definition)
    series = SeriesFactory(kpi=kpi)
    observe(series, numbers.items())
    settle(TODAY)
    actions.add_row(dashboard=dashboard, series=series, group="", by=by)
    return series


def line_of(person, dashboard, period: str):
    [line] = dashboard_page.lines_of(person, dashboard, TODAY, View(period))
    return line


def day(text: str) -> date:
    return date.fromisoformat(text)


def test_days_are_added_up_to_the_last_whole_month_and_compared_with_both_others(ines, dashboard):
    numbers = {
        day("2025-05-10"): 50, day("2026-04-02"): 60, day("2026-04-30"): 40,
        day("2026-05-01"): 70, day("2026-05-31"): 50, day("2026-06-01"): 999,
    }  # fmt: skip
    counted(dashboard, ines, numbers)

    line = line_of(ines, dashboard, "month")

    assert (line.value, line.period) == ("120", "May 2026")
    assert [change.text for change in line.changes] == ["+20% on Apr", "+140% on May 2025"]


@pytest.mark.parametrize(
    ("period", "value", "name"),
    [("week", "7", "22–28 Jun"), ("month", "31", "May 2026"), ("quarter", "90", "Q1 2026")],
)
def test_each_period_shows_its_last_whole_one(ines, dashboard, period, value, name):
    start = day("2026-01-01")
    counted(dashboard, ines, {start + timedelta(days=n): 1 for n in range(181)})

    line = line_of(ines, dashboard, period)

    assert (line.value, line.period) == (value, name)


def test_rates_change_by_points_and_are_divided_after_adding(ines, dashboard):
    kpi = KpiFactory(name="Activation")
    KpiVersionFactory(kpi=kpi, cadence="week", aggregation="ratio", unit="%")
    series = SeriesFactory(kpi=kpi)
    actions.add_row(dashboard=dashboard, series=series, group="", by=ines)
    for on, up, down in (
        ("2026-04-06", 1000, 50),
        ("2026-05-05", 100, 10),
        ("2026-05-12", 900, 30),
    ):
        Observation.objects.create(
            series=series, on=day(on), at=clock.start_of(day(on)), numerator=up, denominator=down
        )

    line = line_of(ines, dashboard, "month")

    assert line.value == "25"  # 1000 / 40, not the mean of 10 and 30
    assert [change.text for change in line.changes] == ["+5.0 pts on Apr"]


def test_a_coarser_kpi_shows_its_own_period(ines, dashboard):
    counted(dashboard, ines, {day("2026-02-01"): 7}, cadence="quarter", aggregation="last")

    line = line_of(ines, dashboard, "week")

    assert (line.value, line.apart, line.cadence) == ("7", "Q1 2026", "quarter")


def test_a_period_without_numbers_shows_none_and_no_change(ines, dashboard):
    counted(dashboard, ines, {day("2026-03-01"): 7})

    line = line_of(ines, dashboard, "month")

    assert (line.value, line.number, line.unit, line.changes) == ("–", None, "", ())


@pytest.mark.parametrize(
    ("now", "then", "unit", "said"),
    [
        (110, 100, "d", "+10%"),
        (90, 100, "EUR", "−10%"),
        (100, 100, "", "±0.0%"),
        (41.5, 40, "%", "+1.5 pts"),
        (5, 0, "d", "+5"),
        (5, -5, "d", "+10"),
    ],
)
def test_a_change_is_said_in_what_fits_the_unit(now, then, unit, said):
    assert switch.change(now, then, unit) == said


def test_how_a_kpi_is_read_does_not_change_with_the_switch(ines, dashboard):
    start = day("2026-01-01")
    counted(dashboard, ines, {start + timedelta(days=n): n % 3 for n in range(181)})

    [plain] = dashboard_page.lines_of(ines, dashboard, TODAY)
    month = line_of(ines, dashboard, "month")

    names = ("reading", "kind", "spark", "assurance")
    assert month.usual == f"{plain.usual}, daily"
    assert [getattr(month, name) for name in names] == [getattr(plain, name) for name in names]


def test_the_page_and_its_file_say_the_same(as_, ines, dashboard):
    counted(dashboard, ines, {day("2026-04-02"): 100, day("2026-05-01"): 120})
    client = as_(ines)
    url = reverse("metrics:dashboard-detail", args=["health"])

    page = client.get(f"{url}?period=month")
    file = client.get(f"{url}?period=month&format=csv")

    text = b"".join(file.streaming_content).decode()
    [row] = csv.DictReader(io.StringIO(text))
    current = [way["text"] for way in page.context["periods"] if way["is_current"]]
    assert current == ["Month"]
    assert row["value"] == str(page.context["rows"][0].number or "")
    assert "year_before" in row


def test_an_unknown_period_shows_the_newest(as_, ines, dashboard):
    counted(dashboard, ines, {day("2026-05-01"): 120})

    response = as_(ines).get(reverse("metrics:dashboard-detail", args=["health"]) + "?period=era")

    assert response.context["content"].period == ""


def test_late_data_is_found_in_kept_months_too(ines, dashboard):
    series = counted(dashboard, ines, {day("2026-05-01"): 120})
    frozen = kept.freeze_month(dashboard=dashboard, today=day("2026-06-01"))
    content = kept.DashboardContent.from_json(frozen.content)
    assert kept.late_data(content, TODAY) == []
    observe(series, [(day("2026-05-02"), 5)])

    [late] = kept.late_data(content, TODAY)

    assert (late.then, late.now, late.period) == ("120", "125", "May 2026")


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("period", ["week", "month", "quarter"])
def test_the_switch_costs_the_same_for_any_number_of_rows(
    as_, ines, dashboard, period, count, django_assert_max_num_queries
):
    for number in range(count):
        cadence = ("day", "week", "month")[number % 3]
        numbers = {day("2026-05-01"): 120, day("2025-05-01"): 100}
        counted(dashboard, ines, numbers, cadence=cadence, name=f"KPI {number}")
    client = as_(ines)
    url = reverse("metrics:dashboard-detail", args=["health"]) + f"?period={period}"
    client.get(url)

    # Within twenty, also where objectives, verdicts and contracts want to be told.
    with django_assert_max_num_queries(15):
        client.get(url)
