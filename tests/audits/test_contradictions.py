from datetime import timedelta

import pytest
from django.utils import timezone

from audits import actions
from audits.actions.facts import in_unit
from audits.choices import GapState
from audits.models import Answer, AnswerRevision, Fact, Gap, Node
from productops import clock
from productops.changelog import history_of
from productops.measures import measure_named
from tests.factories.audits import GapFactory, InvitationFactory, ScopeFactory, answered

pytestmark = pytest.mark.django_db
NAME = "audits.open-gaps"  # of each product; the fewer, the better


@pytest.fixture
def measured(small):
    """The question about a baseline stands beside the number of open gaps."""
    Node.objects.filter(key="baseline").update(
        measure=NAME, fact={"levels": [9, 5, 3, 1, 0], "tolerance": 1, "days": 30}
    )
    return small


@pytest.fixture
def said(measured, audit, scope, rui):
    """Rui says that Checkout stands at level 4."""
    invitation = InvitationFactory(audit=audit, person=rui, scopes=[scope])
    answered(invitation, scope, baseline=4, dashboards=4, interviews=4)
    return invitation


def fact(subject, value, days_ago=0):
    on = clock.today() - timedelta(days=days_ago)
    return Fact.objects.create(measure=NAME, subject=subject, on=on, value=value)


def compare(audit, days=0):
    actions.raise_from_facts(audit=audit, now=timezone.now() + timedelta(days=days))
    return Gap.objects.filter(source="fact").first()


def test_each_night_the_record_is_written_down_for_every_subject(measured, checkout, billing):
    GapFactory(subject=checkout.subject)

    kept = [actions.keep_facts(on=clock.today()) for _again in range(2)]

    found = dict(Fact.objects.values_list("subject__name", "value"))
    assert (found["Checkout"], found["Billing"]) == (1, 0)
    assert kept[0] == kept[1] == Fact.objects.count()


def test_what_no_question_names_is_not_measured(small, checkout):
    assert actions.keep_facts(on=clock.today()) == 0


def test_a_measure_that_is_gone_stops_nothing(measured):
    Node.objects.filter(key="interviews").update(measure="gone.for-good")

    assert actions.keep_facts(on=clock.today()) > 0


@pytest.mark.parametrize("more", [0, 3])
def test_facts_cost_the_same_for_any_number_of_products(measured, django_assert_num_queries, more):
    for _one in range(more):
        GapFactory()
    actions.keep_facts(on=clock.today())

    with django_assert_num_queries(9):
        actions.keep_facts(on=clock.today())


def test_a_ratio_in_per_cent_is_kept_in_per_cent():
    adoption = measure_named("processes.adoption")

    assert [in_unit(adoption, one) for one in [(1, 4), (0, 3), (0, 0)]] == [25, 0, None]


def test_of_older_facts_the_first_day_of_each_month_stays(measured, checkout):
    today = clock.today()
    days = [today - timedelta(days=n) for n in range(1, 200)]
    Fact.objects.bulk_create(
        Fact(measure=NAME, subject=checkout.subject, on=day, value=1) for day in days
    )

    actions.keep_facts(on=today)

    older = Fact.objects.filter(on__lt=today - timedelta(days=62)).values_list("on__day", flat=True)
    assert set(older) == {1}
    assert Fact.objects.filter(on__gte=today - timedelta(days=62), on__lt=today).count() == 62


def test_the_newest_fact_stands_beside_the_median_of_what_was_said(said, audit, scope, mia):
    fact(scope.subject, 7, days_ago=9)
    fact(scope.subject, 4)
    answered(InvitationFactory(audit=audit, person=mia, scopes=[scope]), scope, baseline=3)

    (place,) = actions.facts_for(audit, clock.today())

    assert (place.compared.said, place.compared.value, place.compared.level) == (3.5, 4, 1)
    assert place.people == 2


def test_what_people_agreed_upon_counts_instead(said, audit, scope, ines):
    fact(scope.subject, 4)
    node = Node.objects.get(key="baseline")
    content = {"state": "answered", "number": 1, "chosen": ["1"]}
    actions.agree(
        scope=scope,
        node=node,
        subject=scope.subject,
        content=content,
        note="",
        by=ines,
        now=timezone.now(),
    )

    (place,) = actions.facts_for(audit, clock.today())

    assert place.compared.said == 1


def test_answer_and_record_that_differ_are_a_gap(said, audit, scope):
    shown = fact(scope.subject, 4)

    gap = compare(audit)

    assert gap.title == "Said and done differ: No baseline before a change"
    assert gap.description == (
        "People say 4 (Improving); the record shows 4, which is 1 (Sometimes)."
    )
    assert (gap.level, gap.target, gap.fact, gap.subject) == (1, 3, shown, scope.subject)
    revision = AnswerRevision.objects.get(answer__node__key="baseline")
    assert list(gap.answers.values_list("revision", flat=True)) == [revision.pk]


def test_within_the_tolerance_there_is_none(said, audit, scope):
    fact(scope.subject, 1)

    assert compare(audit) is None


