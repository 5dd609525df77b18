"""Cycles on pages: opened, carried over, closed, counted."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from objectives.choices import ObjectiveState
from objectives.models import (
    Cycle,
    Objective,
)
from productops import clock
from productops.work import count_of, tasks_of
from tests.factories.objectives import (
    CheckInFactory,
    CycleFactory,
    KeyResultFactory,
    ObjectiveFactory,
)
from tests.factories.teams import ProductFactory


def url(name, *args):
    return reverse(f"objectives:{name}", args=args)


def test_operations_open_and_close_a_cycle(as_, ines):
    sent = {"name": "2027 Q1", "starts_on": "2027-01-01", "ends_on": "2027-03-31"}

    as_(ines).post(url("cycle-new"), sent)
    cycle = Cycle.objects.get()
    said = {"keeps": "Short meetings", "version": cycle.version}
    as_(ines).post(url("cycle-close", cycle.pk), said)

    cycle.refresh_from_db()
    assert (cycle.slug, cycle.is_closed) == ("2027-q1", True)
    assert cycle.keeps == "Short meetings"


@pytest.mark.parametrize(
    "change", [{"ends_on": "2026-01-01"}, {"ends_on": ""}, {"starts_on": "soon"}, {"name": "–"}]
)
def test_a_cycle_that_cannot_be_meant_is_refused(as_, ines, change):
    sent = {"name": "2027 Q1", "starts_on": "2027-01-01", "ends_on": "2027-03-31"}

    response = as_(ines).post(url("cycle-new"), sent | change)

    assert response.status_code == 422
    assert not Cycle.objects.exists()


def test_an_objective_goes_on_in_the_next_cycle(as_, mia, objective, key_result):
    following = CycleFactory(name="Next")

    page = as_(mia).get(url("objective-carry-over", objective.pk))
    sent = {"title": "Go on", "cycle": following.pk, "key_results": [key_result.pk]}
    response = as_(mia).post(url("objective-carry-over", objective.pk), sent)

    assert page.context["form"].initial["key_results"] == [key_result.pk]
    carried = Objective.objects.get(cycle=following)
    assert response.headers["Location"] == carried.get_absolute_url()
    assert "Carried over from" in as_(mia).get(carried.get_absolute_url()).text
    assert "Carried over into" in as_(mia).get(objective.get_absolute_url()).text


def test_approving_takes_the_ambition_out_of_the_form(as_, mia, objective):
    as_(mia).post(url("objective-approve", objective.pk))

    page = as_(mia).get(url("objective-edit", objective.pk))

    assert "ambition" not in page.context["form"].fields


def test_the_next_cycle_is_proposed_when_one_is_opened(as_, ines):
    CycleFactory(starts_on=date(2026, 10, 1), ends_on=date(2026, 12, 31))

    page = as_(ines).get(url("cycle-new"))
    yearly = as_(ines).get(url("cycle-new"), {"length": "year"})

    assert page.context["form"].initial["name"] == "Q1 2027"
    assert "2027-01-01" in page.text
    assert yearly.context["form"].initial["ends_on"].month == 12


def test_the_form_for_closing_proposes_what_the_numbers_say(as_, mia, objective, key_result):
    CheckInFactory(key_result=key_result, value=20, on=clock.today())

    page = as_(mia).get(url("objective-close", objective.pk))

    assert page.context["form"].initial["outcome"] == ObjectiveState.ACHIEVED


@pytest.mark.parametrize("count", [1, 3])
def test_an_evaluation_costs_the_same_for_any_number_of_objectives(
    as_, ines, count, django_assert_num_queries
):
    cycle = CycleFactory()
    for _number in range(count):
        objective = ObjectiveFactory(cycle=cycle, subject=ProductFactory().subject)
        CheckInFactory(key_result=KeyResultFactory(objective=objective), value=0.8)
    client = as_(ines)
    client.get(url("cycle-list"))

    before = CycleFactory(starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    for _number in range(count):
        former = ObjectiveFactory(cycle=before, subject=ProductFactory().subject)
        CheckInFactory(key_result=KeyResultFactory(objective=former), value=0.2)
        ObjectiveFactory(cycle=cycle, carried_from=former, state="draft")

    with django_assert_num_queries(30, exact=False):
        response = client.get(url("cycle-detail", cycle.pk))
        client.get(url("cycle-detail", before.pk))

    assert response.context["whole"].successes == count
    assert response.context["found"].before.counted == count


# What came of it ----------------------------------------------------------------------------
def graded(cycle, ambition, grade, **more):
    """An objective that ended with a grade."""
    made = ObjectiveFactory(
        cycle=cycle, ambition=ambition, state="achieved", closed_on=cycle.ends_on, grade=grade,
        learning="We know more", **more,
    )  # fmt: skip
    KeyResultFactory(objective=made, final_progress=grade, graded_on=cycle.ends_on)
    return made


@pytest.fixture
def former(db):
    return CycleFactory(
        name="Q3 2026", starts_on=date(2026, 7, 1), ends_on=date(2026, 9, 30), state="closed"
    )


@pytest.fixture
def ended(db):
    return CycleFactory(
        name="Q4 2026", starts_on=date(2026, 10, 1), ends_on=date(2026, 12, 31), state="closed"
    )


def test_the_first_sentence_says_what_came_of_a_cycle(as_, ines, former, ended):
    graded(ended, "committed", 1.0)
    graded(ended, "committed", 0.9)
    graded(ended, "aspirational", 0.7)
    graded(former, "aspirational", 0.2)

    page = as_(ines).get(url("cycle-detail", ended.pk))

    assert (
        "2 of 3 objectives succeeded; 1 of 2 commitments were kept. The cycle before: 0 of 1."
        in page.text
    )


def test_a_cycle_that_runs_says_what_would_come_of_it(as_, ines, objective, key_result):
    CheckInFactory(key_result=key_result, value=20, on=clock.today())
    on = clock.today()
    Cycle.objects.update(starts_on=on - timedelta(days=9), ends_on=on + timedelta(days=10))

    page = as_(ines).get(url("cycle-detail", objective.cycle_id))

    assert "If the cycle ended today, 1 of 1 objective would have succeeded." in page.text
    assert "50% of the time gone" in page.text
    assert "commitments" not in page.text
    assert "0 of 0" not in page.text


def test_a_cycle_is_compared_with_the_last_one_as_long_as_it(as_, ines, former, ended):
    CycleFactory(name="2025", starts_on=date(2025, 7, 1), ends_on=date(2026, 9, 30))
    graded(former, "committed", 1.0)
    graded(ended, "committed", 0.5)

    found = as_(ines).get(url("cycle-detail", ended.pk)).context["found"]

    assert found.former == former
    assert ("Commitments kept", "0 of 1", "1 of 1") in found.compared


def test_what_was_learned_is_gathered_in_one_place(as_, ines, ended):
    graded(ended, "committed", 1.0, keeps="Pairing on releases", stops="Status meetings")
    Cycle.objects.filter(pk=ended.pk).update(changes="Fewer objectives")

    page = as_(ines).get(url("cycle-detail", ended.pk))

    for text in ("Pairing on releases", "Status meetings", "Fewer objectives"):
        assert text in page.text


def test_what_is_proposed_at_the_end_is_taken_into_the_next_cycle(as_, ines, ended):
    running = ObjectiveFactory(cycle=ended, title="Faster answers")
    Cycle.objects.filter(pk=ended.pk).update(state="open")
    following = CycleFactory(name="Q1 2027", starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 31))
    client = as_(ines)
    sent = {"outcome": "missed", "learning": "Too many hands", "proposal": "One desk for all"}
    client.post(url("objective-close", running.pk), sent)
    proposed = Objective.objects.get(title="One desk for all")

    page = client.get(url("cycle-detail", ended.pk))
    client.post(url("objective-move", proposed.pk), {"cycle": following.pk})

    assert (proposed.state, proposed.carried_from) == ("draft", running)
    assert proposed.cycle.is_backlog
    assert "Take into Q1 2027" in page.text
    proposed.refresh_from_db()
    assert (proposed.cycle, proposed.state) == (following, "draft")
    assert "Goes on" in client.get(url("cycle-detail", ended.pk)).text


@pytest.mark.parametrize("key", ["", "x", "0", "9" * 40])
def test_nothing_moves_into_a_cycle_that_is_none(as_, ines, objective, key):
    response = as_(ines).post(url("objective-move", objective.pk), {"cycle": key})

    assert response.status_code == 404


def test_nothing_moves_into_a_closed_cycle(as_, ines, objective, ended):
    response = as_(ines).post(url("objective-move", objective.pk), {"cycle": ended.pk})

    objective.refresh_from_db()
    assert (response.status_code, objective.cycle != ended) == (404, True)


def test_the_backlog_offers_each_draft_to_the_cycle_of_today(as_, ines):
    on = clock.today()
    CycleFactory(name="Now", starts_on=on - timedelta(days=9), ends_on=on + timedelta(days=10))
    waiting = CycleFactory(state="backlog", starts_on=None, ends_on=None)
    ObjectiveFactory(cycle=waiting, state="draft", title="One desk")

    page = as_(ines).get(url("cycle-detail", waiting.pk))

    assert "1 draft waits for a cycle." in page.text
    assert "Take into Now" in page.text


# The end of a cycle -------------------------------------------------------------------------
def test_a_cycle_ends_with_all_that_runs_in_it_or_not_at_all(as_, ines, objective, key_result):
    other = ObjectiveFactory(cycle=objective.cycle, title="Faster answers")
    following = CycleFactory(starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
    cycle = objective.cycle
    sent = {
        "version": cycle.version, "keeps": "Short meetings", "into": following.pk,
        f"outcome_{objective.pk}": "missed", f"carry_{objective.pk}": "on",
    }  # fmt: skip
    client = as_(ines)

    refused = client.post(url("cycle-close", cycle.pk), sent)
    states = set(Objective.objects.values_list("state", flat=True))
    sent |= {f"outcome_{other.pk}": "achieved", f"learning_{other.pk}": "Ask first"}
    client.post(url("cycle-close", cycle.pk), sent)

    assert (refused.status_code, states) == (422, {"ongoing"})
    assert "“Faster answers”: Say what came of it" in refused.text
    cycle.refresh_from_db()
    other.refresh_from_db()
    assert (cycle.is_closed, cycle.keeps) == (True, "Short meetings")
    assert (other.state, other.learning) == ("achieved", "Ask first")
    carried = objective.carried_to.get()
    assert (carried.cycle, carried.key_results.get().carried_from) == (following, key_result)


def test_drafts_move_on_when_their_cycle_ends(as_, ines, objective):
    Objective.objects.update(state="draft")
    following = CycleFactory(starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
    cycle = objective.cycle
    sent = {"version": cycle.version, f"carry_{objective.pk}": "on", "into": following.pk}

    as_(ines).post(url("cycle-close", cycle.pk), sent)

    assert (Objective.objects.get().cycle, Objective.objects.get().state) == (following, "draft")


@pytest.mark.parametrize("count", [1, 3])
def test_the_end_of_a_cycle_is_asked_at_the_same_cost(as_, ines, count, django_assert_num_queries):
    cycle = CycleFactory()
    for _number in range(count):
        KeyResultFactory(objective=ObjectiveFactory(cycle=cycle))
    client = as_(ines)
    client.get(url("cycle-list"))

    with django_assert_num_queries(9, exact=False):
        client.get(url("cycle-close", cycle.pk))


def test_whoever_owns_what_still_runs_is_told_a_week_before_the_end(mia, ines, objective):
    on, cycle = clock.today(), objective.cycle
    Cycle.objects.update(starts_on=on - timedelta(days=60), ends_on=on + timedelta(days=7))

    def asked(person, day):
        kinds = ("close-objective", "close-cycle")
        return [(task.kind, task.title) for task in tasks_of(person, day) if task.kind in kinds]

    assert asked(mia, on - timedelta(days=1)) == asked(ines, on - timedelta(days=1)) == []
    assert asked(mia, on) == [("close-objective", "Decide on evidence")]
    assert asked(ines, on) == [("close-cycle", cycle.name)]
    assert count_of(ines, on) == len(tasks_of(ines, on))


def test_an_objective_that_ended_twice_keeps_both_grades_in_its_history(
    as_, ines, objective, key_result
):
    client = as_(ines)
    for value in (15, 20):
        CheckInFactory(key_result=key_result, value=value, on=clock.today())
        sent = {"outcome": "missed", "learning": "Half of it"}
        client.post(url("objective-close", objective.pk), sent)
        client.post(url("objective-reopen", objective.pk))

    page = client.get(objective.get_absolute_url())

    events = [event for event in page.context["events"] if event["what"].startswith("graded")]
    assert [event["changes"][0][2] for event in events] == ["1.0", "0.5"]


# By program ---------------------------------------------------------------------------------
def call(client, path, body):
    return client.post(f"/api/v1/{path}", body, content_type="application/json")


def test_a_program_ends_a_cycle_as_the_page_does(as_, ines, objective):
    client, path = as_(ines), f"cycles/{objective.cycle_id}/close/"
    said = {"objective": objective.pk, "outcome": "missed", "learning": "Too late"}

    refused = call(client, path, {"objectives": [{"objective": objective.pk}]})
    done = call(client, path, {"changes": "Begin earlier", "objectives": [said]})

    assert refused.status_code == 400
    assert f"outcome_{objective.pk}" in refused.text
    assert (done.status_code, done.json()["state"]) == (200, "closed")
    assert done.json()["changes"] == "Begin earlier"


def test_nothing_is_carried_over_into_the_cycle_that_ends(as_, ines, objective):
    Objective.objects.update(state="draft")
    body = {
        "into": objective.cycle.slug,
        "objectives": [{"objective": objective.pk, "carry": True}],
    }

    answer = call(as_(ines), f"cycles/{objective.cycle_id}/close/", body)

    objective.cycle.refresh_from_db()
    assert (answer.status_code, objective.cycle.is_closed) == (400, False)
    assert "into" in answer.text


def test_a_program_asks_what_to_open_next(as_, ines):
    CycleFactory(starts_on=date(2026, 10, 1), ends_on=date(2026, 12, 31))

    following = as_(ines).get("/api/v1/cycles/next/").json()

    assert following == {"name": "Q1 2027", "starts_on": "2027-01-01", "ends_on": "2027-03-31"}
    assert as_(ines).get("/api/v1/cycles/next/?length=x").status_code == 400


def test_a_program_reads_what_came_of_a_cycle(as_, mia, ended, former, checkout, billing):
    graded(ended, "committed", 1.0, subject=checkout.subject, keeps="Pairing")
    graded(ended, "committed", 0.2, subject=billing.subject, keeps="A secret of billing")
    graded(former, "aspirational", 0.2, subject=checkout.subject)

    answer = as_(mia).get(f"/api/v1/cycles/{ended.pk}/evaluation/")

    found = answer.json()
    assert (found["now"]["successes"], found["now"]["commitments_kept"]) == (1, 1)
    assert found["before"]["counted"] == 1
    assert [lesson["text"] for lesson in found["keeps"]] == ["Pairing"]
    assert "secret" not in answer.text


def test_a_program_proposes_what_to_try_next(as_, ines, objective):
    body = {"outcome": "dropped", "learning": "Not now", "proposal": "Ask fewer people"}

    answer = call(as_(ines), f"objectives/{objective.pk}/close/", body)

    assert answer.status_code == 200
    assert objective.carried_to.get().title == "Ask fewer people"


def test_an_evaluation_counts_only_what_one_sees(as_, mia, objective, billing):
    ObjectiveFactory(cycle=objective.cycle, subject=billing.subject, title="Secret of billing")

    response = as_(mia).get(url("cycle-detail", objective.cycle_id))

    assert response.context["whole"].objectives == 1
    assert "Secret" not in response.text


def test_an_evaluation_is_had_as_a_file(as_, mia, objective):
    response = as_(mia).get(url("cycle-detail", objective.cycle_id), {"format": "csv"})

    text = response.getvalue().decode()
    assert text.splitlines()[1].split(",")[1] == "Decide on evidence"
