"""What somebody with patience and bad intent tries with audits."""

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from datetime import timedelta
from threading import Barrier, Event

import pytest
from django.core.cache import cache
from django.db import connection, connections, transaction
from django.test import Client
from django.utils import timezone

from audits import access, actions, measures
from audits.actions.drafts import discard_draft, start_draft
from audits.actions.reviewing import ask_to_look_again, withdraw_note
from audits.differing import differences_in
from audits.models import Answer, Audit, Invitation, Score, sheet_of
from audits.pages.gaps import gaps_of
from audits.quality import concerns
from audits.refusals import NotNow
from audits.verify import progress, scores, seals
from audits.views import phones
from productops import clock
from tests.factories.audits import (
    KINDS,
    InvitationFactory,
    OpenAuditFactory,
    ScopeFactory,
    answered,
    framework_version,
)

pytestmark = pytest.mark.django_db
YESTERDAY = timedelta(days=-1)
together = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="in memory there is one connection for all"
)


def anonymous_of(version, owner, subject, *people):
    """An anonymous audit of one scope, and for each dict of levels one person who submitted."""
    audit = OpenAuditFactory(framework_version=version, owner=owner, is_anonymous=True)
    scope = ScopeFactory(audit=audit, subject=subject)
    for levels in people:
        answered(InvitationFactory(audit=audit, scopes=[scope]), scope, **levels)
    return audit, scope


def close(audit, by):
    return actions.close_audit(audit=audit, by=by, now=timezone.now())


# What tells who said what ---------------------------------------------------------------------
def test_no_figure_of_an_open_anonymous_audit_moves_with_an_answer(as_, api, ines, small, checkout):
    five = [{"baseline": level} for level in (0, 0, 4, 4, 4)]
    audit, scope = anonymous_of(small, ines, checkout.subject, *five)

    def told():
        page = as_(ines).get(f"/audits/{audit.pk}/differences/")
        return (
            api(ines).get(f"/api/v1/audits/{audit.pk}/disagreements/").json(),
            page.context["waiting"],
            actions.foreseen_gaps(audit, now=timezone.now()),
            [one.text for one in concerns(audit) if "know" in one.text or "apart" in one.text],
        )

    before = told()
    answered(InvitationFactory(audit=audit, scopes=[scope]), scope, baseline="dont_know")

    assert told() == before == ([], 0, [], [])


def test_nobody_joins_an_anonymous_audit_whose_figures_are_shown(api, ines, small, checkout):
    audit, _scope = anonymous_of(small, ines, checkout.subject, {"baseline": 1})
    Audit.objects.update(closes_on=clock.today() + YESTERDAY)
    later = (clock.today() + timedelta(days=3)).isoformat()

    response = api(ines).patch(
        f"/api/v1/audits/{audit.pk}/", {"closes_on": later}, "application/json"
    )

    assert response.status_code == 409
    assert "known by the difference" in response.json()["detail"]


@pytest.mark.parametrize("is_closed", [False, True])
def test_the_queue_tells_nothing_that_the_result_keeps_back(ines, small, checkout, is_closed):
    """Four answered the second question; the first alone would give them away by subtraction."""
    six = [{"baseline": number % 2 * 4, "interviews": number % 2 * 4} for number in range(6)]
    people = [one | ({"dashboards": 4} if number < 4 else {}) for number, one in enumerate(six)]
    audit, scope = anonymous_of(small, ines, checkout.subject, *people)
    audit.closes_on = clock.today() + YESTERDAY
    audit.save()
    if is_closed:
        close(audit, ines)

    found = differences_in(audit, [scope.pk])

    keys = dict(small.nodes.values_list("pk", "key"))
    assert [keys[one.said.place[1]] for one in found] == ["interviews"]


def test_whoever_does_not_know_makes_no_group_larger(ines, small, checkout):
    unsure = [{"baseline": "dont_know", "interviews": 3} for _number in range(4)]
    people = [{"baseline": 0, "interviews": 3}, *unsure]
    audit, _scope = anonymous_of(small, ines, checkout.subject, *people)

    shown = access.shown_scores(ines, close(audit, ines))

    assert not {"baseline", "measurement"} & {one.node.key for one in shown}
    assert list(scores()) == []


