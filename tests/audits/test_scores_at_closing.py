"""What closing keeps beside the level: targets, agreement, what is written, alpha, the seal."""

import pytest
from django.utils import timezone

from audits import actions
from audits.agreement import krippendorff_alpha
from audits.models import (
    Answer,
    AnswerRevision,
    Audit,
    Consensus,
    Gap,
    GapScope,
    LevelTarget,
    Node,
    Score,
)
from audits.refusals import NotNow
from audits.verify import scores, seals
from tests.factories.audits import (
    SMALL,
    InvitationFactory,
    OpenAuditFactory,
    ScopeFactory,
    answered,
    framework_version,
)

pytestmark = pytest.mark.django_db
BASELINES = (0, 1, 1, 2, 1, 4)


@pytest.fixture
def asked(audit, scope):
    """Six people about Checkout."""
    for baseline in BASELINES:
        person = InvitationFactory(audit=audit, scopes=[scope])
        answered(person, scope, baseline=baseline, dashboards=3, interviews="dont_know")
    return audit


def close(audit, by):
    return actions.close_audit(audit=audit, by=by, now=timezone.now())


def kept(key, **where):
    return Score.objects.get(node__key=key, **where)


def test_agreement_and_deviation_are_kept_for_questions_and_sections(asked, ines):
    close(asked, ines)

    assert kept("baseline").deviation == pytest.approx(1.0)
    assert kept("baseline").agreement == pytest.approx(0.05)
    assert kept("dashboards").agreement == 1
    assert kept("measurement").agreement == pytest.approx(1.05 / 1.525)
    assert kept("interviews").agreement is None
    assert kept("interviews").dont_know == kept("discovery").dont_know == 6


def test_alpha_is_that_of_the_whole_questionnaire(asked, ines):
    ratings = [[level, 3] for level in BASELINES]

    assert close(asked, ines).alpha == pytest.approx(krippendorff_alpha(ratings, "ordinal"))


def test_the_target_of_the_subject_is_frozen_at_closing(asked, ines, checkout, small):
    LevelTarget.objects.create(
        framework=small.framework, key="measurement", subject=checkout.subject, level=2
    )

    close(asked, ines)
    LevelTarget.objects.update(level=4)

    targets = dict(Score.objects.values_list("node__key", "target"))
    assert targets == {
        "all": 3,
        "measurement": 2,
        "baseline": 2,
        "dashboards": 2,
        "discovery": 3,
        "interviews": 3,
    }


def test_how_far_things_are_written_down_is_kept_apart(ines, checkout):
    text = SMALL.replace("        importance: recommended\n", "        documents: true\n")
    audit = OpenAuditFactory(framework_version=framework_version(text), owner=ines)
    scope = ScopeFactory(audit=audit, subject=checkout.subject)
    for written in (1, 2, 4):
        person = InvitationFactory(audit=audit, scopes=[scope])
        answered(person, scope, baseline=1, dashboards=3, interviews=1)
        Answer.objects.filter(invitation=person, node__key="dashboards").update(documented=written)

    close(audit, ines)

    assert (kept("dashboards").mean, kept("dashboards").documented) == (3, 2)
    assert (kept("measurement").documented, kept("all").documented) == (2, 2)
    assert kept("discovery").documented is None


def test_what_was_agreed_counts_and_what_each_said_stays(asked, ines, scope):
    node = Node.objects.get(version=asked.framework_version, key="baseline")
    Consensus.objects.create(
        scope=scope, node=node, subject=scope.subject, number=3, by=ines, at=timezone.now()
    )

    close(asked, ines)

    found = kept("baseline")
    assert (found.mean, found.spread, found.respondents) == (3, 4, 6)


def test_what_skip_logic_left_out_counts_neither_for_score_nor_agreement(ines, checkout):
    text = SMALL.replace(
        "        importance: recommended\n", "        relevant: ${baseline} >= 2\n"
    )
    audit = OpenAuditFactory(framework_version=framework_version(text), owner=ines)
    scope = ScopeFactory(audit=audit, subject=checkout.subject)
    for baseline in (1, 3):
        person = InvitationFactory(audit=audit, scopes=[scope])
        answered(person, scope, baseline=baseline, dashboards=baseline + 1, interviews=1)

    close(audit, ines)

    found = kept("dashboards")
    assert (found.mean, found.respondents, found.spread, found.hidden) == (4, 1, None, 0)
    assert list(scores()) == []


def test_what_nobody_was_asked_is_hidden(ines, checkout):
    text = SMALL.replace("        importance: recommended\n", "        relevant: ${baseline} > 4\n")
    audit = OpenAuditFactory(framework_version=framework_version(text), owner=ines)
    scope = ScopeFactory(audit=audit, subject=checkout.subject)
    answered(InvitationFactory(audit=audit, scopes=[scope]), scope, baseline=1, dashboards=4)

    close(audit, ines)

    assert (kept("dashboards").mean, kept("dashboards").hidden, kept("all").hidden) == (None, 1, 1)
    assert kept("measurement").mean == 1


