from datetime import timedelta

import pytest
from django.utils import timezone

from audits import actions
from audits.measures import dont_know_share, gap_age, gaps_closed_in_time, say_do_agreement
from audits.models import Fact, Node
from productops import clock
from teams.models import Subject
from tests.factories.audits import GapFactory, InvitationFactory, ScopeFactory, answered

pytestmark = pytest.mark.django_db
NAME = "audits.open-gaps"


def days_ago(number):
    return clock.today() - timedelta(days=number)


def whole(value):
    return {Subject.organisation().pk: value}


def test_the_age_of_gaps_is_the_median_of_those_that_are_open(ines):
    for days in (10, 20, 60):
        GapFactory(found_on=days_ago(days))
    GapFactory(found_on=days_ago(400)).close(by=ines)

    assert gap_age(clock.today()) == whole(20)


def test_without_open_gaps_there_is_no_age():
    assert gap_age(clock.today()) == {}


def test_gaps_are_closed_in_time_within_ninety_days_of_being_found(ines):
    found = [GapFactory(found_on=days_ago(120)) for _one in range(4)]
    found[0].close(by=ines, on=days_ago(30))
    found[1].close(by=ines, on=days_ago(29))
    actions.merge_gaps(kept=found[2], others=[found[3]], by=ines, on=days_ago(100))
    GapFactory(found_on=days_ago(89))
    GapFactory(found_on=days_ago(180))

    assert gaps_closed_in_time(clock.today()) == whole((1, 3))


def test_answers_agree_with_the_record_within_their_tolerance(audit, scope, rui):
    fact = {"levels": [9, 5, 3, 1, 0], "days": 30}
    Node.objects.filter(key="baseline").update(measure=NAME, fact=fact)
    second, third = (ScopeFactory(audit=audit) for _one in range(2))
    invitation = InvitationFactory(audit=audit, person=rui, scopes=[scope, second, third])
    for one in (scope, second, third):
        answered(invitation, one, baseline=3)
    for one, value in ((scope, 1), (second, 9)):
        Fact.objects.create(measure=NAME, subject=one.subject, on=clock.today(), value=value)

    assert say_do_agreement(clock.today()) == whole((1, 2))


def test_where_nothing_is_measured_nothing_agrees_or_differs(audit, scope):
    assert say_do_agreement(clock.today()) == {}


def test_not_knowing_is_counted_among_all_answers(audit, scope, rui, ines):
    invitation = InvitationFactory(audit=audit, person=rui, scopes=[scope])
    answered(invitation, scope, baseline="dont_know", dashboards=1, interviews=2)
    before = dont_know_share(clock.today())

    actions.close_audit(audit=audit, by=ines, now=timezone.now())

    assert (before, dont_know_share(clock.today())) == ({}, whole((1, 3)))


@pytest.mark.parametrize("count", [1, 3])
def test_measures_of_gaps_cost_the_same_for_any_number_of_rows(
    audit, count, django_assert_max_num_queries
):
    for _one in range(count):
        GapFactory()
        ScopeFactory(audit=audit)

    with django_assert_max_num_queries(12):
        for measured in (gap_age, gaps_closed_in_time, say_do_agreement, dont_know_share):
            measured(clock.today())
