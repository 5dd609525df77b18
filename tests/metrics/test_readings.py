"""What numbers mean, in words. Pure: no row of a database."""

from datetime import date

import pytest

from metrics import readings
from metrics.spc import SIGNALS
from productops import cadences
from productops.rule_names import name_of_signal

TODAY = date(2026, 11, 23)  # a Monday
MONDAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("variation", "has_improved", "said"),
    [
        ("better", False, ("good", "Better than usual")),
        ("worse", False, ("bad", "Worse than usual")),
        ("worse", True, ("bad", "Worse than usual")),
        ("changed", False, ("flat", "Changed")),
        ("usual", False, ("flat", "As usual")),
        ("usual", True, ("good", "Improved, now steady")),
        ("none", True, ("flat", "Too few points")),
    ],
)
def test_a_signal_comes_before_what_was_improved(variation, has_improved, said):
    found = readings.reading(variation, has_improved=has_improved)

    assert (found.kind, found.text) == said


@pytest.mark.parametrize(
    ("lower", "upper", "unit", "is_trial", "n", "said"),
    [
        (30.44, 38.06, "%", False, 24, "usual 30.4–38.1"),
        (194.2, 217.4, "€", False, 24, "usual €194–217"),
        (30.44, 38.06, "%", True, 8, "usual 30.4–38.1, on trial"),
        (-3.0, 4.0, "", False, 24, "usual −3 to 4"),
        (None, None, "", True, 5, "1 more period needed"),
        (None, None, "", True, 0, "6 more periods needed"),
        (None, None, "", False, 9, "always the same so far"),
    ],
)
def test_the_usual_range_or_what_is_missing_for_one(lower, upper, unit, is_trial, n, said):
    assert readings.usual(lower, upper, unit, is_trial=is_trial, n=n) == said


@pytest.mark.parametrize(
    ("low", "high", "unit", "said"),
    [
        (36, None, "%", "≥ 36"),
        (None, 230, "€", "≤ €230"),
        (None, 0, "", "≤ 0"),
        (8, 16, "", "8–16"),
        (None, None, "d", ""),
    ],
)
def test_a_target_by_its_bounds(low, high, unit, said):
    assert readings.target(low, high, unit) == said


def test_a_target_that_nothing_can_be_said_of_yet():
    assert readings.assured("none") == "too early to say"
    assert readings.assured("hit_or_miss") == "hit or miss"


@pytest.mark.parametrize(
    ("first", "cadence", "period", "tick"),
    [
        (date(2026, 11, 16), "week", "16–22 Nov", "16 Nov"),
        (date(2025, 12, 29), "week", "29 Dec 2025 – 4 Jan", "29 Dec 2025"),
        (date(2026, 11, 1), "month", "November 2026", "Nov"),
        (date(2025, 11, 1), "month", "November 2025", "Nov 2025"),
        (date(2026, 10, 1), "quarter", "Q4 2026", "Q4 2026"),
        (date(2026, 11, 22), "day", "22 Nov", "22 Nov"),
    ],
)
def test_a_period_by_its_name_whole_and_short(first, cadence, period, tick):
    assert cadences.name_of_period(first, cadence, TODAY) == period
    assert readings.tick(first, cadence, TODAY) == tick


@pytest.mark.parametrize(
    ("newest", "cadence", "is_stale"),
    [
        (date(2026, 11, 16), "week", False),
        (date(2026, 11, 9), "week", False),  # its week ended 7 days ago
        (date(2026, 11, 2), "week", True),
        (date(2026, 11, 22), "day", False),
        (date(2026, 11, 20), "day", True),
        (date(2026, 10, 1), "month", False),
        (date(2026, 9, 1), "month", True),
        (date(2026, 7, 1), "quarter", False),
        (date(2026, 4, 1), "quarter", True),
        (None, "week", False),
    ],
)
def test_a_number_is_stale_when_the_next_one_is_late(newest, cadence, is_stale):
    assert readings.is_stale(newest, cadence, TODAY) is is_stale


def test_the_age_counts_from_the_end_of_the_period():
    assert readings.age(date(2026, 11, 9), "week", TODAY) == "7 days old"
    assert readings.age(MONDAY, "week", TODAY) == "new"
    assert readings.age(None, "week", TODAY) == ""


@pytest.mark.parametrize(("n", "said"), [(1, "1 week"), (14, "14 weeks")])
def test_periods_are_counted_in_their_own_words(n, said):
    assert cadences.count_of_periods(n, "week") == said


@pytest.mark.parametrize(("rule_set", "signal"), [(s, n) for s in SIGNALS for n in SIGNALS[s]])
def test_every_rule_of_every_rule_set_has_words(rule_set, signal):
    assert name_of_signal(signal, rule_set) != signal


def test_the_same_number_says_what_its_own_school_means_by_it():
    assert name_of_signal("rule2", "nelson") == "nine in a row on one side of the mean"
    assert name_of_signal("rule2", "western_electric").startswith("two of three")
    assert name_of_signal("rule9", "nelson") == "rule9"
