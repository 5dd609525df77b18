"""The three sentences: what is told first, what is left out, what is counted. Pure."""

from dataclasses import replace
from datetime import date

import pytest

from metrics.briefing import Sentence, brief, from_verdict
from metrics.models import SeriesState
from metrics.scorecard import Row
from metrics.turns import late_ones, overdue, targets_of
from objectives.models import Kpi, KpiVersion, Series, Target
from productops.measures import Direction
from teams.models import Subject

TODAY = date(2026, 11, 23)
NEWEST = date(2026, 11, 16)


def row(name="Unplanned work", latest=41.0, variation="worse", since=NEWEST, **state) -> Row:
    known = {"centre": 28.5, "lower": 19.0, "upper": 38.0, "n": 24, "is_provisional": False}
    series = Series(kpi=Kpi(slug="x", name=name), subject=Subject(name="Checkout", key="checkout"))
    return Row(
        series=series,
        version=KpiVersion(unit="%", direction=Direction.DOWN, cadence="week"),
        wanted=None,
        state=SeriesState(
            latest=latest,
            latest_period=state.pop("period", NEWEST),
            variation=variation,
            signal_since=since,
            **(known | state),
        ),
        group="",
        is_pending=False,
        has_improved=False,
        today=TODAY,
    )


def usual(name="Quiet") -> Row:
    return row(name, latest=28.0, variation="usual", since=None)


def sentence(title: str, kind: str = "ask") -> Sentence:
    return Sentence(kind, None, title, "/there/", "Because.")


def test_one_verdict_one_signal_and_one_decision_are_told():
    told = brief(
        rows=[row(), row("Defects"), usual()],
        verdicts=[sentence("Worked", "good"), sentence("Worked too", "good")],
        decisions=[sentence("Renew?")],
    )

    assert [one.title for one in told.sentences] == [
        "Worked",
        "Unplanned work is above its usual range",
        "Renew?",
    ]
    assert told.lead == (
        "2 new verdicts, 2 new signals, one decision wanted. One KPI stayed in its usual range."
    )


def test_what_is_left_of_the_room_goes_to_signals_first():
    told = brief(
        rows=[row("A"), row("B")],
        verdicts=[sentence("V1"), sentence("V2")],
        decisions=[],
    )

    assert [one.title.split()[0] for one in told.sentences] == ["V1", "A", "B"]


def test_a_week_in_which_nothing_happened_says_so():
    told = brief(rows=[usual("A"), usual("B")], verdicts=[], decisions=[])

    assert told.lead == "All 2 KPIs stayed in their usual range."
    assert told.sentences == ()


def test_no_rows_are_nothing_to_report():
    assert brief(rows=[], verdicts=[], decisions=[]).lead == "Nothing to report."


def test_worse_signals_are_told_before_better_ones():
    told = brief(
        rows=[row("Good", latest=10.0, variation="better"), row("Bad")], verdicts=[], decisions=[]
    )

    assert [one.kind for one in told.sentences] == ["bad", "good"]


@pytest.mark.parametrize(
    ("latest", "title", "rising"),
    [
        (41.0, "Unplanned work is above its usual range", True),
        (12.0, "Unplanned work is below its usual range", False),
        (33.0, "Unplanned work runs high", True),
        (22.0, "Unplanned work runs low", False),
    ],
)
def test_a_signal_says_where_the_newest_value_lies(latest, title, rising):
    [told] = brief(rows=[row(latest=latest)], verdicts=[], decisions=[]).sentences

    assert (told.title, told.rising) == (title, rising)
    assert told.text == f"{latest:g}% in 16–22 Nov, usual 19–38."


def test_a_signal_of_former_weeks_is_no_news():
    told = brief(rows=[row(since=date(2026, 10, 5))], verdicts=[], decisions=[])

    assert told.sentences == ()


def test_a_signal_in_numbers_that_are_old_is_no_news():
    old = date(2026, 10, 5)

    told = brief(rows=[row(period=old, since=old)], verdicts=[], decisions=[])

    assert told.sentences == ()


