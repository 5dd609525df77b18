"""How a series is read: chosen with a reason, computed by the worker, shown wherever it is read."""

from datetime import timedelta
from math import sqrt
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from metrics.actions.facts import spans_by_series
from metrics.actions.marking import mark, periods_of_days
from metrics.actions.methods import CannotRead, charts_for, choose_method, known_of
from metrics.models import Observation, Segment, Snapshot
from metrics.series_data import series_data
from metrics.spc import analyse
from productops import clock
from productops.models import ChangeEntry
from tests.factories.metrics import (
    NOW,
    TODAY,
    observe,
    settle,
    state_of,
    weekly_series,
    weeks_before,
)
from tests.factories.objectives import SeriesFactory, TargetFactory

pytestmark = pytest.mark.django_db
RNG = Random(5)
CALM = [RNG.gauss(0, 1) for _ in range(60)]
RISING = [10 + 2 * t + e for t, e in enumerate(CALM)]
QUARTER = [0.7, 0.9, 1.1, 1.3]
WAVY = [100 * QUARTER[t % 4] + e for t, e in enumerate(CALM)]
GAPS = [12.0, 3, 30, 7, 1, 18, 9, 44, 2, 15, 6, 21, 11, 5, 27, 8]
PARTS = [12, 18, 9, 31, 14, 25, 8, 40, 22, 17, 28, 11, 19, 30]
WHOLES = [80, 120, 75, 160, 90, 150, 60, 210, 140, 95, 170, 70, 100, 2000]


def read_by(series, by, **wanted):
    now = {"rule_set": series.rule_set, "chart": series.chart, "season": series.season}
    reason = {"reason": "It grows by plan."}
    choose_method(series=series, by=by, **now | reason | wanted)
    settle()
    series.refresh_from_db()


def ratio_series(parts, wholes):
    series = SeriesFactory(version__aggregation="ratio", version__direction="down")
    days = weeks_before(len(parts))
    rows = [
        Observation(
            series=series, on=day, at=clock.start_of(day), numerator=part, denominator=whole
        )
        for day, part, whole in zip(days, parts, wholes, strict=True)
    ]
    Observation.objects.bulk_create(rows)
    spans = spans_by_series([series.pk])
    mark(periods_of_days([(series.pk, row.on) for row in rows], spans), now=NOW)
    settle()
    return series


def points_of(series):
    return series_data(series, today=TODAY)["points"]


def lines(points):
    return [(point["centre"], point["lower"], point["upper"]) for point in points]


def drawn(chart, count):
    return [(line.centre, line.lower, line.upper) for line in chart.lines[:count]]


def near(rows):
    return [pytest.approx(row, rel=1e-9) for row in rows]


# What the worker makes of it ----------------------------------------------------------------
def test_a_series_read_about_its_trend_has_the_limits_that_the_calculation_gives(ines):
    series = weekly_series(RISING[:40], version__direction="up")
    assert state_of(series).variation == "better"

    read_by(series, ines, chart="trend")

    expected = analyse(RISING[:40], chart="trend", baseline=24)
    segment = Segment.objects.get(series=series)
    assert segment.slope == pytest.approx(expected.segments[0].limits.levelling.slope)
    assert lines(points_of(series)) == near(drawn(expected, 40))
    state = state_of(series)
    assert state.variation == "usual"
    assert (state.centre, state.lower, state.upper) == near(drawn(expected, 40))[-1]
    assert state.r1 == pytest.approx(expected.r1, abs=0.05)


def test_the_target_of_a_trend_is_read_at_the_newest_period(ines):
    series = weekly_series(RISING[:40], version__direction="up")
    TargetFactory(series=series, low=60, from_on=weeks_before(40)[0])

    read_by(series, ines, chart="trend")

    assert state_of(series).assurance == "met"
    assert Segment.objects.get(series=series).upper < 60


def test_a_series_read_without_its_season_is_judged_by_adjusted_values(ines):
    values = [*WAVY[:33], 125.0]
    series = weekly_series(values, version__direction="up")
    assert state_of(series).variation == "usual"

    read_by(series, ines, season=4)

    expected = analyse(values, season=4, baseline=24)
    assert Segment.objects.get(series=series).factors == pytest.approx(
        expected.segments[0].limits.levelling.factors
    )
    assert lines(points_of(series)) == near(drawn(expected, 34))
    assert [point["value"] for point in points_of(series)] == values
    assert state_of(series).variation == "better"


