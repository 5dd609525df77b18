"""Every aggregation against Python's own arithmetic, on whichever database the suite runs."""

import math
import statistics
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.actions.ingest import delete_observations
from metrics.actions.intake import take_observations
from metrics.models import Observation, Snapshot
from metrics.verify import check_snapshots
from objectives.models import Series
from productops.measures import Aggregation
from tests.factories.metrics import (
    TODAY,
    ObservationFactory,
    observe,
    settle,
    weekly_series,
    weeks_before,
)
from tests.factories.objectives import KpiVersionFactory, SeriesFactory

pytestmark = pytest.mark.django_db
NUMBERS = [3.5, -1.0, 7.25, 0.0, 2.0, 2.0, 11.0, 4.75]


def at(day: int, hour: int = 0) -> str:
    return f"2026-01-{day:02}T{hour:02}:00"


def taken(kpi: str, cells) -> None:
    rows = [(number, {"kpi": kpi, **cell}) for number, cell in enumerate(cells)]
    take_observations(raws=rows, by=None)
    settle()


def values(kpi: str) -> dict[date, float | None]:
    rows = Snapshot.objects.filter(series__kpi__slug=kpi)
    return dict(rows.values_list("period", "value"))


def percentile(numbers, share) -> float:
    ordered = sorted(numbers)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


EXPECTED = {
    "sum": math.fsum,
    "mean": statistics.fmean,
    "median": statistics.median,
    "min": min,
    "max": max,
    "last": lambda numbers: numbers[-1],
    "count": len,
    "p85": lambda numbers: percentile(numbers, 0.85),
    "p95": lambda numbers: percentile(numbers, 0.95),
}


@pytest.mark.parametrize("aggregation", sorted(EXPECTED))
@pytest.mark.parametrize("count", [1, 2, 7, 8])
def test_a_period_is_what_python_makes_of_its_numbers(aggregation, count):
    KpiVersionFactory(kpi__slug="k", aggregation=aggregation)
    numbers = NUMBERS[:count]

    taken("k", [{"at": at(5, hour), "value": value} for hour, value in enumerate(numbers)])

    wanted = pytest.approx(EXPECTED[aggregation](numbers), rel=1e-12)
    assert values("k") == {date(2026, 1, 5): wanted}


def test_every_aggregation_is_tried_here():
    assert set(EXPECTED) | {"ratio"} == set(Aggregation.values)


def test_a_ratio_adds_its_parts_before_it_divides():
    KpiVersionFactory(kpi__slug="k", aggregation="ratio")

    taken(
        "k",
        [
            {"at": at(5), "numerator": 1, "denominator": 2},
            {"at": at(6), "numerator": 1, "denominator": 8},
        ],
    )

    snapshot = Snapshot.objects.get()
    assert (snapshot.value, snapshot.numerator, snapshot.denominator) == (0.2, 2, 10)


def test_a_ratio_of_nothing_is_a_gap():
    KpiVersionFactory(kpi__slug="k", aggregation="ratio")

    taken("k", [{"at": at(5), "numerator": 0, "denominator": 0}])

    assert values("k") == {date(2026, 1, 5): None}


def test_of_one_moment_the_greatest_id_is_last_in_the_order_of_its_bytes():
    KpiVersionFactory(kpi__slug="k", aggregation="last")
    ids = ["b", "B", "a", "ä", "Z"]

    taken("k", [{"at": at(5), "value": n, "external_id": name} for n, name in enumerate(ids)])

    assert values("k") == {date(2026, 1, 5): ids.index("ä")}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(
        st.tuples(
            st.integers(0, 90),
            st.integers(0, 86_399),
            st.one_of(st.floats(-1e6, 1e6), st.integers(-9, 9).map(float)).filter(
                lambda value: value == 0 or abs(value) > 1e-90
            ),
        ),
        min_size=1,
        max_size=25,
        unique_by=lambda row: row[:2],
    ),
    cadence=st.sampled_from(["day", "week", "month", "quarter"]),
    aggregation=st.sampled_from(sorted(EXPECTED)),
    empty=st.sampled_from(["gap", "zero"]),
)
def test_what_is_published_is_what_verification_computes(rows, cadence, aggregation, empty):
    version = KpiVersionFactory(cadence=cadence, aggregation=aggregation, empty=empty)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    cells = [
        {"at": (start + timedelta(days=day, seconds=second)).isoformat(), "value": value}
        for day, second, value in rows
    ]

    taken(version.kpi.slug, cells)

    assert list(check_snapshots()) == []
    counted = Snapshot.objects.filter(series__kpi=version.kpi).values_list("n", flat=True)
    assert sum(counted) == len(rows)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-28T23:30:00Z", date(2026, 3, 29)),  # Berlin is an hour ahead: the next day
        ("2026-03-29T00:59:59Z", date(2026, 3, 29)),  # the last second before the clocks jump
        ("2026-03-29T21:59:59Z", date(2026, 3, 29)),  # a day of 23 hours ends earlier
        ("2026-03-29T22:00:00Z", date(2026, 3, 30)),
        ("2026-10-25T22:59:59Z", date(2026, 10, 25)),  # a day of 25 hours ends later
        ("2026-10-25T23:00:00Z", date(2026, 10, 26)),
        ("2026-10-25T02:30", date(2026, 10, 25)),  # an hour that comes twice
        ("2026-03-31", date(2026, 3, 31)),
    ],
)
def test_a_day_is_the_organisations_whatever_the_clocks_do(moment, day):
    KpiVersionFactory(kpi__slug="k", cadence="day")

    taken("k", [{"at": moment, "value": 1}])

    assert list(values("k")) == [day]