def test_an_arrow_says_where_it_moved_and_the_kind_whether_that_is_good():
    told = from_verdict(
        result="improved", effect=-3.0, title="Trunk", text="Fell.", url="/x/", who="Tomás"
    )

    assert (told.kind, told.rising, told.title) == ("good", False, "Trunk: improvement confirmed")


def test_a_verdict_without_a_change_points_nowhere_good_or_bad():
    told = from_verdict(
        result="no_change", effect=0.0, title="Rota", text="Same.", url="/x/", who=""
    )

    assert (told.kind, told.rising, told.title) == ("flat", None, "Rota: no detectable change")


# What else may turn -------------------------------------------------------------------------
def aimed(*values: float, low=None, high=None, **kwargs) -> Row:
    """A row with a target, whose closed periods had these values."""
    points = [[f"2026-10-{day:02}", value, True, False, ""] for day, value in enumerate(values, 1)]
    found = usual(kwargs.pop("name", "Quiet"))
    found.state.recent, found.state.latest = points, values[-1]
    return replace(found, wanted=Target(low=low, high=high), **kwargs)


@pytest.mark.parametrize(
    ("values", "target", "title"),
    [
        ((20, 20, 20, 20, 40), {"low": 36}, "Quiet meets its target"),
        ((40, 40, 40, 40, 20), {"low": 36}, "Quiet misses its target"),
        ((40, 40, 40, 40, 20), {"high": 36}, "Quiet meets its target"),
        ((20, 20, 20, 20, 40), {"low": 36, "high": 38}, None),
        ((40, 20, 20, 20, 40), {"low": 36}, None),  # three periods are no time
        ((20, 20, 20, 20, 20), {"low": 36}, None),
        ((20, 20, 20, 20, 40), {}, None),
    ],
)
def test_a_target_that_turns_after_four_periods_is_told(values, target, title):
    row = aimed(*values, **target)
    found = targets_of([row if target else replace(row, wanted=None)])

    assert [one.title for one in found] == ([title] if title else [])


def test_what_turned_says_for_how_long_it_had_not():
    [found] = targets_of([aimed(20, 20, 20, 20, 20, 40, low=36)])

    assert found.text == "40% in 16–22 Nov, target ≥ 36, after 5 weeks of missing it."


def test_numbers_that_did_not_come_are_told_oldest_first_and_counted():
    rows = [
        row("A", variation="usual", since=None, period=date(2026, 11, 2)),
        row("B", variation="usual", since=None, period=date(2026, 10, 5)),
        usual(),
    ]

    told = brief(rows=rows, verdicts=[], decisions=[], turns=late_ones(rows))

    assert [one.title for one in told.sentences] == ["No new numbers for B", "No new numbers for A"]
    assert told.lead == "2 KPIs without new numbers. One KPI stayed in its usual range."


def test_follow_ups_that_are_overdue_are_one_sentence():
    def asked(title: str, due_on: str) -> Row:
        told = {"pk": 8, "title": title, "who": "Mia Brandt", "due_on": due_on}
        return replace(usual(), follow_up=told)

    rows = [asked("Look", "2026-11-20"), asked("Ask", "2026-11-13"), asked("Soon", "2026-11-23")]

    [told] = overdue(rows)

    assert (told.kind, told.title) == ("ask", "Overdue: Ask")
    assert told.text == "Asked of Mia Brandt until 13 Nov. One more KPI has one."


def test_what_turned_is_told_after_signals_verdicts_and_decisions():
    told = brief(
        rows=[row()],
        verdicts=[],
        decisions=[sentence("Renew?")],
        turns=[sentence("Target"), sentence("Overdue")],
    )

    assert [one.title for one in told.sentences] == [
        "Unplanned work is above its usual range", "Renew?", "Target",
    ]  # fmt: skip


def test_a_pattern_is_new_in_the_period_that_completes_it():
    old = row(since=date(2026, 9, 28))

    assert [old.is_new_signal, replace(old, seen_in=NEWEST).is_new_signal] == [False, True]