def test_what_few_say_is_written_down_is_shown_to_nobody(ines, small, checkout):
    small.nodes.filter(key="baseline").update(documents=True)
    small.content = deepcopy(small.content)  # others were made of the same one
    for raw in small.content["nodes"][0]["children"]:
        raw["documents"] = True
    small.save()
    audit, _scope = anonymous_of(
        small, ines, checkout.subject, *({"baseline": 3, "dashboards": 3} for _one in range(6))
    )
    Answer.objects.filter(pk=Answer.objects.first().pk).update(documented=1)

    close(audit, ines)

    assert set(Score.objects.values_list("documented", flat=True)) == {None}
    assert list(scores()) == []


def test_no_kpi_is_made_of_what_one_person_said_without_a_name(ines, small, checkout):
    audit, _scope = anonymous_of(small, ines, checkout.subject, {"baseline": "dont_know"})
    close(audit, ines)
    assert measures.dont_know_share(clock.today()) == {}

    Audit.objects.update(is_anonymous=False)
    assert list(measures.dont_know_share(clock.today()).values()) == [(1.0, 1.0)]


def test_a_gap_is_not_held_beside_a_former_level_that_one_person_gave(ines, small, checkout):
    former, _scope = anonymous_of(small, ines, checkout.subject, {"baseline": 0, "dashboards": 0})
    close(former, ines)
    Audit.objects.filter(pk=former.pk).update(closed_at=timezone.now() - timedelta(days=9))
    audit = OpenAuditFactory(framework_version=small, owner=ines)
    scope = ScopeFactory(audit=audit, subject=checkout.subject)
    answered(InvitationFactory(audit=audit, scopes=[scope]), scope, baseline=1, dashboards=1)
    close(audit, ines)

    page = gaps_of(ines, audit, access.gaps_for(ines).found_in(audit), clock.today())

    assert page["rows"]
    assert {row["dots"].before for row in page["rows"]} == {None}


# What is closed stays ---------------------------------------------------------------------------
@pytest.fixture
def closing(invitation, scope, audit, ines):
    """Rui submitted and was asked again; what he has before his eyes is older than the closing."""
    answered(invitation, scope, baseline=1, dashboards=2, interviews=4)
    answer = Answer.objects.get(node__key="baseline")
    note = ask_to_look_again(answer=answer, text="Really?", by=ines, now=timezone.now())
    mine = Invitation.objects.select_related("audit", "person", "link").get(pk=invitation.pk)
    sheet = sheet_of(mine)
    close(Audit.objects.get(pk=audit.pk), ines)
    return sheet, note


def test_nothing_that_was_begun_before_the_closing_changes_it(closing, ines, astrid, small):
    sheet, note = closing
    place, now = sheet.places[0], timezone.now()
    changed = place.content | {"number": 4.0}
    kept = list(Answer.objects.order_by("pk").values())
    verbs = {
        "save": lambda: actions.save_answer(
            sheet=sheet, place=place, content=changed, known=1, now=now
        ),
        "same": lambda: actions.save_answer(
            sheet=sheet, place=place, content=place.content, known=1, now=now
        ),
        "submit": lambda: actions.submit(sheet=sheet, now=now),
        "note": lambda: withdraw_note(note=note, by=ines, now=now),
        "hand over": lambda: actions.hand_over(
            sheet=sheet, to=astrid, part=None, reason="", now=now
        ),
        "withdraw": lambda: actions.withdraw(invitation=sheet.invitation, by=ines),
        "invite": lambda: actions.invite(
            audit=sheet.invitation.audit, person=astrid, scopes=[place.scope], by=ines, now=now
        ),
        "assign": lambda: actions.assign(audit=sheet.invitation.audit, wanted={}, by=ines),
        "take back": lambda: actions.take_back(sheet=sheet, place=place, now=now),
        "import": lambda: actions.record_responses(
            audit=sheet.invitation.audit, given=[], by=ines, now=now
        ),
    }
    place.node.required = False

    for verb in verbs.values():
        with pytest.raises(NotNow, match="closed"):
            verb()

    assert list(Answer.objects.order_by("pk").values()) == kept
    assert Invitation.objects.get(pk=sheet.invitation.pk).state == "changes"
    assert list(seals()) == list(scores()) == []


def test_a_page_that_was_open_at_the_closing_is_told_so(monkeypatch, sitting, token, audit, ines):
    """The audit closes between reading the sheet and saving."""
    reads = access.sheet_by

    def closes_meanwhile(*args):
        sheet = reads(*args)
        Audit.objects.filter(pk=audit.pk).update(state="closed", closed_at=timezone.now())
        return sheet

    monkeypatch.setattr(access, "sheet_by", closes_meanwhile)

    response = sitting.post(f"/a/{token}/q/1/", {"answer": "2", "revision": "0"})

    assert response.status_code == 410
    assert not Answer.objects.exists()


