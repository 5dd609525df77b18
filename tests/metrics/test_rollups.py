"""Series by another cadence, against Python's own arithmetic over the same observations."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.actions.facts import spans_by_series
from metrics.actions.intake import take_observations
from metrics.aggregation import rolled_up
from metrics.models import Observation, Snapshot
from metrics.periods import CADENCES, ONE_DAY, first_day, is_finer, next_first, span_on
from metrics.verify import Figure as Wanted
from metrics.verify import Raw, agree, figure_of
from productops.measures import Aggregation
from tests.factories.metrics import TODAY, observe, settle
from tests.factories.objectives import KpiVersionFactory, SeriesFactory

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)


def rolled(series, cadence, first=FIRST, last=LAST, today=TODAY):
    return rolled_up([series.pk], cadence=cadence, first=first, last=last, today=today)[series.pk]


def figures(series, cadence, **bounds):
    return {row.period: row.value for row in rolled(series, cadence, **bounds)}


def test_a_month_of_a_daily_series_is_the_mean_of_its_numbers_and_not_of_its_days():
    series = SeriesFactory(version__cadence="day")
    observe(series, [(date(2026, 5, 4), 1.0)])
    observe(series, [(date(2026, 5, 5), 2.0), (date(2026, 6, 1), 10.0)])
    observe(series, [(date(2026, 5, 5), 6.0)], external_id="b")

    found = rolled(series, "month")

    assert [tuple(row) for row in found] == [
        (date(2026, 5, 1), 3.0, None, None, 3, True),
        (date(2026, 6, 1), 10.0, None, None, 1, False),
    ]


def test_a_ratio_adds_the_parts_of_the_whole_quarter_before_it_divides():
    version = KpiVersionFactory(kpi__slug="k", aggregation="ratio")
    rows = [("2026-01-05", 1, 2), ("2026-02-09", 1, 8), ("2026-03-30", 3, 10)]
    cells = [{"kpi": "k", "at": d, "numerator": n, "denominator": m} for d, n, m in rows]
    take_observations(raws=enumerate(cells), by=None)

    (quarter, open_one) = rolled(version.kpi.series.get(), "quarter")

    assert tuple(quarter) == (date(2026, 1, 1), 0.25, 5, 20, 3, True)
    assert tuple(open_one) == (date(2026, 4, 1), None, None, None, 0, False)


def test_the_median_comes_from_the_numbers_themselves():
    series = SeriesFactory(version__aggregation="median")
    weeks = [date(2026, 5, 4), date(2026, 5, 11)]
    observe(series, [(weeks[0] + timedelta(days=d), v) for d, v in enumerate([1.0, 2.0, 9.0])])
    observe(series, [(weeks[1] + timedelta(days=d), v) for d, v in enumerate([8.0, 8.0])])

    assert figures(series, "month")[date(2026, 5, 1)] == 8.0


def test_a_period_without_numbers_is_zero_once_it_is_over_where_the_kpi_says_so():
    zero = SeriesFactory(version__empty="zero", version__aggregation="sum")
    gap = SeriesFactory(version__aggregation="sum")
    for series in (zero, gap):
        observe(series, [(date(2026, 3, 10), 4.0), (date(2026, 5, 4), 1.0)])

    months = [date(2026, month, 1) for month in (3, 4, 5, 6)]
    assert figures(zero, "month") == dict(zip(months, [4, 0, 1, None], strict=True))
    assert figures(gap, "month") == dict(zip(months, [4, None, 1, None], strict=True))


def test_only_periods_that_begin_within_the_asked_days_come_back():
    series = SeriesFactory(version__cadence="day")
    observe(series, [(date(2026, 3, 1) + timedelta(days=day), 1.0) for day in range(100)])

    found = figures(series, "month", first=date(2026, 3, 2), last=date(2026, 5, 1))

    assert list(found) == [date(2026, 4, 1), date(2026, 5, 1)]


def test_a_series_without_numbers_has_no_periods():
    series = SeriesFactory()

    assert rolled(series, "month") == []


@pytest.mark.parametrize("cadence", ["day", "week"])
def test_a_finer_cadence_than_the_series_own_is_refused(cadence):
    series = SeriesFactory(version__cadence="month")

    with pytest.raises(ValueError, match="counted by month"):
        rolled(series, cadence)


def test_a_cadence_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="fortnight"):
        rolled(SeriesFactory(), "fortnight")


def test_a_month_that_a_new_definition_cuts_is_counted_by_it_alone_and_from_its_day_on():
    series = SeriesFactory(version__aggregation="sum")
    KpiVersionFactory(kpi=series.kpi, aggregation="max", valid_from=date(2026, 5, 11))
    observe(series, [(date(2026, 4, 6), 5.0), (date(2026, 4, 7), 6.0)])
    observe(series, [(date(2026, 5, 4), 90.0), (date(2026, 5, 12), 1.0), (date(2026, 5, 19), 2.0)])

    found = figures(series, "month")

    assert (found[date(2026, 4, 1)], found[date(2026, 5, 1)]) == (11, 2)


def test_periods_of_a_former_coarser_definition_have_no_finer_numbers():
    series = SeriesFactory(version__cadence="month", version__aggregation="sum")
    KpiVersionFactory(
        kpi=series.kpi, aggregation="sum", cadence="week", valid_from=date(2026, 6, 1)
    )
    observe(series, [(date(2026, 5, 12), 5.0), (date(2026, 6, 9), 1.0)])

    found = figures(series, "week")

    assert (found[date(2026, 5, 11)], found[date(2026, 6, 8)]) == (None, 1)


@pytest.mark.parametrize("cadence", CADENCES)
def test_by_its_own_cadence_a_series_is_what_its_snapshots_say(cadence):
    series = SeriesFactory(version__cadence=cadence, version__empty="zero")
    days = [0, 3, 3, 40, 95, 200]
    observe(series, [(date(2025, 9, 1) + timedelta(days=d), float(d)) for d in sorted(set(days))])
    settle()

    snapshots = Snapshot.objects.of(series).values_list("period", "value", "n")
    found = [row for row in rolled(series, cadence) if row.complete or row.n]
    assert [(row.period, row.value, row.n) for row in found] == list(snapshots)


def computed(expression, subject, **words):
    """A series of a computed KPI about a subject."""
    return SeriesFactory(subject=subject, version__expression=expression, **words)


def test_a_computed_kpi_is_its_formula_over_its_inputs_rolled_up():
    bugs = SeriesFactory(kpi__slug="bugs", version__aggregation="sum")
    releases = SeriesFactory(kpi__slug="releases", subject=bugs.subject, version__aggregation="sum")
    share = computed("{bugs} / {releases}", bugs.subject)
    twice = computed(f"2 * {{{share.kpi.slug}}}", bugs.subject)
    observe(bugs, [(date(2026, 4, 6), 6.0), (date(2026, 4, 13), 3.0), (date(2026, 5, 4), 1.0)])
    observe(releases, [(date(2026, 4, 6), 1.0), (date(2026, 4, 20), 1.0)])

    april, may, june = rolled(share, "month")

    assert tuple(april) == (date(2026, 4, 1), 4.5, None, None, 4, True)
    assert (may.value, may.n, june.value, june.n) == (None, 1, None, 0)
    assert list(figures(twice, "month").values()) == [9, None, None]


def test_a_computed_kpi_without_a_series_of_an_input_is_a_gap():
    bugs = SeriesFactory(kpi__slug="bugs")
    SeriesFactory(kpi__slug="releases")  # of another product
    share = computed("{bugs} / {releases}", bugs.subject)
    observe(bugs, [(date(2026, 6, 1), 6.0)])

    assert figures(share, "month") == {date(2026, 6, 1): None}


def brute(series, cadence, today):
    """What ``rolled_up`` promises, from raw rows in Python: a value and count for each period."""
    (spans,) = spans_by_series([series.pk]).values()
    raws = [
        Raw(*row)
        for row in Observation.objects.filter(series=series)
        .order_by("on", "at")
        .values_list(*Raw._fields)
    ]
    found, period = {}, first_day(raws[0].on, cadence)
    while period <= max(today, raws[-1].on):
        after = next_first(period, cadence)
        span = span_on(spans, after - ONE_DAY)
        here = [raw for raw in raws if max(period, span.starts) <= raw.on < after]
        figure = figure_of(here, span)
        if not figure.n:
            is_zero = span.empty == "zero" and after <= today
            figure = Wanted(0.0 if is_zero else None, 0)
        found[period] = figure if not is_finer(cadence, span.cadence) else Wanted(None, 0)
        period = after
    return found


numbers = st.one_of(st.floats(-1e6, 1e6), st.integers(-9, 9).map(float)).filter(
    lambda value: value == 0 or abs(value) > 1e-90
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 86_399), numbers, st.integers(0, 9)),
        min_size=1,
        max_size=25,
        unique_by=lambda row: row[:2],
    ),
    aggregations=st.tuples(*[st.sampled_from(sorted(Aggregation.values))] * 2),
    own=st.tuples(*[st.sampled_from(CADENCES[:3])] * 2),
    cadence=st.sampled_from(CADENCES),
    empty=st.sampled_from(["gap", "zero"]),
    changed_on=st.dates(date(2026, 1, 10), date(2027, 1, 10)),
    today=st.dates(date(2026, 6, 1), date(2027, 3, 1)),
)
def test_what_is_rolled_up_is_what_python_makes_of_the_raw_numbers(
    rows, aggregations, own, cadence, empty, changed_on, today
):
    series = SeriesFactory(
        version__cadence=own[0], version__aggregation=aggregations[0], version__empty=empty
    )
    KpiVersionFactory(
        kpi=series.kpi, cadence=own[1], aggregation=aggregations[1], valid_from=changed_on
    )
    start = datetime(2026, 1, 1, tzinfo=UTC)
    ratio = {name == "ratio" for name in aggregations} == {True}
    Observation.objects.bulk_create(
        Observation(
            series=series,
            on=(start + timedelta(days=day)).date(),
            at=start + timedelta(days=day, seconds=second),
            **({"numerator": value, "denominator": whole} if ratio else {"value": value}),
        )
        for day, second, value, whole in rows
    )
    if is_finer(cadence, span_on(spans_by_series([series.pk])[series.pk], today).cadence):
        with pytest.raises(ValueError, match="has no periods"):
            rolled(series, cadence, first=date.min, last=date(2030, 1, 1), today=today)
        return

    found = rolled(series, cadence, first=date.min, last=date(2030, 1, 1), today=today)

    wanted = brute(series, cadence, today)
    assert [row.period for row in found] == list(wanted)
    for row in found:
        assert agree(Wanted(row.value, row.n), wanted[row.period]), row


def cost(count: int) -> int:
    made = [
        SeriesFactory(version__aggregation=aggregation, version__empty="zero")
        for aggregation in ("sum", "median", "last")
        for _each in range(count)
    ]
    for series in made:
        observe(series, [(date(2026, 1, 5), 1.0), (date(2026, 5, 5), 1.0)])
    ids = [series.pk for series in made]
    with CaptureQueriesContext(connection) as captured:
        found = rolled_up(ids, cadence="month", first=FIRST, last=LAST, today=TODAY)
    assert [len(found[pk]) for pk in ids] == [6] * len(ids)
    return len(captured)


@pytest.mark.parametrize("count", [1, 3])
def test_rolling_up_costs_the_same_for_any_number_of_series(count):
    assert cost(count) == 4