def test_limits_of_shares_are_those_of_each_points_denominator(ines):
    series = ratio_series(PARTS, WHOLES)

    read_by(series, ines, chart="p")

    shares = [part / whole for part, whole in zip(PARTS, WHOLES, strict=True)]
    expected = analyse(shares, chart="p", denominators=WHOLES, baseline=13)
    assert lines(points_of(series)) == near(drawn(expected, 14))
    # A share of 1.5 % would be usual among 100, and is not among 2,000.
    assert points_of(series)[-1]["signals"] == ["outside"]
    assert state_of(series).variation == "better"


@pytest.mark.parametrize("chart", ["t", "g"])
def test_gaps_between_rare_events_are_judged_by_their_own_distribution(ines, chart):
    series = weekly_series([*GAPS, 90.0], version__direction="up")
    assert state_of(series).signals == ["outside"]

    read_by(series, ines, chart=chart)

    expected = analyse([*GAPS, 90.0], chart=chart, baseline=16)
    assert state_of(series).variation == "usual"
    assert lines(points_of(series)) == near(drawn(expected, 17))
    assert state_of(series).lower == 0
    assert state_of(series).mr_centre is None


@pytest.mark.parametrize("rule_set", ["nhs", "western_electric", "nelson", "anhoej"])
def test_each_rule_set_judges_the_points_of_a_series_as_the_calculation_does(ines, rule_set):
    values = [*CALM[:26], *[value + 1.4 for value in CALM[26:40]]]
    series = weekly_series(values, version__direction="up")

    read_by(series, ines, rule_set=rule_set)

    expected = analyse(values, rule_set=rule_set, baseline=24, direction="up")
    found = [tuple(point["signals"]) for point in points_of(series)]
    assert found == [point.signals for point in expected.points]
    assert state_of(series).variation == expected.variation


def test_the_order_in_which_numbers_arrive_does_not_matter(ines):
    days = list(zip(weeks_before(34), WAVY[:34], strict=True))
    forward, backward = SeriesFactory(season=4), SeriesFactory(season=4)
    for series, parts in ((forward, [days]), (backward, [days[20:], days[3:20], days[:3]])):
        for part in parts:
            observe(series, part)
            settle()

    assert points_of(forward) == points_of(backward)
    assert len(Segment.objects.get(series=forward).factors) == 4


def test_a_history_that_is_longer_than_what_is_read_of_it_gives_the_same_limits(ines):
    values = [50 + 0.5 * t + e for t, e in enumerate((CALM * 3)[:120])]
    series = weekly_series(values)

    read_by(series, ines, chart="trend")

    expected = analyse(values, chart="trend", baseline=24)
    assert lines(points_of(series)) == near(drawn(expected, 120))
    assert state_of(series).centre == pytest.approx(expected.lines[-1].centre)


def test_a_long_season_waits_until_it_was_seen_twice(ines):
    values = [100 + 10 * (t % 13) + CALM[t] for t in range(60)]
    series = SeriesFactory(season=13)
    days = list(zip(weeks_before(60), values, strict=True))
    observe(series, days[:26])
    settle()
    assert Segment.objects.get(series=series).factors is None

    observe(series, days[26:])
    settle()

    segment = Segment.objects.get(series=series)
    expected = analyse(values, season=13, baseline=26)
    assert segment.factors == pytest.approx(expected.segments[0].limits.levelling.factors)
    assert segment.n == 26
    assert segment.locked_at is not None


def test_each_split_has_a_trend_of_its_own(ines):
    values = [*RISING[:15], *(200 - 3 * t + CALM[t] for t in range(15))]
    series = weekly_series(values)
    read_by(series, ines, chart="trend")

    Segment.objects.create(
        series=series, from_period=weeks_before(15)[0], cause="A new way", by=ines
    )
    mark([(series.pk, weeks_before(15)[0]), (series.pk, weeks_before(16)[0])], now=NOW)
    settle()

    expected = analyse(values, chart="trend", segments=[15], baseline=14)
    after = lines(points_of(series))[15:]
    assert after == near(drawn(expected, 30)[15:])