def test_a_fact_that_is_stale_contradicts_nobody(said, audit, scope):
    fact(scope.subject, 9, days_ago=31)

    assert compare(audit) is None


def test_what_was_not_submitted_is_not_held_beside_the_record(measured, audit, scope, invitation):
    answered(invitation, scope, submitted=False, baseline=4)
    fact(scope.subject, 9)

    assert compare(audit) is None


def test_a_gap_is_opened_once_and_small_moves_are_no_news(said, audit, scope):
    fact(scope.subject, 4, days_ago=1)
    compare(audit)
    fact(scope.subject, 3.5)

    gap = compare(audit)

    assert Gap.objects.count() == 1
    assert history_of(gap).count() == 1


def test_another_level_brings_it_up_to_date(said, audit, scope):
    fact(scope.subject, 4, days_ago=1)
    compare(audit)
    fact(scope.subject, 9)

    gap = compare(audit)

    assert gap.level == 0
    assert [entry.verb for entry in history_of(gap)] == ["found again", "found"]


def test_it_closes_by_itself_when_both_agree_again_and_says_so(said, audit, scope):
    fact(scope.subject, 4, days_ago=1)
    compare(audit)
    fact(scope.subject, 0)

    gap = compare(audit)

    assert (gap.state, gap.closed_by) == (GapState.CLOSED, None)
    assert gap.closed_because.startswith("Answer and record agree again.")


def test_what_agreed_meanwhile_and_differs_anew_is_the_same_gap(said, audit, scope):
    for days_ago, value in ((2, 4), (1, 0), (0, 4)):
        fact(scope.subject, value, days_ago=days_ago)
        gap = compare(audit)

    assert Gap.objects.count() == 1
    assert gap.is_open


def test_what_a_person_closed_stays_closed_until_the_record_says_something_else(
    said, audit, scope, ines
):
    fact(scope.subject, 4, days_ago=1)
    compare(audit).close(by=ines, because="The measure counts wrongly")

    still = compare(audit).state
    fact(scope.subject, 9)

    assert still == GapState.CLOSED
    assert compare(audit).is_open


def test_closing_an_audit_holds_its_answers_beside_the_record(said, audit, scope, ines):
    fact(scope.subject, 9)

    actions.close_audit(audit=audit, by=ines, now=timezone.now())

    assert Gap.objects.get(source="fact").audit == audit


def test_the_record_moving_on_contradicts_no_closed_audit_anew(said, audit, scope, ines):
    actions.close_audit(audit=audit, by=ines, now=timezone.now())
    fact(scope.subject, 9)

    actions.compare_all(now=timezone.now())

    assert not Gap.objects.filter(source="fact").exists()


def test_but_a_gap_that_is_known_closes_when_the_record_catches_up(said, audit, scope, ines):
    fact(scope.subject, 9, days_ago=1)
    actions.close_audit(audit=audit, by=ines, now=timezone.now())
    fact(scope.subject, 0)

    actions.compare_all(now=timezone.now())

    assert Gap.objects.get(source="fact").is_closed


def test_an_anonymous_audit_shows_no_answers_and_none_of_few_people(said, audit, scope):
    type(audit).objects.filter(pk=audit.pk).update(is_anonymous=True)
    audit.refresh_from_db()
    fact(scope.subject, 9)

    assert compare(audit) is None
    for _person in range(4):
        other = InvitationFactory(audit=audit, scopes=[scope])
        answered(other, scope, baseline=4, dashboards=4, interviews=4)
    assert compare(audit) is None  # whoever answers next would be known by the difference
    audit.closes_on = clock.today() - timedelta(days=1)
    audit.save()
    assert compare(audit).answers.count() == 0


@pytest.mark.parametrize("more", [0, 4])
def test_comparing_costs_the_same_for_any_number_of_places(
    said, audit, scope, more, django_assert_num_queries
):
    fact(scope.subject, 9)
    for _one in range(more):
        fact(ScopeFactory(audit=audit).subject, 3)

    with django_assert_num_queries(5):
        places = actions.facts_for(audit, clock.today())

    assert len(places) == 1 + more
    assert Answer.objects.exists()


def test_before_submitting_a_person_sees_the_record_beside_what_they_said(
    measured, sitting, token, invitation, scope
):
    answered(invitation, scope, submitted=False, baseline=3)
    fact(scope.subject, 4)

    pages = [sitting.get(f"/a/{token}/{page}/").content.decode() for page in ("q/1", "check")]

    sentence = "You say 3 (Practised); the record shows 4, which is 1 (Sometimes)."
    assert [sentence in page for page in pages] == [False, True]


def test_whoever_answers_without_a_name_is_shown_no_record(
    measured, sitting, token, invitation, scope, audit
):
    type(audit).objects.filter(pk=audit.pk).update(is_anonymous=True)
    answered(invitation, scope, submitted=False, baseline=3)
    fact(scope.subject, 4)

    assert "the record shows" not in sitting.get(f"/a/{token}/check/").content.decode()
