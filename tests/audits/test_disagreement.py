import pytest

from audits.disagreement import Said, differences, step_of


def queued(*places, **options):
    """``queued(("a", [1, 3]), ...)``: the places that people should talk about, in order."""
    said = [Said(place, ratings, 5, *rest) for place, ratings, *rest in places]
    return [one.said.place for one in differences(said, **options)]


def test_two_levels_apart_join_the_queue_and_one_level_does_not():
    assert queued(("far", [1, 3]), ("near", [1, 2])) == ["far"]


def test_an_average_deviation_above_a_sixth_of_the_levels_joins_whatever_the_range():
    said = [Said("yes and no", [0, 1], 2), Said("nearly", [0, 1, 1, 1, 1, 1, 1], 2)]

    assert [one.said.place for one in differences(said)] == ["yes and no"]


def test_the_most_divided_and_heaviest_come_first_and_equal_ones_in_their_order():
    places = (
        ("light", [0, 4], 1),
        ("heavy", [1, 3], 3),
        ("same", [0, 4], 1),
        ("weightless", [0, 4], 0),
    )

    assert queued(*places) == ["heavy", "light", "same", "weightless"]


@pytest.mark.parametrize("ratings", [[], [3]])
def test_nobody_and_one_person_cannot_differ(ratings):
    assert queued(("a", ratings), smallest_group=0) == []


def test_small_groups_stay_out_where_they_would_name_people():
    assert queued(("few", [0, 4, 4, 4]), ("many", [0, 4, 4, 4, 4]), smallest_group=5) == ["many"]


def test_the_index_of_agreement_is_told_only_from_five_answers_on():
    few, many = differences([Said(1, [0, 4, 4, 4], 5), Said(2, [0, 4, 4, 4, 4], 5)])

    assert (few.found.rwg, many.found.rwg) == (None, 0.0)


@pytest.mark.parametrize(
    ("value", "scale", "step"),
    [(1, [1, 3, 5], 0), (5, [1, 3, 5], 2), (2.5, [0, 1, 2, 3], 2.5), (4, [1, 3, 5], 1.5)],
)
def test_a_value_becomes_its_step_on_the_scale(value, scale, step):
    assert step_of(value, scale) == step


@pytest.mark.parametrize(("value", "scale"), [(9, [0, 1]), (1, [])])
def test_a_value_outside_its_scale_is_refused(value, scale):
    with pytest.raises(ValueError, match="not on the scale"):
        step_of(value, scale)
