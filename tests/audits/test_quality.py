"""The check before closing: what cannot be mended afterwards, and what closing will raise."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audits.models import (
    Answer,
    Consensus,
    Evidence,
    EvidenceRevision,
    Gap,
    Node,
    ReviewNote,
    Workshop,
)
from audits.quality import concerns
from productops import clock
from tests.factories.audits import GapFactory, InvitationFactory, ScopeFactory, answered

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(audit, scope, mia, rui):
    """Two people who see Checkout differently."""
    for person, baseline in ((mia, 0), (rui, 4)):
        invitation = InvitationFactory(audit=audit, person=person, scopes=[scope])
        answered(invitation, scope, baseline=baseline, dashboards=3, interviews=1)
    return audit


def texts(audit):
    return [concern.text for concern in concerns(audit)]


def node_of(audit, key):
    return Node.objects.get(version=audit.framework_version, key=key)


def note(audit, ines):
    answer = Answer.objects.of_audit(audit).first()
    ReviewNote.objects.create(answer=answer, text="Sure?", by=ines, at=timezone.now())


def workshop(audit, ines):
    Workshop.objects.create(scope=audit.scopes.get(), by=ines, begun_at=timezone.now())


def old_evidence(audit, ines):
    paper = Evidence.objects.create(title="Chart", answer=Answer.objects.of_audit(audit).first())
    EvidenceRevision.objects.create(
        evidence=paper,
        number=1,
        url="https://halden.example/chart",
        valid_until=clock.today() - timedelta(days=1),
        by=ines,
        at=timezone.now(),
    )


def agreement(audit, ines):
    Answer.objects.of_audit(audit).filter(node__key="interviews").delete()
    scope = audit.scopes.get()
    place = {"scope": scope, "node": node_of(audit, "interviews"), "subject": scope.subject}
    Consensus.objects.create(**place, number=2, by=ines, at=timezone.now())


def lonely_gap(audit, ines):
    GapFactory(node=node_of(audit, "measurement"))


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda audit, ines: None, "In 1 place people are far apart, and nothing was agreed upon."),
        (note, "1 answer was sent back and is not looked at again."),
        (workshop, "A workshop about Checkout still runs"),
        (old_evidence, "1 piece of evidence holds no longer."),
        (agreement, "1 level was agreed upon without an answer behind it."),
        (lonely_gap, "1 open gap of this framework has no owner."),
    ],
)
def test_the_check_names_what_is_not_finished(asked, ines, make, text):
    make(asked, ines)

    assert any(told.startswith(text) for told in texts(asked))


def test_a_paper_shows_a_high_level(asked, ines):
    high = Answer.objects.of_audit(asked).get(number=4)
    before = texts(asked)
    Evidence.objects.create(title="Chart", answer=high)

    sentence = "1 high level stands there without comment or evidence."
    assert (sentence in before, sentence in texts(asked)) == (True, False)


def test_every_concern_leads_to_a_page(as_, asked, ines):
    for make in (note, workshop, old_evidence, lonely_gap):
        make(asked, ines)
    client = as_(ines)

    statuses = {client.get(concern.url.split("#")[0]).status_code for concern in concerns(asked)}

    assert statuses == {200}


def test_closing_says_beforehand_what_it_will_raise(as_, asked, ines):
    client = as_(ines)

    page = client.get(f"/audits/{asked.pk}/close/gaps/")
    foreseen = {one.dimension.title: one.level for one in page.context["foreseen"]}
    none_yet = Gap.objects.count()
    client.post(f"/audits/{asked.pk}/close/")

    assert b"Closing will raise 2 gaps" in page.content
    assert none_yet == 0
    assert dict(Gap.objects.values_list("title", "level")) == foreseen


@pytest.mark.parametrize("count", [1, 3])
def test_the_check_costs_the_same_for_any_number_of_places(
    asked, ines, count, django_assert_max_num_queries
):
    for _ in range(count):
        scope = ScopeFactory(audit=asked)
        answered(InvitationFactory(audit=asked, scopes=[scope]), scope, baseline=1)
    note(asked, ines)

    with django_assert_max_num_queries(25):
        concerns(asked)
