"""The pointer to a key result's newest check-in, which pages of thousands rest on."""

from datetime import timedelta

import pytest

from objectives import actions
from objectives.models import CheckIn, KeyResult
from objectives.verify import newest_check_ins
from productops import clock
from tests.factories.objectives import CheckInFactory, KeyResultFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def key_result():
    return KeyResultFactory()


def said(key_result, by, days_ago, value=0.5):
    day = clock.today() - timedelta(days=days_ago)
    return actions.check_in(key_result=key_result, value=value, confidence=5, by=by, on=day)


def corrected(check_in, by, days_ago):
    day = clock.today() - timedelta(days=days_ago)
    actions.correct_check_in(said=CheckIn.objects.get(pk=check_in.pk), by=by, on=day)


def pointed_at(key_result):
    return KeyResult.objects.get(pk=key_result.pk).last_check_in


def test_it_leads_to_the_last_day_whichever_was_said_last(key_result, ines):
    newest = said(key_result, ines, days_ago=2)
    said(key_result, ines, days_ago=9)

    assert pointed_at(key_result) == newest


def test_of_one_day_it_leads_to_what_was_said_last(key_result, ines):
    said(key_result, ines, days_ago=2)
    second = said(key_result, ines, days_ago=2)

    assert pointed_at(key_result) == second


def test_a_correction_to_an_earlier_day_lets_the_one_before_be_the_newest(key_result, ines):
    first, second = said(key_result, ines, days_ago=5), said(key_result, ines, days_ago=1)

    corrected(second, ines, days_ago=7)

    assert pointed_at(key_result) == first


def test_a_correction_to_a_later_day_makes_it_the_newest(key_result, ines):
    first = said(key_result, ines, days_ago=5)
    said(key_result, ines, days_ago=3)

    corrected(first, ines, days_ago=0)

    assert pointed_at(key_result) == first


def test_whoever_read_the_row_before_a_check_in_does_not_take_it_back(key_result, ines):
    read_before = KeyResult.objects.get(pk=key_result.pk)
    newest = said(key_result, ines, days_ago=1)

    actions.change_key_result(key_result=read_before, by=ines, title="Another title")

    assert pointed_at(key_result) == newest
    assert KeyResult.objects.get().title == "Another title"


def test_the_row_that_was_checked_in_knows_it_at_once(key_result, ines):
    assert key_result.last_check_in is None

    newest = said(key_result, ines, days_ago=0)

    assert key_result.last_check_in == newest


def test_without_a_check_in_it_leads_nowhere(key_result):
    assert pointed_at(key_result) is None
    assert list(newest_check_ins()) == []


def test_verify_names_a_pointer_that_does_not_lead_to_the_newest(key_result, ines):
    first, second = said(key_result, ines, days_ago=5), said(key_result, ines, days_ago=1)
    assert list(newest_check_ins()) == []
    KeyResult.objects.update(last_said=first)

    [found] = newest_check_ins()

    assert key_result.title in found.row
    assert (found.found, found.expected) == (f"check-in {first.pk}", f"check-in {second.pk}")


def test_verify_names_a_check_in_that_no_pointer_leads_to_in_the_trash_as_well(key_result, ines):
    newest = said(key_result, ines, days_ago=1)
    key_result.discard(by=ines)
    KeyResult.with_trash.update(last_said=None)

    [found] = newest_check_ins()

    assert (found.found, found.expected) == ("none", f"check-in {newest.pk}")


def test_a_key_result_that_goes_for_good_takes_its_check_ins_along():
    CheckInFactory().key_result.delete()

    assert not CheckIn.objects.exists()
