"""What holds of every kind of chart, whatever the numbers."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.spc import CHARTS, RULE_SETS, Form, Place, analyse, fitted
from metrics.spc.kinds import fitted_or_plain, levelling_kept, referred, restored

eighths = st.integers(-1000, 1000).map(lambda number: number / 8)
counts = st.integers(0, 500).map(float)
rule_sets = st.sampled_from(list(RULE_SETS))
KINDS = ["trend", "u", "t", "g"]
forms = st.one_of(
    st.builds(lambda rules, chart: Form(rules, chart=chart), rule_sets, st.sampled_from(KINDS)),
    st.builds(lambda rules, season: Form(rules, season=season), rule_sets, st.integers(2, 5)),
)


def placed(values):
    return [Place(time, float(10 + 7 * (time % 5))) for time in range(len(values))]


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.none() | counts | eighths | st.floats(-1e100, 1e100), max_size=30),
    st.sampled_from(CHARTS),
    st.integers(0, 6),
    rule_sets,
)
def test_every_list_of_numbers_is_read_or_refused_by_its_argument(values, chart, season, rules):
    sizes = [5.0] * len(values) if chart in ("p", "u") else None

    try:
        found = analyse(values, chart=chart, season=season, rule_set=rules, denominators=sizes)
    except ValueError as refusal:
        said = str(refusal)
    else:
        said = ""

    if said:
        assert said.split("[")[0].split(" ")[0] in ("values", "season")
        return
    assert len(found.points) == len(found.lines) == len(found.levels) == len(values)
    numbers = [line.upper for line in found.lines if line.upper is not None]
    assert all(math.isfinite(number) for number in numbers)


@settings(max_examples=120, deadline=None)
@given(st.lists(counts, min_size=12, max_size=40), forms)
def test_what_is_drawn_has_the_level_that_it_came_from(values, form):
    limits = fitted_or_plain(values, placed(values), form)

    if limits.levelling is not None and limits.lower is not None:
        for place in placed(values):
            for line in (limits.lower, limits.centre, limits.upper):
                drawn = limits.levelling.drawn(line, place)
                assert limits.levelling.level(drawn, place) == pytest.approx(line, abs=1e-6)


@settings(max_examples=120, deadline=None)
@given(st.lists(counts, min_size=12, max_size=40), forms)
def test_limits_that_were_kept_are_the_same_limits_again(values, form):
    limits = fitted_or_plain(values, placed(values), form)
    kept = referred(limits)

    way = limits.levelling
    again = restored(
        kept,
        levelling_kept(
            way.chart if way else "xmr",
            kept.centre,
            slope=getattr(way, "slope", None),
            factors=getattr(way, "factors", ()),
            size=getattr(way, "size", None),
            ceiling=getattr(way, "ceiling", None),
        ),
    )

    for place in placed(values):
        one, other = limits.at(place), again.at(place)
        for name in ("centre", "lower", "upper"):
            expected = getattr(one, name)
            assert getattr(other, name) == (
                expected if expected is None else pytest.approx(expected, abs=1e-6)
            )


@settings(max_examples=60, deadline=None)
@given(st.lists(eighths, min_size=8, max_size=40), st.integers(-64, 64), rule_sets)
def test_a_slope_that_is_added_changes_no_signal_of_a_trend(values, eighth, rules):
    chart = analyse(values, chart="trend", rule_set=rules)

    tilted = [value + eighth / 8 * time for time, value in enumerate(values)]
    other = analyse(tilted, chart="trend", rule_set=rules)

    if chart.segments[0].limits.lower is not None:
        assert [point.signals for point in other.points] == [p.signals for p in chart.points]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 400).map(float), min_size=16, max_size=40), st.floats(0.01, 100))
def test_another_unit_keeps_the_signals_of_a_season(values, factor):
    chart = analyse(values, season=4)

    scaled = analyse([value * factor for value in values], season=4)

    assert [p.signals for p in scaled.points] == [p.signals for p in chart.points]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=8, max_size=30))
def test_one_denominator_for_all_makes_a_plain_chart_of_shares(parts):
    shares = [part / 50 for part in parts]

    weighed = analyse(shares, chart="u", denominators=[50] * len(parts))
    plain = fitted(shares, [], Form(), since=0)

    limits = weighed.segments[0].limits
    assert limits.centre == pytest.approx(plain.centre, abs=1e-9)
    assert limits.upper == (plain.upper and pytest.approx(plain.upper, abs=1e-9))
