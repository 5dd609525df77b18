from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.coverage import (
    Demand,
    Holding,
    SkillCover,
    able_people,
    bus_factor,
    capability_gap,
    competency,
    compliance,
    levels_on,
    supervisor_gap,
    team_bus_factor,
    weighted_coverage,
)

SPRING, SUMMER, AUTUMN = date(2026, 3, 1), date(2026, 6, 1), date(2026, 9, 1)


def test_a_level_below_the_demanded_one_is_unmet_not_partly_met():
    demands = [Demand("mia", "sql", 3), Demand("mia", "interviews", 2), Demand("jon", "sql", 1)]
    holdings = [
        Holding("mia", "sql", 3, SPRING),
        Holding("mia", "interviews", 1, SPRING),
        Holding("jon", "sql", 4, SPRING),
    ]

    found = compliance(demands, holdings, on=SUMMER)

    assert (found.met, found.required) == (2, 3)
    assert found.share == pytest.approx(2 / 3)
    assert found.unmet == (demands[1],)


def test_where_nothing_is_required_there_is_no_share():
    assert compliance([], [], on=SUMMER).share is None


def test_a_level_counts_from_its_issue_and_until_its_last_day():
    holdings = [Holding("mia", "sql", 3, SPRING, expires=SUMMER)]

    counts = [
        bus_factor(holdings, "sql", 3, on=day)
        for day in (date(2026, 2, 28), SPRING, SUMMER, date(2026, 6, 2))
    ]

    assert counts == [0, 1, 1, 0]


def test_the_level_issued_last_holds_whatever_the_order_of_entry():
    holdings = [Holding("mia", "sql", 1, SUMMER), Holding("mia", "sql", 4, SPRING)]

    assert levels_on(holdings, AUTUMN) == {("mia", "sql"): 1}
    assert levels_on(holdings, date(2026, 5, 1)) == {("mia", "sql"): 4}


def test_an_expired_level_does_not_bring_back_an_older_one():
    holdings = [Holding("mia", "sql", 2, SPRING), Holding("mia", "sql", 4, SUMMER, expires=SUMMER)]

    assert able_people(holdings, "sql", 1, on=AUTUMN) == frozenset()


def test_a_revoked_skill_is_gone():
    holdings = [Holding("mia", "sql", 3, SPRING), Holding("mia", "sql", None, SUMMER)]

    assert bus_factor(holdings, "sql", 0, on=AUTUMN) == 0


def test_what_if_someone_leaves():
    holdings = [Holding(person, "sql", 3, SPRING) for person in ("mia", "jon")]

    assert able_people(holdings, "sql", 3, on=SUMMER, without={"jon"}) == {"mia"}
    assert bus_factor(holdings, "sql", 4, on=SUMMER) == 0


@pytest.mark.parametrize(
    ("level", "target", "share"), [(2, 4, 0.5), (4, 4, 1), (5, 4, 1), (0, 3, 0)]
)
def test_competency_stops_at_the_target(level, target, share):
    assert competency(level, target) == share


def test_the_supervisors_gap_is_below_nothing_where_one_rates_oneself_higher():
    assert supervisor_gap(own=4, supervisor=3) == -1


@pytest.mark.parametrize(("needed", "able", "gap"), [(5, 3, 2), (3, 5, 0), (0, 0, 0)])
def test_a_capability_gap_is_the_number_of_people_missing(needed, able, gap):
    assert capability_gap(needed, able) == gap


def test_a_team_stands_on_its_thinnest_critical_skill():
    found = team_bus_factor({"sql": 2, "interviews": 1, "pricing": 1})

    assert (found.number, found.skills) == (1, ("interviews", "pricing"))
    assert team_bus_factor({}) is None


def test_coverage_is_weighted_by_criticality():
    skills = [SkillCover(3, 1, 2), SkillCover(1, 5, 2), SkillCover(9, 0, 0)]

    assert weighted_coverage(skills) == pytest.approx((3 * 0.5 + 1) / 4)
    assert weighted_coverage([]) is None


@given(
    st.lists(
        st.builds(SkillCover, st.floats(0, 10), st.integers(0, 9), st.integers(0, 9)), max_size=8
    )
)
def test_coverage_lies_between_nothing_and_one(skills):
    found = weighted_coverage(skills)

    assert found is None or 0 <= found <= 1


@pytest.mark.parametrize(
    "holding",
    [
        Holding("mia", "sql", "3", SPRING),
        Holding("mia", "sql", -1, SPRING),
        Holding("mia", "sql", 3, "2026-03-01"),
        Holding("mia", "sql", 3, datetime(2026, 3, 1)),
        Holding("mia", "sql", 3, SPRING, expires="never"),
    ],
)
def test_a_holding_that_cannot_be_dated_or_counted_is_refused(holding):
    with pytest.raises(ValueError, match="holdings"):
        levels_on([holding], SUMMER)


@pytest.mark.parametrize(
    ("calculate", "named"),
    [
        (lambda: competency(3, 0), "target"),
        (lambda: competency(-1, 3), "level"),
        (lambda: capability_gap(1.5, 1), "needed"),
        (lambda: capability_gap(1, None), "able"),
        (lambda: team_bus_factor({"sql": -1}), "bus_factors"),
        (lambda: weighted_coverage([SkillCover(-1, 1, 1)]), "criticality"),
    ],
)
def test_a_number_that_cannot_be_meant_is_refused_by_name(calculate, named):
    with pytest.raises(ValueError, match=named):
        calculate()
