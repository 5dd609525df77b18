"""Pace and confidence beside each other: what disagrees comes first, at a constant cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from productops import clock
from tests.factories.objectives import (
    CheckInFactory,
    CycleFactory,
    KeyResultFactory,
    ObjectiveFactory,
)


@pytest.fixture
def cycle(db):
    today = clock.today()
    return CycleFactory(starts_on=today - timedelta(days=50), ends_on=today + timedelta(days=50))


def key_result(cycle, title, value, confidence, **about):
    objective = ObjectiveFactory(cycle=cycle, **about)
    made = KeyResultFactory(objective=objective, title=title, baseline=0, target=1)
    CheckInFactory(key_result=made, value=value, confidence=confidence)
    return made


def shown(client):
    return client.get(reverse("objectives:signals"))


def test_each_stands_in_the_field_of_its_two_signals(cycle, ines, as_):
    for title, value, said in (("A", 0.9, 9), ("B", 0.9, 2), ("C", 0.1, 8), ("D", 0.1, 1)):
        key_result(cycle, title, value, said)

    found = shown(as_(ines)).context["found"]

    assert {row.key_result.title: field for row, field in found.rows} == {
        "A": "Going well", "B": "On pace, but doubted", "C": "Behind, but confident",
        "D": "Needs help",
    }  # fmt: skip
    assert [number for _name, number in found.counts] == [1, 1, 1, 1]
    assert {row.key_result.title for row in found.first} == {"B", "C"}


def test_those_that_disagree_come_first_and_are_diamonds(cycle, ines, as_):
    key_result(cycle, "Fine", 0.9, 9)
    doubted = key_result(cycle, "Doubted", 0.9, 1)

    found = shown(as_(ines)).context["found"]

    assert found.rows[0][0].key_result == doubted
    assert [(dot.kind, dot.url) for dot in found.chart.dots][0] == (
        "bad", doubted.get_absolute_url(),
    )  # fmt: skip


def test_what_lacks_a_signal_is_counted_and_not_placed(cycle, ines, as_):
    key_result(cycle, "Fine", 0.9, 9)
    KeyResultFactory(objective__cycle=cycle)

    found = shown(as_(ines)).context["found"]

    assert (found.silent, len(found.rows)) == (1, 1)


def test_without_any_the_page_says_what_will_stand_there(ines, as_):
    assert "Nothing to compare yet" in shown(as_(ines)).text


def test_a_strangers_key_result_is_in_no_field(cycle, mia, as_, checkout, billing):
    key_result(cycle, "Ours", 0.9, 1, subject=checkout.subject)
    key_result(cycle, "Secret of billing", 0.9, 1, subject=billing.subject)

    page = shown(as_(mia))

    assert "Ours" in page.text
    assert "Secret of billing" not in page.text


def test_the_page_costs_the_same_for_any_number(cycle, ines, as_):
    client = as_(ines)

    def statements():
        with CaptureQueriesContext(connection) as asked:
            assert shown(client).status_code == 200
        return len(asked)

    key_result(cycle, "One", 0.9, 1)
    statements()
    few = statements()
    for number in range(3):
        key_result(cycle, f"More {number}", 0.1, 9)

    assert statements() == few <= 20