def test_scores_that_are_gone_are_missed(closing):
    Score.objects.all().delete()

    assert list(seals())
    assert list(scores())


def test_a_draft_that_was_published_meanwhile_is_not_thrown_away(ines, small):
    draft = start_draft(framework=small.framework, by=ines, now=timezone.now())
    type(draft).objects.filter(pk=draft.pk).update(state="published", published_at=timezone.now())

    with pytest.raises(NotNow, match="published"):
        discard_draft(draft=draft, by=ines)

    assert type(draft).objects.filter(pk=draft.pk).exists()


def test_levels_that_do_not_follow_each_other_break_no_page(as_, ines, checkout):
    audit = OpenAuditFactory(framework_version=framework_version(KINDS), owner=ines)
    scope = ScopeFactory(audit=audit, subject=checkout.subject)
    for level in (0, 4):
        answered(InvitationFactory(audit=audit, scopes=[scope]), scope, planned=level)

    response = as_(ines).get(f"/audits/{audit.pk}/answers/")

    assert response.context["groups"][0]["agreement"]["found"].deviation == 0.5
    assert "2 answers here from 0 to 4, middle 2" in response.content.decode()


# Links ------------------------------------------------------------------------------------------
def test_codes_are_not_guessed_from_many_addresses(monkeypatch):
    cache.clear()
    monkeypatch.setattr(phones, "ALL_CODES", {"most": 5, "seconds": 60})

    statuses = [
        Client(REMOTE_ADDR=f"203.0.113.{number}").get("/w/BCDFGH/").status_code
        for number in range(7)
    ]

    assert statuses == [404] * 5 + [429] * 2


# Two at once, on a server database --------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
@together
@pytest.mark.parametrize("is_anonymous", [False, True])
def test_an_answer_is_scored_or_refused_and_never_late(is_anonymous, ines, checkout):
    small = framework_version()
    people = [{"baseline": 1, "dashboards": 1, "interviews": 1} for _one in range(6)]
    audit, _scope = anonymous_of(small, ines, checkout.subject, *people)
    Audit.objects.filter(pk=audit.pk).update(is_anonymous=is_anonymous)
    invitations = Invitation.objects.select_related("audit", "person", "link").order_by("pk")
    sheets = [sheet_of(one) for one in invitations]
    barrier = Barrier(len(sheets) + 1)

    def save(sheet):
        saved = 0
        try:
            barrier.wait(timeout=20)
            for place in sheet.places:
                content = place.content | {"number": 4.0}
                sheet = actions.save_answer(
                    sheet=sheet,
                    place=place,
                    content=content,
                    known=place.revision,
                    now=timezone.now(),
                )
                saved += 1
        except NotNow:
            pass
        finally:
            connections.close_all()
        return saved

    def end():
        try:
            barrier.wait(timeout=20)
            close(Audit.objects.get(pk=audit.pk), ines)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(sheets) + 1) as threads:
        ended = threads.submit(end)
        saved = sum(threads.map(save, sheets))
        ended.result()

    assert Answer.objects.filter(number=4).count() == saved
    assert Answer.objects.filter(invitation__isnull=is_anonymous).count() == 18
    assert list(seals()) == list(scores()) == list(progress()) == []


@pytest.mark.django_db(transaction=True)
@together
def test_who_submits_while_it_closes_waits_and_is_told(ines, checkout):
    small = framework_version()
    everything = {"baseline": 1, "dashboards": 1, "interviews": 1}
    audit, scope = anonymous_of(small, ines, checkout.subject, everything)
    late = InvitationFactory(audit=audit, scopes=[scope])
    answered(late, scope, submitted=False, **everything)
    mine = Invitation.objects.select_related("audit", "person", "link").get(pk=late.pk)
    sheet, is_closing = sheet_of(mine), Event()

    def submit():
        try:
            is_closing.wait(timeout=20)
            actions.submit(sheet=sheet, now=timezone.now())
        except NotNow as refusal:
            return str(refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            close(Audit.objects.get(pk=audit.pk), ines)
            submitting = threads.submit(submit)
            is_closing.set()
        told = submitting.result(timeout=20)

    assert "closed" in told
    assert not Invitation.objects.get(pk=late.pk).is_submitted
    assert list(seals()) == list(scores()) == []
