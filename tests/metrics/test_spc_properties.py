import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.spc import RULE_SETS, analyse, limits_of, limits_of_many

series = st.lists(
    st.integers(-1000, 1000).map(lambda eighths: eighths / 8), min_size=6, max_size=40
)
rule_sets = st.sampled_from(list(RULE_SETS))


def signals(chart):
    return [point.signals for point in chart.points]


@settings(max_examples=60, deadline=None)
@given(series, rule_sets, st.sampled_from(["mean", "median"]), st.integers(-5000, 5000))
def test_shifting_every_value_shifts_the_limits_and_keeps_the_signals(values, rules, centre, shift):
    chart = analyse(values, rule_set=rules, centre=centre)

    moved = analyse([value + shift for value in values], rule_set=rules, centre=centre)

    assert signals(moved) == signals(chart)
    if chart.segments[0].upper is not None:
        assert moved.segments[0].upper == pytest.approx(chart.segments[0].upper + shift, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(series, rule_sets, st.floats(1e-6, 1e6))
def test_another_unit_keeps_the_signals(values, rules, factor):
    chart = analyse(values, rule_set=rules)

    scaled = analyse([value * factor for value in values], rule_set=rules)

    assert signals(scaled) == signals(chart)


@settings(max_examples=60, deadline=None)
@given(series, st.sampled_from(["wheeler", "nhs", "western_electric", "nelson", "anhoej"]))
def test_the_mirrored_series_reads_the_same_in_the_mirrored_direction(values, rules):
    chart = analyse(values, rule_set=rules, direction="up", target=3)

    mirrored = analyse([-value for value in values], rule_set=rules, direction="down", target=-3)

    assert signals(mirrored) == signals(chart)
    assert (mirrored.variation, mirrored.assurance) == (chart.variation, chart.assurance)


@settings(max_examples=40, deadline=None)
@given(st.floats(-1e9, 1e9), st.integers(6, 60), rule_sets, st.booleans())
def test_no_constant_whatever_its_value_is_flagged(value, count, rules, screen):
    chart = analyse([value] * count, rule_set=rules, screen=screen, direction="up")

    assert signals(chart) == [()] * count
    assert chart.variation == "usual"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.none() | st.integers(-99, 99), min_size=9, max_size=9), min_size=1, max_size=5
    ),
    rule_sets,
    st.booleans(),
)
def test_many_series_at_once_have_the_limits_of_each(rows, rules, screen):
    matrix = [[float("nan") if value is None else value for value in row] for row in rows]

    many = limits_of_many(matrix, rule_set=rules, screen=screen)

    each = [limits_of(row, rule_set=rules, screen=screen) for row in rows]
    for name in ("centre", "lower", "upper", "mr_upper"):
        expected = [
            float("nan") if getattr(limits, name) is None else getattr(limits, name)
            for limits in each
        ]
        assert list(getattr(many, name)) == pytest.approx(expected, nan_ok=True, abs=1e-9)
    assert list(many.n) == [limits.n for limits in each]
