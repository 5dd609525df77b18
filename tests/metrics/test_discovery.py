import pytest

from metrics.discovery import discoveries

# Benjamini & Hochberg 1995, section 3.1: fifteen hypotheses of a trial of rt-PA and APSAC.
PUBLISHED = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
    0.5719, 0.6528, 0.7590, 1.0000,
]  # fmt: skip


def test_four_of_the_published_fifteen_stand_at_five_per_cent():
    found = discoveries(PUBLISHED, q=0.05)

    assert found.stands == (True,) * 4 + (False,) * 11
    assert found.threshold == 0.0095


def test_the_order_of_the_verdicts_does_not_matter():
    backward = discoveries(PUBLISHED[::-1], q=0.05)

    assert backward.stands == (False,) * 11 + (True,) * 4


def test_a_larger_p_value_that_passes_carries_the_smaller_ones_with_it():
    # 0.06 is above its own 0.05, but 0.08 is not above 0.10.
    assert discoveries([0.06, 0.08], q=0.10).stands == (True, True)


def test_it_tells_how_many_are_expected_to_be_false():
    found = discoveries([0.001] * 4 + [0.5] * 16, q=0.10)

    assert found.found == 4
    assert found.expected_false == pytest.approx(0.4)
    assert found.by_chance == pytest.approx(1.0)


def test_nothing_stands_where_nothing_is_judged():
    found = discoveries([])

    assert (found.n, found.found, found.threshold) == (0, 0, None)
    assert (found.expected_false, found.by_chance) == (0, 0)


@pytest.mark.parametrize(
    ("p_values", "q", "named"),
    [
        ([0.1, 1.2], 0.1, "p_values[1]"),
        ([-0.1], 0.1, "p_values[0]"),
        ([float("nan")], 0.1, "p_values[0]"),
        ([0.1], 2, "q"),
    ],
)
def test_what_is_no_chance_is_refused_by_name(p_values, q, named):
    with pytest.raises(ValueError, match="must") as refusal:
        discoveries(p_values, q=q)

    assert str(refusal.value).startswith(named)