def test_a_ratio_that_has_lost_its_denominators_is_drawn_plainly(ines):
    series = weekly_series(GAPS)
    type(series).objects.filter(pk=series.pk).update(chart="u")
    mark([(series.pk, weeks_before(16)[0])], now=NOW)
    settle()

    segment = Segment.objects.get(series=series)
    assert (segment.chart, segment.size) == ("xmr", None)
    assert segment.centre == pytest.approx(sum(GAPS[:-1]) / 15)


def test_reading_many_series_costs_no_more_queries_for_plain_ones(ines):
    def cost(count):
        many = [SeriesFactory() for _ in range(count)]
        for series in many:
            observe(series, zip(weeks_before(14), GAPS[:14], strict=True))
        with CaptureQueriesContext(connection) as captured:
            settle()
        return len(captured), captured

    (one, queries), (three, _queries) = cost(1), cost(3)

    assert one == three
    assert not any("s.denominator\nFROM asked" in query["sql"] for query in queries)


# The verb -----------------------------------------------------------------------------------
def test_the_choice_is_in_the_change_log_with_its_reason(ines):
    series = weekly_series(RISING[:20])

    read_by(series, ines, chart="trend", rule_set="nhs")

    entry = ChangeEntry.objects.filter(verb="method").get()
    assert entry.by == ines
    assert entry.after["reason"] == "It grows by plan."
    assert (entry.before["chart"], entry.after["chart"]) == ("xmr", "trend")
    series.refresh_from_db()
    assert (series.chart, series.rule_set) == ("trend", "nhs")


def test_the_same_choice_again_changes_nothing(ines):
    series = weekly_series(RISING[:20])

    choose_method(series=series, rule_set="wheeler", chart="xmr", season=0, reason="", by=ines)

    assert not ChangeEntry.objects.filter(verb="method").exists()


def test_limits_that_somebody_held_end_with_another_chart_and_not_with_another_rule_set(ines):
    series = weekly_series(RISING[:20])
    Segment.objects.get(series=series).lock(by=ines)

    read_by(series, ines, rule_set="nhs")
    assert Segment.objects.get(series=series).is_held

    read_by(series, ines, chart="trend")
    segment = Segment.objects.get(series=series)
    assert not segment.is_held
    assert segment.slope == pytest.approx(2, abs=0.3)


def test_going_back_gives_the_limits_that_were_there(ines):
    series = weekly_series(RISING[:30])
    before = Segment.objects.get(series=series).kept_limits

    read_by(series, ines, chart="trend")
    series.refresh_from_db()
    read_by(series, ines, chart="xmr")

    segment = Segment.objects.get(series=series)
    assert segment.kept_limits == before
    assert (segment.chart, segment.slope) == ("xmr", None)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"chart": "trend", "reason": "  "}, "reason"),
        ({"rule_set": "mine"}, "rule_set"),
        ({"chart": "pie"}, "chart"),
        ({"chart": "p"}, "chart"),
        ({"chart": "u"}, "chart"),
        ({"chart": "g"}, "chart"),
        ({"season": 1}, "season"),
        ({"season": 401}, "season"),
        ({"season": 13}, "season"),
        ({"season": 4, "chart": "trend"}, "season"),
    ],
)
def test_what_does_not_fit_is_refused_by_field_and_nothing_changes(ines, wanted, field):
    series = weekly_series(RISING[:20])

    with pytest.raises(CannotRead) as refused:
        read_by(series, ines, **wanted)

    assert refused.value.field == field
    series.refresh_from_db()
    assert (series.rule_set, series.chart, series.season) == ("wheeler", "xmr", 0)
    assert not ChangeEntry.objects.filter(verb="method").exists()


def test_a_part_of_a_season_at_nothing_is_refused(ines):
    series = weekly_series([value if t % 4 else 0.0 for t, value in enumerate(WAVY[:20])])

    with pytest.raises(CannotRead, match="above 0"):
        read_by(series, ines, season=4)


@pytest.mark.parametrize(
    ("values", "version", "charts"),
    [
        ([1.5, 2, 3], {}, ["xmr", "trend", "t"]),
        ([1, 2, 3], {}, ["xmr", "trend", "t", "g"]),
        ([-1, 2, 3], {}, ["xmr", "trend"]),
        ([1, 2, 3], {"version__aggregation": "sum"}, ["xmr", "trend"]),
    ],
)
def test_only_charts_that_fit_the_numbers_are_offered(values, version, charts):
    assert charts_for(known_of(weekly_series(values, **version))) == charts


