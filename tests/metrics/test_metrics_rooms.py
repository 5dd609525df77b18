"""What metrics tells the whole product: search, My work, the trace, Home, measures."""

from datetime import date, datetime, timedelta

import pytest

from metrics.actions import improvements as actions
from metrics.measures import improvements_judged
from metrics.models import Improvement, Verdict
from productops import clock
from productops.search import search
from productops.steps import all_steps
from productops.trace import walk
from productops.work import count_of, tasks_of
from teams.models import Subject
from tests.factories.audits import AnswerFactory, GapFactory, InvitationFactory, ScopeFactory
from tests.factories.metrics import (
    CommentFactory,
    ImprovementFactory,
    RegistrationFactory,
    weekly_series,
)
from tests.factories.objectives import KeyResultFactory, ObjectiveFactory, SeriesFactory
from tests.factories.processes import RevisionFactory

STEADY = [10, 11, 9, 10, 12, 10, 9, 11]
NOON = datetime.fromisoformat("2026-06-30T12:00:00+00:00")


def verdict_on(promise, result="improved", judged_at=NOON) -> Verdict:
    return Verdict.objects.create(
        registration=promise, result=result, data_sha256="0" * 64, judged_at=judged_at,
        reason="stale" if result == "unclear" else "",
    )  # fmt: skip


def titles(person, text: str, kind: str = "") -> list[str]:
    return [hit.title for hit in search(person, text, kind=kind)]


# Search ------------------------------------------------------------------------------------
def test_search_finds_kpis_improvements_and_dashboards_that_one_may_see(ines, mia, jonas, checkout):
    SeriesFactory(kpi__name="Zebra time", subject=checkout.subject)
    ImprovementFactory(title="Zebra crossing", subject=checkout.subject)
    for person, found in (
        (ines, ["Zebra time", "Zebra crossing"]),
        (mia, ["Zebra time", "Zebra crossing"]),
        (jonas, []),
    ):
        kinds = ("metric", "improvement", "dashboard")
        assert [title for kind in kinds for title in titles(person, "zebra", kind)] == found


def test_search_finds_what_was_said_about_points_that_one_may_see(ines, mia, jonas, checkout):
    series = SeriesFactory(subject=checkout.subject)
    CommentFactory(series=series, text="A **zebra** crossed")

    said = {person: titles(person, "zebra", "comment") for person in (ines, mia, jonas)}

    assert said == {ines: ["A zebra crossed"], mia: ["A zebra crossed"], jonas: []}


def test_every_word_has_to_fit(ines, checkout):
    SeriesFactory(kpi__name="Zebra time", subject=checkout.subject)

    assert titles(ines, "zebra checkout", "metric") == ["Zebra time"]
    assert titles(ines, "zebra billing", "metric") == []


# My work -----------------------------------------------------------------------------------
def waiting(person) -> list[tuple[str, str]]:
    return [(task.kind, task.title) for task in tasks_of(person, clock.today())]


def test_a_verdict_waits_for_the_owner(mia, ines, checkout):
    ImprovementFactory(
        title="Trunk",
        subject=checkout.subject,
        owner=mia,
        state="judged",
        go_live_on=date(2026, 3, 2),
    )

    assert ("judge", "Trunk") in waiting(mia)
    assert ("judge", "Trunk") not in waiting(ines)


def test_an_idea_with_a_promise_waits_for_operations(mia, ines, checkout):
    promised = ImprovementFactory(title="Promised", subject=checkout.subject)
    RegistrationFactory(improvement=promised)
    ImprovementFactory(title="Vague", subject=checkout.subject)

    assert [found for found in waiting(ines) if found[0] == "approve"] == [("approve", "Promised")]
    assert not [found for found in waiting(mia) if found[0] == "approve"]


def test_a_planned_day_that_has_come_waits_for_the_owner(mia, checkout):
    for title, day in (("Due", clock.today()), ("Later", clock.today() + timedelta(days=1))):
        ImprovementFactory(
            title=title, subject=checkout.subject, owner=mia, state="approved", go_live_on=day
        )

    assert [found for found in waiting(mia) if found[0] == "act"] == [("act", "Due")]


@pytest.mark.parametrize("who", ["mia", "ines", "rui"])
def test_the_count_is_that_of_the_tasks(who, checkout, mia, request):
    person = request.getfixturevalue(who)
    for state in ("judged", "approved", "idea"):
        one = ImprovementFactory(
            subject=checkout.subject, owner=mia, state=state, go_live_on=date(2026, 3, 2)
        )
        RegistrationFactory(improvement=one)

    assert count_of(person, clock.today()) == len(tasks_of(person, clock.today()))


