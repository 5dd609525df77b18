from datetime import date, timedelta

import pytest
from django.utils import timezone

from audits.mapping import Elsewhere, suggestions
from audits.models import Answer, Place
from audits.said_elsewhere import suggested_at
from tests.factories.audits import (
    SMALL,
    InvitationFactory,
    OpenAuditFactory,
    ScopeFactory,
    answered,
    framework_version,
)

MAY = date(2026, 5, 4)
SAID = [
    Elsewhere("a", "x", "3", "3", "Tools", MAY),
    Elsewhere("b", "y", "3", "3", "Practice", MAY),
]


def mapped(framework="a", key="x", relation="equal", **more):
    return {"framework": framework, "key": key, "relation": relation} | more


def test_the_same_question_offers_its_answer_and_a_near_one_only_tells():
    equal, near = suggestions(
        [mapped("b", "y", "intersect"), mapped()], SAID, offered=["1", "2", "3"]
    )

    assert (equal.value, equal.said.title, near.value) == ("3", "Tools", None)


def test_what_cannot_be_chosen_here_is_only_told():
    assert suggestions([mapped()], SAID, offered=["yes", "no"])[0].is_partial


def test_among_near_ones_the_strongest_comes_first_and_strangers_are_left_out():
    maps = [
        mapped(relation="subset", strength=2),
        mapped("b", "y", "superset", strength=8),
        mapped("c", "z"),
        {},
    ]

    assert [one.said.framework for one in suggestions(maps, SAID, offered=[])] == ["b", "a"]


# From the database --------------------------------------------------------------------------
@pytest.fixture
def place(audit, scope, invitation, small):
    """Rui stands at a question that a question of another framework maps to."""
    node = small.nodes.get(key="dashboards")
    node.maps = [mapped("other", "baseline")]
    return Place(invitation=invitation, scope=scope, node=node, subject=scope.subject)


def say(person, scope, level, **audit):
    version = framework_version(SMALL.replace("key: small", "key: other"))
    other = OpenAuditFactory(framework_version=version, **audit)
    there = ScopeFactory(audit=other, subject=scope.subject)
    answered(InvitationFactory(audit=other, person=person, scopes=[there]), there, baseline=level)


@pytest.mark.django_db
def test_what_the_person_said_elsewhere_is_suggested_in_one_query(
    place, rui, scope, django_assert_num_queries
):
    say(rui, scope, 3)

    with django_assert_num_queries(1):
        (found,) = suggested_at(place, now=timezone.now())

    assert (found.value, found.said.title) == ("3", "Small practice")


@pytest.mark.django_db
def test_nothing_of_colleagues_of_anonymous_audits_or_of_long_ago(place, rui, mia, scope):
    say(mia, scope, 3)
    say(rui, scope, 3, is_anonymous=True)
    none = suggested_at(place, now=timezone.now())
    say(rui, scope, 3)
    Answer.objects.update(answered_at=timezone.now() - timedelta(days=400))

    assert none == []
    assert suggested_at(place, now=timezone.now()) == []


def page_of_question(client, token, small, relation="equal"):
    """The question about dashboards, which maps to a question of another framework."""
    small.nodes.filter(key="dashboards").update(maps=[mapped("other", "baseline", relation)])
    client.post(f"/a/{token}/start/")
    return client.get(f"/a/{token}/q/2/").content.decode()


@pytest.mark.django_db
def test_the_page_of_a_question_marks_what_was_said_elsewhere(client, token, small, rui, scope):
    before = page_of_question(client, token, small)
    say(rui, scope, 3)

    page = page_of_question(client, token, small)

    assert "You said" not in before
    above = page.partition("You said 3 in Small practice (")[0]
    assert above.rpartition('id="answer-')[2][0] == "3"
    assert "checked" not in page.partition('class="opts alt"')[0]


@pytest.mark.django_db
def test_what_is_near_is_told_above_the_choices(client, token, small, rui, scope):
    say(rui, scope, 3)

    page = page_of_question(client, token, small, relation="intersect")

    assert page.index("You said 3 in Small practice") < page.index('id="answer-0"')


@pytest.mark.django_db
def test_an_anonymous_audit_shows_nothing_said_elsewhere(client, token, small, rui, scope, audit):
    audit.is_anonymous = True
    audit.save()
    say(rui, scope, 3)

    assert "You said" not in page_of_question(client, token, small)