def test_shares_are_offered_where_there_are_denominators_and_rates_where_there_is_no_whole():
    assert charts_for(known_of(ratio_series([1, 2], [5, 9]))) == ["xmr", "trend", "p", "u"]
    assert charts_for(known_of(ratio_series([10, 2], [5, 9]))) == ["xmr", "trend", "u"]


def test_shares_in_per_cent_have_a_whole_of_a_hundred(ines):
    series = ratio_series([98 * 20, 100 * 30, 91 * 10, 100 * 40, 95 * 20, 100 * 30, 99 * 20, 5],
                          [20, 30, 10, 40, 20, 30, 20, 10])  # fmt: skip
    series.kpi.versions.update(unit="%")

    read_by(series, ines, chart="p")

    assert max(point["upper"] for point in points_of(series)) == 100


# Pages and API ------------------------------------------------------------------------------
def method_page(series):
    return reverse("metrics:method-choose", args=[series.pk])


def test_ops_chooses_on_the_page_and_comes_back_to_the_chart(as_, ines):
    series = weekly_series(RISING[:20])
    body = {"chart": "trend", "season": "0", "rule_set": "nhs", "reason": "It grows by plan."}

    response = as_(ines).post(method_page(series), body, follow=True)

    assert response.redirect_chain[-1][0] == series.get_absolute_url()
    assert "read anew" in response.content.decode()
    series.refresh_from_db()
    assert (series.chart, series.rule_set) == ("trend", "nhs")


def test_a_form_that_is_refused_keeps_what_was_typed(as_, ines):
    series = weekly_series(RISING[:20])
    body = {"chart": "xmr", "season": "52", "rule_set": "nhs", "reason": "Christmas"}

    response = as_(ines).post(method_page(series), body)

    page = response.content.decode()
    assert response.status_code == 422
    assert "Each part of the season has to be known twice" in page
    assert 'value="Christmas"' in page


def test_the_page_offers_what_fits_and_takes_a_suggestion(as_, ines):
    series = weekly_series(RISING[:20])

    page = as_(ines).get(method_page(series) + "?chart=trend")

    form = page.context["form"]
    assert [value for value, _said in form.fields["chart"].choices] == ["xmr", "trend", "t"]
    assert form["chart"].value() == "trend"


@pytest.mark.parametrize(("who", "status"), [("astrid", 403), ("jonas", 404), ("mia", 200)])
def test_who_may_choose_how_a_series_is_read(as_, request, checkout, who, status):
    series = weekly_series(RISING[:8], subject=checkout.subject)

    response = as_(request.getfixturevalue(who)).get(method_page(series))

    assert response.status_code == status


def test_the_kpi_page_says_how_it_is_read_and_draws_the_slope(as_, ines):
    series = weekly_series(RISING[:30], version__unit="d")
    read_by(series, ines, chart="trend", rule_set="nelson")

    page = as_(ines).get(series.get_absolute_url()).content.decode()

    assert "Usual range about a trend, rules of Nelson." in page
    assert "The line rises by" in page


def test_the_kpi_page_tells_anhoejs_runs(as_, ines):
    series = weekly_series([*CALM[:12], *[3.0] * 12])
    read_by(series, ines, rule_set="anhoej")

    page = as_(ines).get(series.get_absolute_url()).content.decode()

    assert "Longest run 12, by chance up to" in page
    assert state_of(series).variation == "changed"


@pytest.mark.parametrize(
    ("rule_set", "said"),
    [
        ("nhs", "A shift: seven on one side"),
        ("western_electric", "Eight in a row on one side of the mean"),
        ("nelson", "Nine in a row on one side of the mean"),
    ],
)
def test_the_table_names_the_rules_of_each_school_in_plain_words(as_, ines, rule_set, said):
    series = weekly_series([*CALM[:26], *[value / 9 + 1.2 for value in CALM[26:40]]])
    read_by(series, ines, rule_set=rule_set)

    page = as_(ines).get(series.get_absolute_url() + "&view=table").content.decode()

    assert said in page


def test_a_season_that_cannot_be_taken_out_yet_is_said_to_wait(as_, ines):
    series = weekly_series(WAVY[:8], series=SeriesFactory(season=13))

    page = as_(ines).get(series.get_absolute_url()).content.decode()

    assert "A season of 13 weeks is taken out once two whole ones are known." in page


