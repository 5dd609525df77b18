from datetime import timedelta

import pytest
from django.utils import timezone

from audits import actions
from audits.choices import GapState
from audits.models import Answer, Audit, Gap, GapAnswer, Score
from audits.refusals import NotNow
from audits.verify import frameworks, scores
from productops.models import ChangeEntry
from teams.models import Subject
from tests.factories.audits import (
    InvitationFactory,
    OpenAuditFactory,
    ScopeFactory,
    answered,
    token_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(audit, checkout, billing, mia, jonas):
    """Checkout is weak in both dimensions, Billing in measurement alone."""
    scopes = [ScopeFactory(audit=audit, subject=one.subject) for one in (checkout, billing)]
    people = [
        InvitationFactory(audit=audit, person=person, scopes=[scope])
        for person, scope in zip((mia, jonas), scopes, strict=True)
    ]
    answered(people[0], scopes[0], baseline=0, dashboards=3, interviews=2)
    answered(people[1], scopes[1], baseline=2, dashboards=2, interviews=4)
    return audit


def close(audit, by, days=0):
    moment = timezone.now() + timedelta(days=days)
    return actions.close_audit(audit=audit, by=by, now=moment)


def test_closing_works_out_a_score_for_every_scope_and_node(two, ines):
    close(two, ines)

    scores = {
        (score.scope.subject.name, score.node.key): score.mean
        for score in Score.objects.select_related("scope__subject", "node")
    }
    assert scores["Checkout", "measurement"] == pytest.approx((2 * 0 + 1 * 3) / 3)
    assert scores["Billing", "measurement"] == pytest.approx(2)
    assert scores["Checkout", "interviews"] == 2
    assert scores["Checkout", "all"] == pytest.approx((2 * 1 + 1 * 2) / 3)
    assert len(scores) == 2 * 6


def test_a_gap_in_several_places_is_the_organisations(two, ines):
    close(two, ines)

    gap = Gap.objects.get(title="Measurement")
    assert gap.subject == Subject.organisation()
    assert gap.level == pytest.approx(1.5)
    assert gap.cause == "data"
    assert sorted(gap.scopes.values_list("scope__subject__name", "level")) == [
        ("Billing", 2.0),
        ("Checkout", 1.0),
    ]
    assert (
        gap.description.splitlines()[0] == "No baseline before a change in 2 products: “Sometimes”"
    )


def test_a_gap_in_one_place_is_that_places_own(two, ines, checkout):
    close(two, ines)

    gap = Gap.objects.get(title="Customer discovery")
    assert gap.subject == checkout.subject
    assert gap.description == "Few interviews: “Agreed”"
    assert gap.parts["coverage"] == 0.5


def test_a_gap_points_at_the_answers_that_show_it_in_the_revision_they_had(two, ines):
    close(two, ines)

    shown = GapAnswer.objects.filter(gap__title="Measurement").values_list(
        "revision__answer__node__key", "revision__content__number"
    )
    assert sorted(shown) == [("baseline", 0.0), ("baseline", 2.0), ("dashboards", 2.0)]


def test_what_was_not_submitted_does_not_count(two, ines, rui, checkout):
    scope = two.scopes.get(subject=checkout.subject)
    late = InvitationFactory(audit=two, person=rui, scopes=[scope])
    answered(late, scope, submitted=False, baseline=4, dashboards=4, interviews=4)

    close(two, ines)

    score = Score.objects.get(scope=scope, node__key="interviews")
    assert (score.mean, score.respondents) == (2, 1)


def test_the_spread_is_the_widest_range_within_a_section(two, ines, rui, checkout):
    scope = two.scopes.get(subject=checkout.subject)
    answered(
        InvitationFactory(audit=two, person=rui, scopes=[scope]),
        scope,
        baseline=3,
        dashboards=2,
        interviews="dont_know",
    )

    close(two, ines)

    scores = {s.node.key: s for s in Score.objects.filter(scope=scope).select_related("node")}
    assert scores["measurement"].spread == 3
    assert scores["interviews"].spread is None
    assert scores["interviews"].dont_know == 1


def test_an_audit_that_nobody_answered_cannot_be_closed(audit, scope, invitation, ines):
    with pytest.raises(NotNow, match="Nobody has submitted"):
        close(audit, ines)


def test_closing_twice_is_refused(as_, two, ines):
    client = as_(ines)

    statuses = [client.post(f"/audits/{two.pk}/close/").status_code for _ in range(2)]

    assert statuses == [302, 409]
    assert Gap.objects.count() == 2


@pytest.mark.parametrize("who", ["olga", "ines"])
@pytest.mark.parametrize("verb", ["edit", "send", "remind", "close", "invitations/new"])
def test_a_closed_audit_is_frozen_for_everybody(as_, two, ines, who, verb, request):
    close(two, ines)

    response = as_(request.getfixturevalue(who)).post(f"/audits/{two.pk}/{verb}/", {})

    assert response.status_code == 409


def test_links_are_over_once_the_audit_is_closed(client, two, ines, mia):
    token = token_of(two.invitations.get(person=mia))

    close(two, ines)

    assert client.get(f"/a/{token}/").status_code == 410
    assert "takes no answers any more" in client.get(f"/a/{token}/").content.decode()


def follow_up(former, ines, baseline):
    """A second audit of the same two products, with this level of the baseline in both."""
    audit = OpenAuditFactory(framework_version=former.framework_version, owner=ines)
    for old in former.scopes.all():
        scope = ScopeFactory(audit=audit, subject=old.subject)
        person = former.invitations.get(assignments__scope=old).person
        invitation = InvitationFactory(audit=audit, person=person, scopes=[scope])
        answered(invitation, scope, baseline=baseline, dashboards=3, interviews=4)
    return close(audit, ines, days=1)


def test_a_gap_that_is_found_again_is_brought_up_to_date_and_keeps_its_plan(two, ines):
    close(two, ines)
    gap = Gap.objects.get(title="Measurement")
    gap.plan(by=ines)

    newer = follow_up(two, ines, baseline=2)

    gap.refresh_from_db()
    assert Gap.objects.filter(title="Measurement").count() == 1
    assert gap.audit == newer
    assert gap.state == GapState.PLANNED
    assert gap.level == pytest.approx(7 / 3)
    assert gap.scopes.count() == 4
    assert gap in Gap.objects.found_in(two)
    verbs = ChangeEntry.objects.filter(kind="audits.gap", row=gap.pk).order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["found", "planned", "found again"]


def test_a_gap_that_was_closed_and_is_found_again_is_a_new_one(two, ines):
    close(two, ines)
    Gap.objects.get(title="Measurement").close(by=ines)

    follow_up(two, ines, baseline=1)

    assert Gap.objects.filter(title="Measurement").count() == 2


def anonymous(small, ines, checkout, people):
    audit = OpenAuditFactory(framework_version=small, owner=ines, is_anonymous=True)
    scope = ScopeFactory(audit=audit, subject=checkout.subject)
    for _ in range(people):
        invitation = InvitationFactory(audit=audit, scopes=[scope])
        answered(invitation, scope, baseline=1, dashboards=1, interviews=1)
    return close(audit, ines)


def test_closing_an_anonymous_audit_cuts_the_tie_to_people(small, ines, checkout):
    audit = anonymous(small, ines, checkout, people=5)

    answers = Answer.objects.of_audit(audit)
    assert answers.count() == 15
    assert set(answers.values_list("invitation", flat=True)) == {None}
    assert len(set(answers.values_list("answered_at", flat=True))) == 1
    assert not GapAnswer.objects.exists()
    assert Score.objects.get(node__key="all").respondents == 5


@pytest.mark.parametrize(("people", "shown"), [(4, False), (5, True)])
def test_anonymous_results_are_shown_from_five_people_on(as_, small, ines, checkout, people, shown):
    audit = anonymous(small, ines, checkout, people=people)

    response = as_(ines).get(f"/audits/{audit.pk}/")

    cells = [cell.level for row in response.context["result"].rows for cell in row.cells.values()]
    assert cells == ([1, 1] if shown else [None, None])
    assert ("Small groups are not shown" in response.content.decode()) != shown


def test_answers_of_an_anonymous_audit_are_shown_to_nobody(as_, small, ines, olga, checkout):
    audit = anonymous(small, ines, checkout, people=5)

    for person in (ines, olga):
        response = as_(person).get(f"/audits/{audit.pk}/answers/")
        assert response.context["page"] is None
        csv = as_(person).get(f"/audits/{audit.pk}/answers/?format=csv")
        assert b"baseline" not in csv.content


def test_the_check_before_closing_says_what_cannot_be_mended(as_, two, ines, rui, checkout):
    scope = two.scopes.get(subject=checkout.subject)
    InvitationFactory(audit=two, person=rui, scopes=[scope])
    ScopeFactory(audit=two)

    response = as_(ines).get(f"/audits/{two.pk}/close/")

    texts = [concern.text for concern in response.context["concerns"]]
    assert "1 person has not submitted; what they began is left out." in texts
    assert any("has no answers and gets no score" in text for text in texts)
    assert response.context["may_close"]


def test_the_check_says_when_there_is_nothing_to_close(as_, audit, scope, invitation, ines):
    response = as_(ines).get(f"/audits/{audit.pk}/close/")

    assert [concern.weight.value for concern in response.context["concerns"]][0] == "error"
    assert not response.context["may_close"]


def test_verify_finds_a_score_that_was_tampered_with(two, ines):
    close(two, ines)
    assert list(scores()) == []

    Score.objects.filter(node__key="all").update(mean=4)

    assert len(list(scores())) == 2


def test_verify_finds_a_questionnaire_that_was_tampered_with(small):
    assert list(frameworks()) == []

    small.content = small.content | {"title": "Other"}
    small.save()

    assert [difference.row for difference in frameworks()] == ["Small practice v1"]


def test_an_audit_in_the_trash_takes_no_answers(client, two, ines, mia):
    token = token_of(two.invitations.get(person=mia))
    Audit.objects.get(pk=two.pk).discard(by=ines)

    assert client.get(f"/a/{token}/").status_code == 404


def test_by_question_a_gap_points_at_the_answers_to_that_question_alone(two, ines):
    Audit.objects.filter(pk=two.pk).update(gap_rule="question", gap_level=2)
    two.refresh_from_db()

    close(two, ines)

    gap = Gap.objects.get(node__key="baseline")
    assert gap.title == "No baseline before a change"
    shown = gap.answers.values_list("revision__answer__node__key", "revision__content__number")
    assert sorted(shown) == [("baseline", 0.0), ("baseline", 2.0)]


def test_a_gap_that_was_closed_meanwhile_opens_when_its_audit_closes_again(two, ines):
    close(two, ines)
    gap = Gap.objects.get(title="Measurement")
    gap.close(by=ines)
    Audit.objects.filter(pk=two.pk).update(state="open", closed_at=None)
    Score.objects.all().delete()

    close(Audit.objects.get(pk=two.pk), ines)

    assert [one.state for one in Gap.objects.filter(title="Measurement")] == ["identified"]


def test_a_gap_that_was_thrown_away_stays_so_when_its_audit_closes_again(two, ines):
    close(two, ines)
    Gap.objects.get(title="Measurement").discard(by=ines)
    Audit.objects.filter(pk=two.pk).update(state="open", closed_at=None)
    Score.objects.all().delete()

    close(Audit.objects.get(pk=two.pk), ines)

    assert not Gap.objects.filter(title="Measurement").exists()
