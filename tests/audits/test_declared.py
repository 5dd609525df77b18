"""What audits tell the rest of the product: measures, work, steps, search, trace, jobs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audits import actions
from audits.measures import open_gaps, pm_strategic_time, response_rate
from audits.queues import reopen_expired
from productops import clock
from productops.measures import measure_named
from productops.search import search
from productops.steps import StepState, all_steps
from productops.trace import walk
from productops.work import all_askers
from teams.models import Subject
from tests.factories.audits import (
    GapFactory,
    InvitationFactory,
    OpenAuditFactory,
    ScopeFactory,
    answered,
    framework_version,
)

pytestmark = pytest.mark.django_db
TODAY = clock.today
PM_TIME = """
key: time
title: Time
target: 3
scale: {min: 0, max: 4}
nodes:
  - key: shares
    title: Shares
    sum: 100
    children:
      - {key: strategy, type: number, text: S, min: 0, max: 100, counts_as: strategic}
      - {key: discovery, type: number, text: D, min: 0, max: 100, counts_as: strategic}
      - {key: delivery, type: number, text: E, min: 0, max: 100, counts_as: delivery}
"""


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("audits.open-gaps", "Open gaps"),
        ("audits.response-rate", "Audit response rate"),
        ("audits.pm-strategic-time", "PM time on strategic work"),
    ],
)
def test_measures_carry_the_names_of_the_kpi_catalogue(key, name):
    assert str(measure_named(key).name) == name


def test_open_gaps_are_counted_for_each_product_and_the_organisation(checkout, billing, ines):
    GapFactory(subject=checkout.subject)
    GapFactory(subject=Subject.organisation())
    GapFactory(subject=checkout.subject).close(by=ines)
    GapFactory(subject=billing.subject).discard(by=ines)

    assert open_gaps(TODAY()) == {
        checkout.subject_id: 1,
        billing.subject_id: 0,
        Subject.organisation().pk: 2,
    }


def test_open_gaps_are_counted_as_of_a_day(checkout, ines):
    gap = GapFactory(subject=checkout.subject, found_on=TODAY() - timedelta(days=10))
    gap.close(by=ines, on=TODAY() - timedelta(days=3))

    days = [TODAY() - timedelta(days=ago) for ago in (11, 10, 4, 3)]
    assert [open_gaps(day)[checkout.subject_id] for day in days] == [0, 1, 1, 0]


def test_an_accepted_gap_is_not_open_while_it_is_accepted(checkout, ines):
    gap = GapFactory(subject=checkout.subject, found_on=TODAY() - timedelta(days=10))
    until = TODAY() + timedelta(days=5)
    actions.accept_gaps(gaps=[gap], reason="x", until_on=until, by=ines, on=TODAY())

    days = [TODAY() - timedelta(days=1), TODAY(), until, until + timedelta(days=1)]
    assert [open_gaps(day)[checkout.subject_id] for day in days] == [1, 0, 0, 1]


def test_the_response_rate_is_that_of_the_newest_audit_as_of_a_day(audit, scope, mia):
    people = [
        InvitationFactory(audit=audit, scopes=[scope], **who) for who in ({}, {"person": mia})
    ]
    audit.invitations.update(invited_at=timezone.now())
    people[0].refresh_from_db()
    answered(people[0], scope, baseline=1)

    assert response_rate(TODAY()) == {Subject.organisation().pk: (1, 2)}
    assert response_rate(TODAY() - timedelta(days=1)) == {}


def pm_time(ines, checkout, *people):
    """A closed audit in which each person gave (strategy, discovery, delivery)."""
    audit = OpenAuditFactory(framework_version=framework_version(PM_TIME), owner=ines)
    scope = ScopeFactory(audit=audit, subject=checkout.subject)
    for strategy, discovery, delivery in people:
        invitation = InvitationFactory(audit=audit, scopes=[scope])
        answered(invitation, scope, strategy=strategy, discovery=discovery, delivery=delivery)
    return actions.close_audit(audit=audit, by=ines, now=timezone.now())


def test_pm_time_is_the_mean_of_what_counts_as_strategic(ines, checkout):
    pm_time(ines, checkout, (10, 20, 70), (40, 10, 50))

    assert pm_strategic_time(TODAY()) == {Subject.organisation().pk: 40}


def test_pm_time_is_a_gap_in_months_without_an_audit(ines, checkout):
    pm_time(ines, checkout, (10, 20, 70))

    assert pm_strategic_time(TODAY() - timedelta(days=40)) == {}
    assert pm_strategic_time(TODAY() + timedelta(days=40)) == {}


@pytest.mark.parametrize("count", [1, 3])
def test_measures_cost_the_same_for_any_number_of_rows(
    ines, checkout, count, django_assert_max_num_queries
):
    for _ in range(count):
        GapFactory()

    with django_assert_max_num_queries(9):
        open_gaps(TODAY())
        response_rate(TODAY())
        pm_strategic_time(TODAY())


def tasks(person, kind):
    (asker,) = [asker for asker in all_askers() if asker.name == kind]
    found = list(asker.tasks(person, TODAY()))
    assert asker.count(person, TODAY()) == len(found)
    return found


def test_my_work_lists_audits_to_answer_until_they_are_submitted(audit, scope, invitation, rui):
    before = tasks(rui, "answer")
    answered(invitation, scope, baseline=1)

    assert [(task.title, task.due) for task in before] == [("Answer “Practice”", audit.closes_on)]
    assert before[0].url == f"/audits/{audit.pk}/answer/"
    assert tasks(rui, "answer") == []


def test_my_work_lists_audits_to_close_and_gaps_that_i_own(audit, ines):
    GapFactory(title="Measurement", owner=ines)
    GapFactory(title="Done", owner=ines).close(by=ines)
    audit.closes_on = TODAY() - timedelta(days=1)
    audit.save()

    assert [task.title for task in tasks(ines, "close")] == ["Close “Practice”"]
    assert [task.title for task in tasks(ines, "gap")] == ["Gap: Measurement"]


def find_out(person):
    return next(step for step in all_steps(person) if step.order == 0)


def test_the_first_step_begins_with_choosing_what_to_ask(ines):
    states = [task.state for task in find_out(ines).tasks]

    assert states == [StepState.NEXT, *[StepState.CANNOT_START] * 3]


def test_the_first_step_is_done_once_gaps_are_decided_on(audit, scope, invitation, ines):
    answered(invitation, scope, baseline=1)
    actions.close_audit(audit=audit, by=ines, now=timezone.now())
    before = [task.state for task in find_out(ines).tasks]
    audit.gaps.first().plan(by=ines)

    assert before == [*[StepState.DONE] * 3, StepState.NEXT]
    assert {task.state for task in find_out(ines).tasks} == {StepState.DONE}


@pytest.mark.parametrize(("who", "hits"), [("ines", 1), ("mia", 1), ("jonas", 0), ("rui", 0)])
def test_search_finds_what_the_person_may_see(checkout, who, hits, request):
    GapFactory(title="No baseline", subject=checkout.subject)

    found = search(request.getfixturevalue(who), "baseline no", kind="gap")

    assert len(found) == hits


def test_search_finds_audits_and_questionnaires(audit, ines):
    assert [hit.title for hit in search(ines, "practice", kind="audit")] == ["Practice"]
    assert [hit.title for hit in search(ines, "small", kind="framework")] == ["Small practice v1"]


@pytest.mark.parametrize("text", ["%%", "__", "'; --", "\\\\", "(((", "a" * 500])
def test_search_takes_hostile_words(audit, ines, text):
    for kind in ("audit", "gap", "framework"):
        assert search(ines, text, kind=kind) == []


@pytest.fixture
def chain(audit, scope, invitation, ines):
    """A gap and the two answers that show it."""
    answered(invitation, scope, baseline=1, dashboards=2, interviews=4)
    actions.close_audit(audit=audit, by=ines, now=timezone.now())
    return audit.gaps.get()


def test_the_trace_leads_from_a_gap_to_its_answers_and_back(chain, ines):
    found = walk(ines, "gap", chain.pk)
    answers = [node for node in found.nodes.values() if node.kind == "answer"]

    back = walk(ines, "answer", answers[0].id)

    assert len(answers) == 2
    assert ("gap", chain.pk) in back.nodes


def test_the_trace_hides_the_answers_of_others(chain, mia, jonas):
    chain.subject = Subject.organisation()
    chain.save()

    assert walk(mia, "gap", chain.pk).hidden == 0
    assert walk(jonas, "gap", chain.pk).hidden == 2


def test_the_page_of_a_gap_counts_what_it_may_not_show(as_, chain, jonas):
    chain.subject = Subject.organisation()
    chain.save()

    text = as_(jonas).get(chain.get_absolute_url()).content.decode()

    assert "2 answers are about what you do not answer for" in text
    assert "What do you know before a change?" not in text


def test_the_nightly_job_opens_gaps_whose_acceptance_is_over(checkout, ines):
    gap = GapFactory(subject=checkout.subject)
    actions.accept_gaps(gaps=[gap], reason="x", until_on=TODAY(), by=ines, on=TODAY())

    reopen_expired(timezone.now() + timedelta(days=2))

    gap.refresh_from_db()
    assert gap.is_open