# The trace ---------------------------------------------------------------------------------
@pytest.fixture
def chain(mia, checkout):
    """The whole line: an answer, its gap, an objective, a key result, a series, an improvement
    of a process, a verdict."""
    invitation = InvitationFactory()
    question = invitation.audit.framework_version.nodes.questions().first()
    scope = ScopeFactory(audit=invitation.audit, subject=checkout.subject)
    answer = AnswerFactory(invitation=invitation, scope=scope, node=question)
    gap = GapFactory(subject=checkout.subject)
    gap.answers.create(revision=answer.revisions.get())
    objective = ObjectiveFactory(subject=checkout.subject)
    objective.gaps.add(gap)
    series = SeriesFactory(subject=checkout.subject)
    key_result = KeyResultFactory(objective=objective, series=series)
    process = RevisionFactory()
    improvement = ImprovementFactory(
        kind="process", revision=process, subject=checkout.subject, owner=mia
    )
    actions.link(improvement=improvement, by=mia, key_results=[key_result], gaps=[gap])
    promise = RegistrationFactory(improvement=improvement, series=series)
    return {
        "answer": answer.pk,
        "gap": gap.pk,
        "objective": objective.pk,
        "key-result": key_result.pk,
        "series": series.pk,
        "revision": process.pk,
        "improvement": improvement.pk,
        "verdict": verdict_on(promise).pk,
    }


@pytest.mark.parametrize("start", ["verdict", "improvement", "series"])
def test_a_dashboards_row_leads_to_the_answer_that_started_it(ines, chain, start):
    found = walk(ines, start, chain[start])

    kinds = {"answer", "gap", "objective", "key-result", "series"}
    assert kinds <= {kind for kind, _pk in found.nodes}
    assert ("answer", chain["answer"]) in found.nodes


def test_the_answer_leads_to_the_verdict(ines, chain):
    found = walk(ines, "answer", chain["answer"])

    assert set(chain.items()) - {("revision", chain["revision"])} <= set(found.nodes)


def test_a_revision_leads_to_the_improvement_that_it_is_part_of(ines, chain):
    found = walk(ines, "revision", chain["revision"])

    assert ("verdict", chain["verdict"]) in found.nodes


def test_what_one_may_not_see_is_counted_and_not_named(jonas, chain):
    found = walk(jonas, "revision", chain["revision"])

    assert set(found.nodes) == {("revision", chain["revision"])}
    assert found.hidden == 1


def test_an_improvement_in_the_trash_is_no_part_of_the_chain(ines, mia, chain):

    Improvement.objects.update(deleted_at=NOON)

    found = walk(ines, "gap", chain["gap"])

    assert not {"improvement", "verdict"} & {kind for kind, _pk in found.nodes}
    assert found.hidden == 0


# Home --------------------------------------------------------------------------------------
def states(person) -> list[str]:
    step = next(step for step in all_steps(person) if step.order == 5)
    return [task.state.value for task in step.tasks]


def test_an_empty_house_begins_with_numbers(ines):
    assert states(ines) == ["next"] + ["cannot_start"] * 4


def test_the_step_is_done_one_by_one(ines, checkout):
    series = weekly_series(STEADY, clock.today(), subject=checkout.subject)
    assert states(ines) == ["done", "next", "next", "cannot_start", "cannot_start"]

    improvement = ImprovementFactory(subject=checkout.subject)
    promise = RegistrationFactory(improvement=improvement, series=series)
    assert states(ines)[2:] == ["done", "next", "cannot_start"]

    improvement.state, improvement.go_live_on = "live", clock.today()
    improvement.save()
    verdict_on(promise)
    assert states(ines)[2:] == ["done", "done", "done"]


# Measures ----------------------------------------------------------------------------------
def test_improvements_with_a_verdict_over_those_that_are_live(checkout, billing):
    def live(subject, result=None, on=date(2026, 3, 2), **more):
        one = ImprovementFactory(subject=subject, state="live", go_live_on=on)
        promise = RegistrationFactory(improvement=one)
        if result:
            verdict_on(promise, result, **more)

    live(checkout.subject, "improved")
    live(checkout.subject, "no_change")
    live(checkout.subject, "too_early")
    live(billing.subject, "unclear")
    live(billing.subject)
    live(billing.subject, on=date(2026, 7, 1))  # after the day
    live(billing.subject, "improved", judged_at=NOON + timedelta(days=1))  # told after the day
    ImprovementFactory(subject=billing.subject)

    found = improvements_judged(date(2026, 6, 30))

    assert found == {
        checkout.subject.pk: (2.0, 3.0),
        billing.subject.pk: (0.0, 3.0),
        Subject.organisation().pk: (2.0, 6.0),
    }


def test_without_anything_live_nothing_is_measured(organisation):
    assert improvements_judged(date(2026, 6, 30)) == {}
