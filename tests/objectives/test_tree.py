"""The tree and the map: what stands under what, laid out and read at a constant cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from objectives import actions
from objectives.layout import Goal, Lever, Result, Words, strategy_map
from objectives.pages.tree import MOST_SHOWN
from objectives.tree import branches, roots_of
from tests.factories.metrics import ImprovementFactory
from tests.factories.objectives import (
    CheckInFactory,
    CycleFactory,
    KeyResultFactory,
    ObjectiveFactory,
)

WORDS = Words("Map", ("Objectives", "Key results", "Levers"), "No pillar", "+%d")


def keys_of(trees):
    return [branch.key for tree in trees for branch in tree.walk()]


# The tree -----------------------------------------------------------------------------------
def test_what_contributes_stands_under_what_it_serves():
    ties = [(2, 1), (3, 2)]

    (tree,) = branches(roots_of([1, 2, 3], ties), ties, {1, 2, 3})

    assert (tree.key, tree.children[0].key, tree.children[0].children[0].depth) == (1, 2, 2)


def test_what_serves_two_stands_under_one_and_names_the_other():
    ties = [(3, 1), (3, 2)]

    first, second = branches(roots_of([1, 2, 3], ties), ties, {1, 2, 3})

    assert first.children[0].also == (2,)
    assert second.children == ()


def test_an_end_outside_what_is_shown_hides_nothing():
    assert roots_of([1, 2], [(1, 99), (2, 1)]) == [1]


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), max_size=30))
def test_no_objective_is_lost_or_shown_twice_without_circles(pairs):
    ties = [(max(pair), min(pair)) for pair in pairs if pair[0] != pair[1]]
    keys = list(range(1, 13))

    shown = keys_of(branches(roots_of(keys, ties), ties, set(keys)))

    assert sorted(shown) == keys


# The map ------------------------------------------------------------------------------------
def goal(key, pillar=None, results=()):
    return Goal(key, f"Goal {key}", f"/o/{key}/", pillar=pillar, results=tuple(results))


def result(levers=0, key=1):
    return Result(key, "Result", "/k/", levers=tuple(Lever(f"L{n}", "/i/") for n in range(levers)))


def test_each_objective_has_the_rows_that_its_results_and_levers_need():
    found = strategy_map([goal(1, results=[result(2), result()]), goal(2)], [], [], WORDS)

    assert [(box.column, box.row) for box in found.boxes] == [
        (0, 0),
        (1, 0),
        (2, 0),
        (2, 1),
        (1, 2),
        (0, 3),
    ]
    assert found.rows == 4


def test_many_levers_are_counted_in_the_last_place():
    found = strategy_map([goal(1, results=[result(7)])], [], [], WORDS)

    assert [box.title for box in found.boxes if box.column == 2] == ["L0", "L1", "+5"]


def test_objectives_stand_under_their_pillars_and_the_others_come_last():
    found = strategy_map([goal(1), goal(2, pillar=5)], [(5, "Grow")], [], WORDS)

    assert [box.title for box in found.boxes] == ["Goal 2", "Goal 1"]
    assert found.bands == ((0, "Grow"), (1.5, "No pillar"))
    assert [box.row for box in found.boxes] == [0.5, 2.0]


def test_ties_of_objectives_and_key_results_are_drawn_where_both_are_there():
    one, two, far = ("objective", 1), ("objective", 2), ("objective", 9)
    goals = [goal(1, results=[result(key=5)]), goal(2, results=[result(key=6)])]
    ties = [
        (two, one, "depends"),
        (two, far, "conflicts"),
        (("key-result", 6), ("key-result", 5), "contributes"),
    ]

    found = strategy_map(goals, [], ties, WORDS)

    drawn = [(tie.begin, tie.end, tie.kind) for tie in found.ties if tie.kind != "part"]
    assert drawn == [(2, 0, "depends"), (3, 1, "contributes")]


# The pages ----------------------------------------------------------------------------------
@pytest.fixture
def cycle(db):
    return CycleFactory()


def aligned(cycle, ines, upper, levels=2):
    """An objective under another, with a key result, a check-in and an improvement."""
    for _level in range(levels):
        lower = ObjectiveFactory(cycle=cycle)
        key_result = KeyResultFactory(objective=lower)
        CheckInFactory(key_result=key_result, value=0.5)
        ImprovementFactory().key_results.add(key_result)
        actions.align(begin=lower, end=upper, weight=1, by=ines)
        upper = lower


@pytest.mark.parametrize("view", ["tree", "map"])
def test_tree_and_map_cost_the_same_for_any_number(cycle, ines, as_, view):
    client = as_(ines)

    def statements():
        with CaptureQueriesContext(connection) as asked:
            response = client.get(
                reverse("objectives:objective-list"), {"view": view, "cycle": cycle.slug}
            )
        assert response.status_code == 200
        return len(asked), response

    top = ObjectiveFactory(cycle=cycle, title="Customers stay")
    aligned(cycle, ines, top)
    statements()
    few, _response = statements()
    for _number in range(3):
        aligned(cycle, ines, top)
        ObjectiveFactory(cycle=cycle)
    many, response = statements()

    assert many == few
    assert many <= 20
    assert len(response.context["leaves"]) == 4


def test_the_map_shows_improvements_that_are_meant_to_move_a_result(cycle, ines, as_):
    key_result = KeyResultFactory(objective__cycle=cycle)
    improvement = ImprovementFactory(title="Answer in pairs")
    improvement.key_results.add(key_result)

    page = as_(ines).get(reverse("objectives:objective-list") + f"?view=map&cycle={cycle.slug}")

    assert "Answer in pairs" in page.text
    assert improvement.get_absolute_url() in page.text


def test_the_map_says_in_words_what_is_aligned_with_what(cycle, ines, as_):
    first, second = (KeyResultFactory(objective__cycle=cycle) for _number in range(2))
    actions.align(begin=second, end=first, kind="depends", by=ines)

    page = as_(ines).get(reverse("objectives:objective-list") + f"?view=map&cycle={cycle.slug}")

    (tie,) = page.context["map"].ties
    drawn = [tie.kind for tie in page.context["map"].chain.ties if tie.kind != "part"]
    assert (tie.begins_in, tie.ends_in, drawn) == (second, first, ["depends"])
    assert "depends on" in page.text


def test_a_strangers_objective_is_on_no_tree(cycle, mia, ines, as_, checkout, billing):
    ours = ObjectiveFactory(cycle=cycle, subject=checkout.subject, title="Ours")
    secret = ObjectiveFactory(cycle=cycle, subject=billing.subject, title="Secret of billing")
    actions.align(begin=ours, end=secret, by=ines)

    for view in ("tree", "map"):
        page = as_(mia).get(
            reverse("objectives:objective-list"), {"view": view, "cycle": cycle.slug}
        )
        assert "Secret of billing" not in page.text
        assert "Ours" in page.text


# More than a page holds ---------------------------------------------------------------------
def address(view):
    return f"{reverse('objectives:objective-list')}?view={view}&cycle=all"


@pytest.fixture
def crowd(cycle, ines):
    """One objective that a great many serve, each of which one more serves."""
    top = ObjectiveFactory(cycle=cycle, owner=ines, title="Above all")
    for _each in range(MOST_SHOWN):
        middle, low = ObjectiveFactory.create_batch(2, cycle=cycle, owner=ines)
        actions.align(begin=middle, end=top, by=ines)
        actions.align(begin=low, end=middle, by=ines)
    return top


@pytest.mark.parametrize("view", ["tree", "map"])
def test_what_a_page_has_no_room_for_is_counted_and_has_a_page_of_its_own(crowd, ines, as_, view):
    client = as_(ines)

    page = client.get(address(view))
    fuller = page.context["fuller"]

    # Above all and 39 of what serves it are shown; one pair, and what serves those 39, is not.
    assert fuller[0] == (crowd, 2)
    assert [number for _objective, number in fuller[1:]] == [1] * (MOST_SHOWN - 1)
    beneath = client.get(f"{address(view)}&under={fuller[1][0].pk}")
    assert beneath.context["top"] == fuller[1][0]
    assert [leaf.row.objective for leaf in beneath.context["leaves"]] == [fuller[1][0]]
    assert len(beneath.context["leaves"][0].children) == 1
    assert beneath.context["fuller"] == []


@pytest.mark.parametrize("under", ["0", "-1", "x", "٣", "9" * 30, ""])
def test_beneath_what_is_not_there_stands_the_whole_tree(crowd, ines, as_, under):
    page = as_(ines).get(f"{address('tree')}&under={under}")

    assert page.context["top"] is None
    assert page.context["leaves"][0].row.objective == crowd


def test_nobody_looks_beneath_what_they_do_not_see(cycle, mia, as_, billing):
    theirs = ObjectiveFactory(cycle=cycle, subject=billing.subject, title="Secret of Billing")

    page = as_(mia).get(f"{address('tree')}&under={theirs.pk}")

    assert page.context["top"] is None
    assert "Secret of Billing" not in page.content.decode()