def test_gaps_tell_nothing_of_groups_too_small_to_be_shown(small, ines, checkout, billing):
    audit = OpenAuditFactory(framework_version=small, owner=ines, is_anonymous=True)
    for product, people in ((checkout, 5), (billing, 4)):
        scope = ScopeFactory(audit=audit, subject=product.subject)
        for _ in range(people):
            answered(
                InvitationFactory(audit=audit, scopes=[scope]), scope, baseline=0, interviews=0
            )

    close(audit, ines)

    assert set(GapScope.objects.values_list("scope__subject__name", flat=True)) == {"Checkout"}
    assert set(Gap.objects.values_list("subject__name", flat=True)) == {"Checkout"}


def test_only_what_was_submitted_outlives_an_anonymous_audit(small, ines, checkout):
    audit = OpenAuditFactory(framework_version=small, owner=ines, is_anonymous=True)
    scope = ScopeFactory(audit=audit, subject=checkout.subject)
    for submitted in (True, True, False):
        person = InvitationFactory(audit=audit, scopes=[scope])
        answered(person, scope, submitted=submitted, baseline=1)

    close(audit, ines)

    assert Answer.objects.of_audit(audit).count() == 2
    assert not AnswerRevision.objects.exists()


def test_closing_costs_the_same_for_any_number_of_people(
    asked, scope, ines, django_assert_max_num_queries
):
    for _ in range(20):
        answered(InvitationFactory(audit=asked, scopes=[scope]), scope, baseline=1, interviews=1)

    with django_assert_max_num_queries(60):
        close(asked, ines)


# The seal -----------------------------------------------------------------------------------
def test_a_closed_audit_is_sealed_and_verified(asked, ines):
    audit = close(asked, ines)

    assert len(audit.seal) == 64
    assert [*scores(), *seals()] == []


FLIPS = {
    "a level": ("scores", lambda: Answer.objects.filter(number=2).update(number=3)),
    "a comment": ("seals", lambda: one(Answer).update(comment="x")),
    "a documented level": ("seals", lambda: one(Answer).update(documented=1)),
    "who said it": ("seals", lambda: one(Answer).update(answered_at=timezone.now())),
    "a mean": ("scores", lambda: one(Score).update(mean=4)),
    "an agreement": ("scores", lambda: one(Score).update(agreement=0.99)),
    "a count": ("scores", lambda: one(Score).update(dont_know=0, hidden=2)),
    "a target": ("seals", lambda: one(Score).update(target=0)),
    "alpha": ("scores", lambda: Audit.objects.update(alpha=0.9)),
    "the seal": ("seals", lambda: Audit.objects.update(seal="")),
    "one answer less": ("seals", lambda: Answer.objects.filter(number=3).first().delete()),
}


def one(model):
    return model.objects.filter(pk=model.objects.order_by("pk").first().pk)


@pytest.mark.parametrize("what", FLIPS)
def test_verify_finds_whatever_is_changed_afterwards(asked, ines, what):
    close(asked, ines)
    check, flip = FLIPS[what]

    flip()

    assert check in {difference.check for difference in [*scores(), *seals()]}


def test_verify_names_the_row_and_what_was_changed(asked, ines):
    audit = close(asked, ines)
    answer = Answer.objects.get(number=4)

    Answer.objects.filter(pk=answer.pk).update(number=0)

    rows = [difference.row for difference in [*scores(), *seals()]]
    assert f"{audit} · Checkout, baseline, spread" in rows
    assert f"{audit}, answer {answer.pk} ({answer}), number" in rows


def test_anonymous_audits_are_verified_too(small, ines, checkout):
    audit = OpenAuditFactory(framework_version=small, owner=ines, is_anonymous=True)
    scope = ScopeFactory(audit=audit, subject=checkout.subject)
    for level in (1, 2, 3, 3, 4):
        answered(InvitationFactory(audit=audit, scopes=[scope]), scope, baseline=level)
    close(audit, ines)
    assert [*scores(), *seals()] == []

    Answer.objects.filter(number=4).update(number=1)

    assert {difference.check for difference in [*scores(), *seals()]} == {"scores", "seals"}


# Frozen -------------------------------------------------------------------------------------
API = {
    ("patch", ""): {"title": "Other"},
    ("post", "send/"): {},
    ("post", "remind/"): {},
    ("post", "close/"): {},
}


@pytest.mark.parametrize("who", ["olga", "ines"])
@pytest.mark.parametrize(("method", "verb"), API)
def test_a_closed_audit_is_frozen_for_programs_too(api, asked, ines, who, method, verb, request):
    close(asked, ines)
    client = api(request.getfixturevalue(who))

    response = getattr(client, method)(
        f"/api/v1/audits/{asked.pk}/{verb}",
        API[method, verb] | {"version": Audit.objects.get().version},
        content_type="application/json",
    )

    assert response.status_code == 409
    assert list(seals()) == []


def test_nobody_answers_a_closed_audit_by_program(api, asked, scope, ines):
    invitation = asked.invitations.first()
    close(asked, ines)
    body = {"invitation": invitation.pk, "scope": scope.pk, "question": "baseline", "value": 1}

    response = api(invitation.person).post(
        "/api/v1/answers/", body, content_type="application/json"
    )

    assert response.status_code == 409


def test_files_of_responses_do_not_reach_a_closed_audit(asked, ines):
    close(asked, ines)

    with pytest.raises(NotNow, match="closed"):
        actions.record_responses(audit=asked, given=[], by=ines, now=timezone.now())