def test_a_time_that_the_clocks_skip_is_refused(ines):
    KpiVersionFactory(kpi__slug="k", cadence="day")

    with pytest.raises(Exception, match="refused") as refused:
        taken("k", [{"at": "2026-03-29T02:30", "value": 1}])

    assert refused.value.report.refused[0].column == "at"


def test_late_data_and_corrections_change_only_their_period():
    series = weekly_series([1, 2, 3, 4])
    before = dict(Snapshot.objects.values_list("period", "computed_at"))
    second = weeks_before(4)[1]

    observe(series, [(second + timedelta(days=1), 10.0)])
    settle()

    found = dict(Snapshot.objects.values_list("period", "value"))
    assert [found[period] for period in weeks_before(4)] == [1, 6, 3, 4]
    assert Snapshot.objects.get(period=second).seq == 2
    assert set(before) == set(found)


def test_a_period_whose_numbers_are_all_deleted_becomes_a_gap():
    weekly_series([1, 2, 3])
    second = Observation.objects.order_by("on")[1]

    delete_observations(
        keys=[(second.series_id, second.on, second.at, second.external_id)], by=None
    )
    settle()

    assert [s.value for s in Snapshot.objects.order_by("period")] == [1, None, 3]
    assert list(check_snapshots()) == []


def test_periods_without_data_are_zero_where_the_kpi_says_so():
    series = SeriesFactory(version__empty="zero", version__aggregation="sum")
    first, _second, _third, fourth, *_rest = weeks_before(6)

    observe(series, [(first, 5.0), (fourth, 2.0)])
    settle()

    found = Snapshot.objects.order_by("period").values_list("value", flat=True)
    assert list(found) == [5, 0, 0, 2, 0, 0]
    assert list(check_snapshots()) == []


def test_a_period_that_is_still_open_is_not_filled_with_zero():
    series = SeriesFactory(version__empty="zero", version__cadence="day")

    observe(series, [(TODAY - timedelta(days=2), 5.0)])
    settle()

    assert list(values(series.kpi.slug)) == [TODAY - timedelta(days=2), TODAY - timedelta(days=1)]


def test_series_of_many_cadences_are_published_in_one_batch():
    wanted = {}
    for cadence in ("day", "week", "month", "quarter"):
        for aggregation in ("mean", "median", "last"):
            series = SeriesFactory(version__cadence=cadence, version__aggregation=aggregation)
            observe(series, [(date(2026, 2, 27) + timedelta(days=d), float(d)) for d in range(9)])
            wanted[series.pk] = {"day": 9, "week": 2, "month": 2, "quarter": 1}[cadence]

    settle()

    found = {pk: Snapshot.objects.filter(series=pk).count() for pk in wanted}
    assert found == wanted
    assert list(check_snapshots()) == []
    assert Series.objects.count() == 12


def test_verification_names_a_snapshot_that_differs():
    weekly_series([1, 2, 3])
    Snapshot.objects.filter(period=weeks_before(3)[1]).update(value=2.5)

    (difference,) = check_snapshots()

    assert difference.row.endswith(str(weeks_before(3)[1]))
    assert (difference.found, difference.expected) == ("2.5 of 1", "2.0 of 1")


def test_verification_misses_a_snapshot_that_is_gone():
    weekly_series([1, 2, 3])
    Snapshot.objects.filter(period=weeks_before(3)[1]).delete()

    (difference,) = check_snapshots()

    assert difference.found == "no snapshot"


def test_verification_finds_observations_that_nobody_marked():
    ObservationFactory(series=SeriesFactory())

    (difference,) = check_snapshots()

    assert (difference.found, difference.expected) == ("no snapshot", "1.0 of 1")


def test_verification_leaves_out_what_is_pending():
    series = weekly_series([1, 2, 3])

    observe(series, [(weeks_before(3)[0] + timedelta(days=2), 50.0)])

    assert list(check_snapshots()) == []
