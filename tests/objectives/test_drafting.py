"""The draft of a check-in: each sentence is true of what is known, and nothing else is said."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from metrics.models import SeriesState
from objectives.drafting import Evidence, Reading, draft
from objectives.models import Action, CheckIn, KeyResult
from productops import clock
from tests.factories.metrics import (
    ImprovementFactory,
    NoteFactory,
    RegistrationFactory,
    VerdictFactory,
)
from tests.factories.objectives import (
    CheckInFactory,
    KeyResultFactory,
    KpiVersionFactory,
    SeriesFactory,
)

ON = date(2026, 11, 24)
GAP = "\N{NO-BREAK SPACE}"
KNOWN = Evidence("d", before=9, now=7, way=-4, period="16–22 Nov")


def told(**facts) -> list[str]:
    return draft(replace(Evidence("d"), **facts), ON).splitlines()


# The sentences --------------------------------------------------------------------------------
def test_of_nothing_known_nothing_is_said():
    assert draft(Evidence("d"), ON) == ""
    assert told(reading=Reading("none")) == []
    assert told(reading=Reading("usual")) == []
    assert told(reading=Reading("", goal="at most 7 d")) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, f"It went from 9{GAP}d to 7{GAP}d (16–22 Nov)."),
        ({"before": 7.01}, f"It stands at 7{GAP}d (16–22 Nov), as before."),
        ({"before": None}, f"It stands at 7{GAP}d (16–22 Nov)."),
        ({"period": ""}, f"It went from 9{GAP}d to 7{GAP}d."),
        ({"is_first": True}, f"It stands at 7{GAP}d (16–22 Nov); the baseline was 9{GAP}d."),
        ({"is_new": False}, f"It stands at 7{GAP}d (16–22 Nov); no newer number has come."),
        (
            {"redefined": date(2026, 11, 2)},
            f"It stands at 7{GAP}d (16–22 Nov). It is counted otherwise since 2 Nov.",
        ),
    ],
)
def test_a_value_is_told_with_what_it_may_be_compared_with(change, sentence):
    assert draft(replace(KNOWN, **change), ON) == sentence


def test_a_reading_names_its_rule_its_day_and_the_range():
    better = Reading("better", signals=["outside the usual range"], since=date(2026, 11, 9))
    usual = Reading("usual", usual="6–12 d", goal="at most 7 d", assured="out of reach")

    assert told(reading=better) == [
        "The chart reads: better than usual (outside the usual range), since 9 Nov."
    ]
    assert told(reading=usual) == [
        "That is as usual: 6–12 d.",
        "The KPI's own target, at most 7 d: out of reach.",
    ]


@pytest.mark.parametrize(
    ("sure", "lines"),
    [
        ((8, 5, ON), ["Confidence had fallen from 8 to 5 on 24 Nov."]),
        ((3, 5, ON), ["Confidence had risen from 3 to 5 on 24 Nov."]),
        ((6, 5, ON), []),
    ],
)
def test_confidence_is_named_where_it_clearly_moved(sure, lines):
    assert told(sure=sure) == lines


def test_of_many_the_first_three_are_named():
    assert len(told(done=[f"Task {number}" for number in range(9)])) == 3


# What is known of rows ------------------------------------------------------------------------
@pytest.fixture
def today():
    return clock.today()


@pytest.fixture
def result(objective, mia, today) -> KeyResult:
    """Said nine days ago, at 4 of 10 days; a newer number has come."""
    series = SeriesFactory(version__unit="d", subject=objective.subject)
    SeriesState.objects.create(
        series=series, latest=6.0, latest_period=today - timedelta(8), lower=3, upper=5,
        variation="better", signals=["outside"], signal_since=today - timedelta(8),
        assurance="hit_or_miss", target_low=5, observed_at=clock.start_of(today),
        as_of=clock.start_of(today),
    )  # fmt: skip
    result = KeyResultFactory(
        objective=objective, owner=mia, series=series, baseline=0.0, target=10.0
    )
    CheckInFactory(key_result=result, value=4, confidence=5, on=today - timedelta(9))
    CheckInFactory(key_result=result, value=3, confidence=8, on=today - timedelta(16))
    return result


def drafted(api, person, result) -> list[str]:
    answer = api(person).get(f"/api/v1/key-results/{result.pk}/draft/")
    assert answer.status_code == 200, answer.content
    return answer.json()["changed"].splitlines()


def test_the_draft_is_made_of_what_rows_say_and_stores_nothing(api, mia, result):
    before = CheckIn.objects.count()

    lines = drafted(api, mia, result)

    assert lines[0].startswith(f"It went from 4{GAP}d to 6{GAP}d (")
    assert lines[1].startswith(
        "The chart reads: better than usual (outside the usual range), since"
    )
    assert lines[2] == f"The KPI's own target, at least 5{GAP}d: hit or miss."
    assert lines[3].startswith("Confidence had fallen from 8 to 5 on")
    assert len(lines) == 4
    assert CheckIn.objects.count() == before


def test_improvements_count_once_they_are_live_and_judged_on_this_series(api, mia, result, today):
    live, promised = today - timedelta(3), today - timedelta(2)
    pairing = ImprovementFactory(title="Pairing", state="live", go_live_on=live)
    planned = ImprovementFactory(title="Planned", state="approved", go_live_on=promised)
    for improvement in (pairing, planned):
        improvement.key_results.add(result)
    own = RegistrationFactory(improvement=pairing, series=result.series)
    other = RegistrationFactory(improvement=pairing)
    moment = clock.start_of(promised)
    VerdictFactory(
        registration=own, result="improved", sentence="Improved by 2 d.", judged_at=moment
    )
    VerdictFactory(registration=other, result="worsened", sentence="Elsewhere.", judged_at=moment)

    lines = drafted(api, mia, result)

    assert [line for line in lines if "Pairing" in line and "live" in line]
    assert [line for line in lines if line.endswith(": Improved by 2 d.")]
    assert not [line for line in lines if "Planned" in line or "Elsewhere" in line]


def test_a_verdict_that_is_too_early_is_none(api, mia, result):
    promise = RegistrationFactory(series=result.series, improvement__title="Pairing")
    promise.improvement.key_results.add(result)
    VerdictFactory(
        registration=promise, result="too_early", sentence="Too early.",
        judged_at=clock.start_of(clock.today()),
    )  # fmt: skip

    assert not [line for line in drafted(api, mia, result) if "Too early" in line]


def test_work_that_ended_and_work_that_is_late_are_named(api, mia, result, objective, today):
    made = {"objective": objective, "key_result": result, "owner": mia}
    Action.objects.create(title="Ask them", **made).finish(by=mia)
    Action.objects.create(title="Write", due_on=today - timedelta(1), **made)
    Action.objects.create(title="Later", due_on=today + timedelta(1), **made)

    lines = drafted(api, mia, result)

    assert "Done: Ask them." in lines
    assert [line for line in lines if line.startswith("Overdue") and line.endswith(": Write.")]
    assert not [line for line in lines if "Later" in line]


def test_notes_of_its_chart_since_then_are_told_and_no_others(api, mia, result, today):
    subject = result.series.subject
    NoteFactory(subject=subject, on=today - timedelta(2), text="Black Friday")
    NoteFactory(subject=subject, on=today - timedelta(20), text="Long ago")
    NoteFactory(
        subject=subject, series=SeriesFactory(subject=subject), on=today - timedelta(2), text="Else"
    )

    lines = [line for line in drafted(api, mia, result) if line.startswith("On ")]

    assert [line.split(": ")[1] for line in lines] == ["Black Friday."]


def test_a_changed_definition_ends_the_comparison(api, mia, result, today):
    KpiVersionFactory(kpi=result.series.kpi, valid_from=today - timedelta(5), unit="d")

    first = drafted(api, mia, result)[0]

    assert "counted otherwise since" in first
    assert "4" not in first.split("(")[0]


def test_an_old_number_is_not_sold_as_a_new_one(api, mia, result, today):
    SeriesState.objects.update(observed_at=clock.start_of(today - timedelta(12)))

    assert drafted(api, mia, result)[0].endswith("; no newer number has come.")


def test_the_draft_of_what_one_may_not_see_is_not_there(api, jonas, result):
    assert api(jonas).get(f"/api/v1/key-results/{result.pk}/draft/").status_code == 404


def test_drafting_costs_the_same_for_any_number(as_, cost_of, mia, result, objective, today):
    client, costs = as_(mia), []
    for number in range(3):
        series = SeriesFactory(subject=objective.subject)
        SeriesState.objects.create(series=series, latest=number, as_of=clock.start_of(today))
        other = KeyResultFactory(objective=objective, owner=mia, series=series)
        CheckInFactory(key_result=other, on=today - timedelta(8))
        promise = RegistrationFactory(series=series)
        promise.improvement.key_results.add(other)
        VerdictFactory(registration=promise)
        KeyResult.objects.update(created_at=clock.start_of(today - timedelta(30)))
        costs.append(cost_of(client, "/work/check-ins/"))

    assert costs[0] == costs[2] <= 16