def test_a_program_chooses_by_patch(api, ines):
    series = weekly_series(RISING[:20])

    answer = api(ines).patch(
        f"/api/v1/series/{series.pk}/",
        {"chart": "trend", "reason": "It grows by plan."},
        content_type="application/json",
    )

    assert answer.status_code == 200
    assert (answer.json()["chart"], answer.json()["rule_set"]) == ("trend", "wheeler")
    series.refresh_from_db()
    assert series.chart == "trend"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"chart": "trend"}, 400, "reason"),
        ({"chart": "pie", "reason": "x"}, 400, "chart"),
        ({"chart": "p", "reason": "x"}, 422, "chart"),
        ({"season": -1, "reason": "x"}, 400, "season"),
        ({"season": 52, "reason": "x"}, 422, "season"),
        ({"kpi": "other", "reason": "x"}, 400, "kpi"),
    ],
)
def test_a_program_is_refused_by_field(api, ines, body, status, field):
    series = weekly_series(RISING[:20])

    answer = api(ines).patch(f"/api/v1/series/{series.pk}/", body, content_type="application/json")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field)


@pytest.mark.parametrize(("who", "status"), [("astrid", 403), ("jonas", 404), ("mia", 200)])
def test_which_programs_may_choose(api, request, checkout, who, status):
    series = weekly_series(RISING[:8], subject=checkout.subject)

    answer = api(request.getfixturevalue(who)).patch(
        f"/api/v1/series/{series.pk}/",
        {"chart": "trend", "reason": "It grows."},
        content_type="application/json",
    )

    assert answer.status_code == status


def test_segments_are_told_within_the_bounds_of_their_values(api, ines):
    series = weekly_series(GAPS)
    read_by(series, ines, chart="t")

    told = api(ines).get(f"/api/v1/segments/?series={series.pk}").json()["results"][0]

    assert told["chart"] == "t"
    assert told["lower"] == 0
    assert told["upper"] == pytest.approx(analyse(GAPS, chart="t", baseline=15).segments[0].upper)


def test_the_newest_points_of_a_trend_are_drawn_along_it_and_its_beginning_is_remembered(ines):
    series = weekly_series(RISING[:40])
    read_by(series, ines, chart="trend")

    start, *_newest, lines, is_sloped = state_of(series).recent_limits[-1]

    assert start == str(weeks_before(40)[0])
    assert len(lines) == 26
    assert lines[-1][0] - lines[0][0] == pytest.approx(25 * Segment.objects.get().slope)
    assert is_sloped


def test_a_dashboard_row_keeps_the_limits_of_each_point(ines):
    series = ratio_series(PARTS, WHOLES)
    read_by(series, ines, chart="u")

    recent = state_of(series).recent_limits

    ((start, centre, _lower, upper, _trial, lines, is_sloped),) = recent
    assert start == str(weeks_before(14)[0])
    widths = [upper - centre for centre, _lower, upper in lines]
    assert len(widths) == 14
    assert widths[0] / widths[-1] == pytest.approx(sqrt(2000 / 80))
    assert upper - centre == widths[-1]
    assert not is_sloped


def test_snapshots_stay_as_they_are_however_they_are_read(ines):
    series = weekly_series(RISING[:20])
    before = list(Snapshot.objects.of(series).values_list("period", "value"))

    read_by(series, ines, chart="trend")

    assert list(Snapshot.objects.of(series).values_list("period", "value")) == before
    assert before[-1][0] == TODAY - timedelta(days=8)


def test_values_that_lean_on_each_other_come_with_a_way_to_read_them_about_a_trend(as_, ines):
    series = weekly_series([50 + 4 * (t % 12 > 5) + CALM[t] for t in range(24)])
    type(state_of(series)).objects.filter(series=series).update(r1=0.5, variation="usual")
    url = series.get_absolute_url()

    plain = as_(ines).get(url).content.decode()
    read_by(series, ines, chart="trend")
    type(state_of(series)).objects.filter(series=series).update(r1=0.5, variation="usual")
    about_trend = as_(ines).get(url).content.decode()

    assert f"{method_page(series)}?chart=trend" in plain
    assert f"{method_page(series)}?chart=trend" not in about_trend


@pytest.mark.parametrize("count", [1, 3])
def test_the_method_page_costs_the_same_for_any_history(as_, ines, cost_of, count):
    series = weekly_series(RISING[: 8 * count])

    assert cost_of(as_(ines), method_page(series)) <= 12
