import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from objectives import graph
from objectives.actions.alignment import align, part
from objectives.choices import Pace
from objectives.models import Alignment
from objectives.rolling import GoesInCircles, path_between, rolled_up
from objectives.standing import Standing
from productops import clock
from tests.factories.objectives import CheckInFactory, KeyResultFactory, ObjectiveFactory


def at(progress, status=Pace.ON_TRACK):
    return Standing(status=status, progress=progress)


def place(number):
    return ("objective", number)


# Rolling up, by numbers alone ---------------------------------------------------------------
def test_what_contributes_with_a_weight_joins_the_mean():
    own = {place(1): [(at(0.5), 1)], place(2): [(at(0.8), 1)]}

    found = rolled_up(own, [(place(2), place(1), 2)])

    assert found[place(1)].progress == pytest.approx((0.5 + 2 * 0.8) / 3)
    assert found[place(2)].progress == 0.8


def test_the_worst_of_what_contributes_is_the_status_above():
    own = {place(1): [(at(0.5), 1)], place(2): [(at(0.1, Pace.AT_RISK), 1)]}

    assert rolled_up(own, [(place(2), place(1), 1)])[place(1)].status == Pace.AT_RISK


def test_rolling_up_goes_over_several_levels_and_counts_a_shared_one_for_each_above():
    own = {place(1): [], place(2): [(at(0.2), 1)], place(3): [(at(0.6), 1)]}
    edges = [(place(2), place(1), 1), (place(3), place(1), 1), (place(3), place(2), 1)]

    found = rolled_up(own, edges)

    assert found[place(2)].progress == pytest.approx(0.4)
    assert found[place(1)].progress == pytest.approx(0.5)


def test_a_key_result_from_elsewhere_counts_like_ones_own():
    found = rolled_up(
        {place(1): [(at(0.2), 1)]}, [(("key-result", 9), place(1), 1)], {("key-result", 9): at(0.4)}
    )

    assert found[place(1)].progress == pytest.approx(0.3)


def test_an_end_that_nobody_knows_is_left_out():
    assert (
        rolled_up({place(1): [(at(0.2), 1)]}, [(place(7), place(1), 5)])[place(1)].progress == 0.2
    )


def test_a_circle_is_told_with_its_way():
    own = {place(1): [], place(2): []}

    with pytest.raises(GoesInCircles) as told:
        rolled_up(own, [(place(1), place(2), 1), (place(2), place(1), 1)])

    assert told.value.path[0] == told.value.path[-1]


def test_the_way_between_two_places_is_the_shortest():
    edges = {"a": ["b", "c"], "b": ["d"], "c": ["e"], "e": ["d"]}

    assert path_between(edges, "a", "d") == ("a", "b", "d")
    assert path_between(edges, "d", "a") is None
    assert path_between(edges, "a", "a") == ("a",)


# With rows ----------------------------------------------------------------------------------
@pytest.fixture
def company(db):
    return ObjectiveFactory(title="Customers stay")


@pytest.fixture
def team(db):
    return ObjectiveFactory(title="Faster answers")


def result(objective, progress):
    made = KeyResultFactory(objective=objective, baseline=0, target=1)
    CheckInFactory(key_result=made, value=progress, on=clock.today())
    return made


def standing(objective):
    rows = type(objective).objects.filter(pk=objective.pk).with_standing()
    return graph.standings_of(rows, clock.today())[objective.pk]


def test_an_objective_with_a_weight_rolls_up_and_one_without_does_not(company, team, ines):
    result(company, 0.2)
    result(team, 0.8)

    tie = align(begin=team, end=company, by=ines)
    assert standing(company).progress == pytest.approx(0.2)

    align(begin=team, end=company, weight=1, by=ines)
    assert standing(company).progress == pytest.approx(0.5)
    assert Alignment.objects.get() == tie


def test_what_was_dropped_or_deleted_no_longer_rolls_up(company, team, ines):
    result(company, 0.2)
    result(team, 0.8)
    align(begin=team, end=company, weight=1, by=ines)

    team.discard(by=ines)

    assert standing(company).progress == pytest.approx(0.2)


def test_rolling_up_takes_the_same_number_of_queries_however_many_contribute(company, ines):
    def statements():
        rows = list(type(company).objects.filter(pk=company.pk).with_standing())
        with CaptureQueriesContext(connection) as asked:
            graph.standings_of(rows, clock.today())
        return len(asked)

    for each in (result(ObjectiveFactory(), 0.1).objective, result(ObjectiveFactory(), 0.1)):
        align(begin=each, end=company, weight=1, by=ines)
    few = statements()
    for _one in range(3):
        lower = ObjectiveFactory()
        result(lower, 0.3)
        align(begin=lower, end=company, weight=1, by=ines)
        align(begin=result(ObjectiveFactory(), 0.3), end=lower, weight=1, by=ines)

    assert statements() == few


def test_a_circle_over_a_key_result_is_refused_with_its_way(company, team, ines):
    own = result(company, 0.2)
    align(begin=team, end=own, by=ines)

    with pytest.raises(ValidationError) as refused:
        align(begin=company, end=team, by=ines)

    assert "Customers stay" in refused.value.message_dict["end"][0]
    assert Alignment.objects.count() == 1


def test_conflicts_may_go_both_ways(company, team, ines):
    align(begin=team, end=company, kind="conflicts", by=ines)

    align(begin=company, end=team, kind="conflicts", by=ines)

    assert Alignment.objects.count() == 2


@pytest.mark.parametrize(
    ("kind", "weight", "field"),
    [("depends", 1, "weight"), ("contributes", -1, "weight")],
)
def test_a_weight_that_means_nothing_is_refused(company, team, ines, kind, weight, field):
    with pytest.raises(ValidationError) as refused:
        align(begin=team, end=company, kind=kind, weight=weight, by=ines)

    assert field in refused.value.message_dict


def test_a_key_result_is_not_aligned_with_its_own_objective(company, ines):
    with pytest.raises(ValidationError):
        align(begin=result(company, 0.1), end=company, by=ines)


def test_parting_leaves_both_ends(company, team, ines):
    tie = align(begin=team, end=company, weight=1, by=ines)

    part(tie=tie, by=ines)

    assert not Alignment.objects.exists()
    assert type(team).objects.count() == 2
