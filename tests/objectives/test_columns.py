"""Key results read as plain columns stand where they stand as rows, of whatever kind they are."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.models import SeriesState
from objectives import actions
from objectives.choices import KeyResultKind, ObjectiveState
from objectives.columns import columns_of_key_results
from objectives.graph import counted, standings_of
from objectives.models import KeyResult, Objective
from productops import clock
from tests.factories.objectives import (
    CheckInFactory,
    CycleFactory,
    KeyResultFactory,
    KpiVersionFactory,
    ObjectiveFactory,
    SeriesFactory,
)

pytestmark = pytest.mark.django_db

ON = date(2026, 2, 14)
FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)
VALUES = st.integers(-3, 12).map(float)
DAYS = st.dates(FIRST - timedelta(days=20), LAST)
OF_KIND = {
    KeyResultKind.METRIC: {"baseline": 10, "commit": 7, "target": 5, "stretch": 2},
    KeyResultKind.MAINTAIN: {"baseline": None, "target": None, "low": 2, "high": 8},
    KeyResultKind.ORDINAL: {"baseline": None, "target": None},
}
SAID = st.fixed_dictionaries(
    {"on": DAYS, "value": VALUES, "confidence": st.none() | st.integers(0, 10)}
)
POINTS = st.lists(st.tuples(DAYS, st.none() | VALUES, st.booleans(), st.booleans()), max_size=5)
DRAWN = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(list(OF_KIND)),
        "is_watched": st.booleans(),
        "is_dated": st.booleans(),
        "points": POINTS,
        "said": st.lists(SAID, max_size=3),
        "zone": st.sampled_from(["", "fail", "commit", "target", "stretch"]),
        "plan": st.lists(DAYS, max_size=3, unique=True).map(sorted),
        "closed_on": st.none() | DAYS,
        "is_graded": st.booleans(),
        "says_otherwise": st.booleans(),
    }
)


def made(drawn, ines) -> KeyResult:
    """The key result that Hypothesis thought of."""
    dates = {"starts_on": FIRST, "ends_on": LAST} if drawn["is_dated"] else BACKLOG
    closed = {"state": ObjectiveState.MISSED, "closed_on": drawn["closed_on"], "grade": 0.3}
    objective = ObjectiveFactory(
        cycle=CycleFactory(**dates), **(closed if drawn["closed_on"] else {})
    )
    is_watched = drawn["is_watched"] or drawn["kind"] == KeyResultKind.MAINTAIN
    numbers = dict(OF_KIND[drawn["kind"]])
    if drawn["kind"] == KeyResultKind.METRIC:
        numbers["plan"] = [[day.isoformat(), 6.0 - n] for n, day in enumerate(drawn["plan"])]
    if drawn["is_graded"]:
        numbers |= {"final_progress": 0.2, "final_value": 9, "final_zone": "fail", "graded_on": ON}
    if drawn["says_otherwise"]:
        numbers |= {"said_status": "on_track", "said_reason": "So it is", "said_by": ines}
    key_result = KeyResultFactory(
        objective=objective,
        kind=drawn["kind"],
        series=watched(drawn["points"]) if is_watched else None,
        **numbers,
    )
    zone = drawn["zone"] if drawn["kind"] == KeyResultKind.ORDINAL else ""
    for said in drawn["said"]:
        CheckInFactory(key_result=key_result, zone=zone, **said)
    return key_result


BACKLOG = {"starts_on": None, "ends_on": None, "state": "backlog"}


def watched(points):
    """A series with a state, or without one where it has no points."""
    series = SeriesFactory()
    if points:
        recent = [[day.isoformat(), *rest, ""] for day, *rest in sorted(points, key=lambda p: p[0])]
        day, value = recent[-1][:2]
        SeriesState.objects.create(
            series=series, latest=value, latest_period=day, recent=recent, as_of=clock.start_of(ON)
        )
    return series


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=DRAWN, on=DAYS)
def test_columns_say_of_every_key_result_what_its_row_says(ines, drawn, on):
    key_result = made(drawn, ines)
    row = KeyResult.objects.with_standing().get(pk=key_result.pk)

    [columns] = columns_of_key_results(KeyResult.objects.filter(pk=key_result.pk), on)

    assert columns.standing(on) == row.standing(on)
    assert columns.numbers.zone_reached(on) == (row.zone_reached(on) or "")
    assert (columns.objective, columns.subject) == (row.objective_id, row.objective.subject_id)


def half_done(objective, value=0.5, **more):
    key_result = KeyResultFactory(objective=objective, **more)
    CheckInFactory(key_result=key_result, value=value, on=ON)
    return key_result


def test_objectives_that_are_counted_stand_where_those_that_are_shown_do(ines):
    cycle = CycleFactory(starts_on=FIRST, ends_on=LAST)
    upper, lower, closed, empty, elsewhere = (ObjectiveFactory(cycle=cycle) for _number in range(5))
    half_done(upper, 0.2, weight=3)
    half_done(lower, 0.9)
    half_done(closed, 0.4)
    alone = half_done(elsewhere, 1.0)
    for begin, end, weight in ((lower, upper, 2), (closed, upper, 1), (alone, lower, 1)):
        actions.align(begin=begin, end=end, weight=weight, by=ines)
    actions.close_objective(objective=closed, outcome="missed", learning="So", by=ines, on=ON)
    rows = Objective.objects.exclude(pk=elsewhere.pk).in_order()

    found = counted(rows, ON, with_zones=True)

    assert found.standings == standings_of(rows.with_standing(), ON)
    assert [each.key for each in found.objectives] == [each.pk for each in rows]
    assert [len(found.zones[each.pk]) for each in (upper, lower, empty)] == [1, 1, 0]


@pytest.mark.parametrize("count", [1, 30])
def test_counting_costs_the_same_for_any_number(ines, count, django_assert_num_queries):
    upper = ObjectiveFactory()
    for _number in range(count):
        below = ObjectiveFactory()
        half_done(below, series=SeriesFactory())
        half_done(below, kind=KeyResultKind.ORDINAL, baseline=None, target=None)
        actions.align(begin=below, end=upper, weight=1, by=ines)

    with django_assert_num_queries(3):
        found = counted(Objective.objects.in_order(), ON)
    with django_assert_num_queries(5):
        narrowed = counted(Objective.objects.filter(pk=upper.pk), ON)

    assert len(found.objectives) == count + 1
    assert narrowed.standings[upper.pk] == found.standings[upper.pk]


def test_numbers_meant_by_another_definition_say_nothing_in_columns_either():
    version = KpiVersionFactory()
    series = watched([(date(2026, 2, 9), 5.0, True, False)])
    series.kpi = version.kpi
    series.save()
    meant = half_done(ObjectiveFactory(), series=series, meant_by=version)
    rows = KeyResult.objects.filter(pk=meant.pk)
    [before] = columns_of_key_results(rows, ON)
    KpiVersionFactory(kpi=version.kpi, number=2, valid_from=date(2026, 2, 1), unit="h")

    [after] = columns_of_key_results(rows, ON)

    assert (before.standing(ON).progress, after.standing(ON).progress) == (5, None)
    assert [each.numbers.meant_otherwise for each in (before, after)] == [False, True]
