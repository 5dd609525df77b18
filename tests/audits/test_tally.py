from types import SimpleNamespace

import pytest

from audits.agreement import krippendorff_alpha, rwg_j
from audits.asked import Reply
from audits.tally import alpha_of, tallies


def place(pk, parent=None, kind="level", weight=1, levels=5):
    choices = [{"value": level} for level in range(1, levels + 1)] if kind == "level" else []
    return SimpleNamespace(
        pk=pk, key=f"n{pk}", parent_id=parent, kind=kind, weight=weight, choices=choices
    )


TREE = [place(1, kind="framework"), place(2, 1, "section"), place(3, 2), place(4, 2)]


def said(node, *numbers, about=None, states=()):
    rows = [("answered", number) for number in numbers]
    every = rows + [(state, None) for state in states]
    return [
        Reply(person, about, f"n{node}", {"state": state, "number": number})
        for person, (state, number) in enumerate(every)
    ]


def test_agreement_of_a_section_is_that_of_its_questions_together():
    found = tallies(TREE, said(3, 4, 5, 4, 4, 5) + said(4, 4, 4, 3, 4, 4))

    pairs = [[4, 4], [5, 4], [4, 3], [4, 4], [5, 4]]
    assert found["n2"].agreement == pytest.approx(rwg_j(pairs, 5))
    assert found["n1"].agreement == found["n2"].agreement
    assert found["n3"].agreement == pytest.approx(rwg_j([[one] for one, _other in pairs], 5))


@pytest.mark.parametrize(("people", "is_told"), [(4, False), (5, True)])
def test_agreement_is_told_from_five_answers_on(people, is_told):
    found = tallies(TREE, said(3, *[4] * people))

    assert (found["n3"].agreement is not None) == is_told


@pytest.mark.parametrize(
    ("numbers", "deviation"), [([4], None), ([4, 2], 1.0), ([4, 4, 5, 4], 0.375)]
)
def test_deviation_is_told_from_two_answers_on(numbers, deviation):
    assert tallies(TREE, said(3, *numbers))["n3"].deviation == deviation


def test_people_and_those_who_do_not_know_are_counted_once_for_every_section_above():
    found = tallies(TREE, said(3, 4, 2, states=["dont_know"]) + said(4, 1))

    assert {pk: len(tally.people) for pk, tally in found.items()} == {
        "n1": 3,
        "n2": 3,
        "n3": 3,
        "n4": 1,
    }
    assert found["n1"].dont_know == 1
    assert found["n1"].spread == 2


def test_what_weighs_nothing_says_nothing_about_agreement():
    tree = [*TREE[:3], place(4, 2, weight=0)]

    found = tallies(tree, said(3, 4, 4, 4, 4, 4) + said(4, 1, 5, 1, 5, 1))

    assert (found["n2"].agreement, found["n2"].spread) == (1.0, 0)


def test_subjects_of_a_repeated_question_are_no_parallel_items():
    many = [one for subject in range(20) for one in said(3, 1, 5, 1, 5, 3, about=subject)]

    assert (
        tallies(TREE, many)["n2"].agreement == tallies(TREE, said(3, 1, 5, 1, 5, 3))["n3"].agreement
    )


def test_levels_that_lie_far_apart_are_steps():
    far = SimpleNamespace(
        pk=3,
        key="n3",
        parent_id=2,
        kind="level",
        weight=1,
        choices=[{"value": v} for v in (0, 50, 100)],
    )

    found = tallies([*TREE[:2], far], said(3, 0, 50, 50, 50, 100))

    assert found["n3"].deviation == pytest.approx(0.4)
    assert found["n3"].agreement is not None


def test_alpha_compares_ranks_on_one_scale_and_places_on_several():
    answers = said(3, 1, 1, 2) + said(4, 5, 5, 4)
    mixed = [*TREE[:3], place(4, 2, levels=7)]

    ranks = krippendorff_alpha([[1, 5], [1, 5], [2, 4]], "ordinal")
    assert alpha_of(TREE, [answers]) == pytest.approx(ranks)
    assert alpha_of(mixed, [answers]) != alpha_of(TREE, [answers])
    assert alpha_of(TREE, [said(3, 4)]) is None
