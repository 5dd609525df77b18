"""One chart in three sentences, for readers who have never seen one."""

from datetime import date

import pytest

from metrics.models import SeriesState
from metrics.plain_words import three_sentences
from metrics.scorecard import Row
from objectives.models import Kpi, KpiVersion, Series, Target
from teams.models import Subject

TODAY = date(2026, 6, 30)


def row(wanted=None, direction="down", **known) -> Row:
    state = SeriesState(
        **{
            "latest": 5.9,
            "latest_period": date(2026, 6, 22),
            "n": 24,
            "centre": 6.5,
            "lower": 4.6,
            "upper": 8.5,
            "is_provisional": False,
            "variation": "usual",
            "assurance": "none",
        }
        | known
    )
    series = Series(kpi=Kpi(name="Lead time"), subject=Subject(name="Checkout"))
    version = KpiVersion(unit="d", direction=direction, cadence="week")
    return Row(series, version, wanted, state, "", False, False, TODAY)


def test_what_is_usual_what_is_new_and_what_the_target_means():
    wanted = Target(high=7.0)

    said = three_sentences(row(wanted, assurance="hit_or_miss"))

    assert said == [
        "While nothing changes, nearly all weeks lie between 4.6–8.5\u00a0d, around 6.5\u00a0d.",
        "5.9\u00a0d in 22–28 Jun is usual: ask about the whole, not about this one value.",
        "The target ≤ 7 lies inside the usual range: it will be met in some periods and "
        "missed in others, with nothing having changed.",
    ]


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"variation": "better", "signals": ["run"]}, "is better than before (eight in a row"),
        ({"variation": "worse", "signals": ["outside"]}, "is worse than before (outside the"),
        ({"variation": "changed", "signals": ["run"]}, "is different from before"),
        ({"variation": "better", "signals": []}, "The newest values are better than before"),
        ({"variation": "none", "lower": None, "upper": None}, "cannot be judged yet"),
    ],
)
def test_the_newest_value_is_named_by_what_the_rules_say(known, told):
    assert told in three_sentences(row(**known))[1]


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"lower": None, "upper": None, "n": 4}, "known after 2 more periods."),
        ({"lower": None, "upper": None, "n": 5}, "known after 1 more period."),
        ({"is_provisional": True}, "From few weeks so far"),
    ],
)
def test_a_young_chart_says_what_is_missing(known, told):
    assert told in three_sentences(row(**known))[0]


@pytest.mark.parametrize(
    ("assurance", "told"),
    [("met", "expect to meet it"), ("missed", "out of reach"), ("none", "is not known yet")],
)
def test_a_target_is_read_by_the_usual_range(assurance, told):
    assert told in three_sentences(row(Target(low=9.0), assurance=assurance))[2]


@pytest.mark.parametrize(
    ("direction", "told"),
    [("up", "higher is better"), ("down", "lower is better"), ("neutral", "neither side")],
)
def test_without_a_target_the_direction_is_said(direction, told):
    assert told in three_sentences(row(direction=direction))[2]


def test_without_a_value_there_is_one_sentence():
    assert len(three_sentences(row(latest=None, latest_period=None))) == 1
