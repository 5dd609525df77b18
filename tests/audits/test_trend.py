import pytest

from audits.trend import (
    Change,
    band_of,
    change_band,
    drift_of_worst,
    matched,
    question_changes,
    retest_error,
)


def test_the_worst_of_six_comes_back_by_what_the_formula_says():
    levels = [1.0, 2.0, 2.5, 3.0, 3.5, 4.0]

    assert drift_of_worst(levels) == pytest.approx(0.38 * 1.0801, abs=0.005)
    assert drift_of_worst(levels[:2]) == 0


@pytest.mark.parametrize(
    ("observed", "expected", "net"),
    [(0.8, 0.5, 0.3), (0.3, 0.5, 0.0), (-0.4, 0.5, -0.4), (None, 0.5, None), (0.0, 0.5, 0.0)],
)
def test_what_would_have_come_back_is_no_progress(observed, expected, net):
    assert Change(1.0, 1.0, observed, expected).net == (None if net is None else pytest.approx(net))


@pytest.mark.parametrize(
    ("observed", "band", "reading"),
    [
        (None, 0.2, "not_asked"),
        (0.9, None, "too_few"),
        (0.1, 0.2, "same"),
        (-0.1, 0.2, "same"),
        (0.5, 0.2, "better"),
        (-0.5, 0.2, "worse"),
        (0.04, 0.0, "same"),
    ],
)
def test_noise_is_not_read_as_progress(observed, band, reading):
    assert Change(1.0, 2.0, observed, band=band).reading == reading


def test_drift_alone_is_about_as_then():
    assert Change(1.0, 1.5, 0.5, expected=0.4, band=0.2).reading == "same"


def test_the_error_of_asking_again_needs_three_places():
    assert retest_error([1.0, 3.0]) is None
    assert retest_error([1.0, 2.0, None, 3.0]) == pytest.approx(0.3**0.5)
    assert change_band(0.5, 4) == pytest.approx(1.96 * 0.5 * 0.5**0.5)
    assert change_band(None, 4) is None


def test_the_band_lies_around_what_was_before():
    band = band_of([2.0, 3.0, 2.9], error=0.4, places=4)

    assert band.centre == 2.5
    assert band.upper - band.centre == pytest.approx(1.96 * 0.4 * (1.5 / 4) ** 0.5)
    assert band_of([2.0], 0.4, 4) is None


def test_each_of_the_same_people_counts_once():
    before = {("mia", 1, "a", "d"): 1.0, ("mia", 1, "b", "d"): 1.0, ("rui", 1, "a", "d"): 2.0}
    now = {("mia", 1, "a", "d"): 2.0, ("mia", 1, "b", "d"): 4.0, ("jo", 1, "a", "d"): 4.0}

    found = matched(before, now)

    assert (found["d"].n, found["d"].change, found["d"].band) == (1, 2.0, None)


def test_questions_are_told_apart_by_key_and_text():
    former = {
        "nodes": [
            {
                "key": "s",
                "text": "S",
                "children": [
                    {"key": "a", "text": "How  often?"},
                    {"key": "b", "text": "Who?"},
                    {"key": "c", "text": "?"},
                ],
            }
        ]
    }
    newer = {
        "nodes": [
            {
                "key": "s",
                "text": "S",
                "children": [
                    {"key": "a", "text": "How often?"},
                    {"key": "b", "text": "Who, when?"},
                    {"key": "n", "text": "!"},
                    {"key": "note", "type": "note", "text": "Read"},
                ],
            }
        ]
    }

    found = {one.key: (one.kind, one.before) for one in question_changes(former, newer)}

    assert found == {
        "a": ("same", ""),
        "b": ("changed", "Who?"),
        "n": ("new", ""),
        "c": ("removed", ""),
    }
