"""What the person sees who answers: beginning, question, check."""

from datetime import date, datetime
from itertools import groupby
from math import ceil
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audits.actions import people_of, who_sees
from audits.answering_state import of_invitation
from audits.choices import InvitationState, NodeKind
from audits.forms.answering import AnswerForm
from audits.forms.options import extra_of, options_of, said, written_options
from audits.mapping import Elsewhere
from audits.models import Answer, Assignment, Invitation, Node, Place, ReviewNote, Sheet
from audits.pages.facts import own_records
from audits.said_elsewhere import suggested_at
from productops import clock, numbers
from teams.models import Person

MOST_ELSEWHERE = 2  # answers to other questionnaires that stand at one question


def intro(sheet: Sheet) -> dict[str, Any]:
    """Where somebody stands who opens the link."""
    invitation, audit = sheet.invitation, sheet.invitation.audit
    following = sheet.first_open
    return {
        "invitation": invitation,
        "audit": audit,
        "sheet": sheet,
        "subjects": subjects_of(sheet),
        "next": following,
        "rank": sheet.rank(following) if following else 0,
        "minutes": minutes_left(sheet),
        "shared": sections_shared(sheet),
        "who_sees": who_sees(audit),
        "paragraphs": [text for text in audit.intro.split("\n\n") if text.strip()],
    }


def subjects_of(sheet: Sheet) -> str:
    """ "Checkout and Billing": what the person answers for."""
    names = list(dict.fromkeys(place.scope.subject.name for place in sheet.places))
    if len(names) < 2:
        return "".join(names)
    return _("%(several)s and %(last)s") % {"several": ", ".join(names[:-1]), "last": names[-1]}


def minutes_left(sheet: Sheet, place: Place | None = None) -> int:
    """What is left of the time that the framework says, by the share of the way."""
    asked = sum(len(questions) for _section, questions in sheet.layout.blocks)
    each = sheet.invitation.audit.framework_version.minutes / max(1, asked)
    return ceil(each * (sheet.total - (sheet.rank(place) - 1 if place else 0)))


def question_page(sheet: Sheet, place: Place, form: AnswerForm, now: datetime) -> dict[str, Any]:
    """One question and the way through the others."""
    on = clock.day_of(now)
    invitation, audit = sheet.invitation, sheet.invitation.audit
    section, previous = sheet.layout.top_of(place.node), form.previous
    return {
        "place": place,
        "sheet": sheet,
        "form": form,
        "audit": audit,
        "invitation": invitation,
        "node": place.node,
        "subject": place.subject,
        "where": where(sheet, place),
        "back": sheet.before(place),
        "section": section_name(sheet, place),
        "parts": [_part(one, section) for one in sheet.layout.tops],
        "texts": sheet.notes_above(place),
        "asked_again": notes_about(place),
        "previous_when": month_of(previous.scope.audit.closed_at.date(), on) if previous else "",
        "previous_said": said(place.node, previous.content) if previous else "",
        "elsewhere": [] if previous else said_elsewhere(place, now),
        "options": options_of(form, previous.content if previous else None),
        "extra": extra_of(form),
        "written": written_options(form) if place.node.documents else [],
        "meanwhile": said(place.node, form.current),
        "mine": said_now(form),
        "minutes": minutes_left(sheet, place),
        "who_sees": who_sees(audit),
        "sum": sum_of_section(sheet, place),
        "error": bool(form.error or form.errors),
        "remarks_open": bool(form.errors) or form.has_remarks,
    }


def notes_about(place: Place) -> list[ReviewNote]:
    """What a reviewer asks about the answer that stands there."""
    if not place.kept.is_asked_again:
        return []
    notes = ReviewNote.objects.open().filter(answer=place.kept.answer_id)
    return list(notes.select_related("by"))


def said_now(form: AnswerForm) -> str:
    """What was chosen on the page that met another answer, in words."""
    if form.current is None:
        return ""
    names = {
        option["value"]: option["name"] for option in [*options_of(form, None), *extra_of(form)]
    }
    return ", ".join(str(names.get(value, value)) for value in form.chosen)


def where(sheet: Sheet, place: Place) -> str:
    """ "Question 7 of 18"; of how many only where that is sure."""
    rank = sheet.rank(place)
    if sheet.varies_after(place):
        more = sheet.total - rank
        return _("Question %(n)d, about %(more)d more") % {"n": rank, "more": more}
    return _("Question %(n)d of %(total)d") % {"n": rank, "total": sheet.total}


def section_name(sheet: Sheet, place: Place) -> str:
    """The section, and for what it is asked where that is not the same all the way."""
    section = sheet.layout.top_of(place.node).text
    several = len({one.scope.pk for one in sheet.places}) > 1
    about = place.subject if place.is_repeated else place.scope.subject if several else None
    return f"{about} · {section}" if about else section


def _part(section: Node, current: Node) -> str:
    """How one bar of the progress is drawn."""
    if section.order == current.order:
        return "now"
    return "on" if section.order < current.order else ""


def said_before(place: Place) -> Answer | None:
    """What the person answered to the same question about the same subject last time; where
    nobody may know who said what, nothing."""
    if place.invitation.audit.is_anonymous:
        return None
    former = Answer.objects.before(place.invitation).given()
    same = former.filter(node__key=place.node.key, subject=place.subject.pk)
    return same.select_related("scope__audit", "node").first()


def said_elsewhere(place: Place, now: datetime) -> list[dict[str, str]]:
    """What the person said where another questionnaire asks about the same: ``text`` in words, and
    ``value`` of the choice that says it here, "" where the other question asks something near."""
    if place.content is not None:
        return []
    on = clock.day_of(now)
    found = suggested_at(place, now=now)[:MOST_ELSEWHERE]
    return [{"value": one.value or "", "text": _elsewhere(one.said, on)} for one in found]


def _elsewhere(answer: Elsewhere, on: date) -> str:
    return _("You said %(answer)s in %(where)s (%(when)s)") % {
        "answer": answer.words,
        "where": answer.title,
        "when": month_of(answer.on, on),
    }


def month_of(day: date, on: date) -> str:
    """ "May", or "May 2025" where this year's would be meant."""
    return day.strftime("%B" if (on - day).days < 300 else "%B %Y")


def sum_of_section(sheet: Sheet, place: Place) -> str:
    """How far the numbers of a section make their whole, where they should."""
    section = sheet.layout.by_id[place.node.parent_id]
    if section.total is None or place.node.kind != NodeKind.NUMBER:
        return ""
    so_far = sum(
        one.content["number"] or 0 for one in sheet.visible if one.content and _is_share(one, place)
    )
    return _("The other answers of this section make %(sum)s of %(total)s so far.") % {
        "sum": numbers.number(so_far),
        "total": numbers.number(section.total),
    }


def _is_share(one: Place, place: Place) -> bool:
    """Whether another answer belongs to the same whole."""
    return one.number != place.number and (
        (one.scope.pk, one.subject.pk, one.node.parent_id)
        == (place.scope.pk, place.subject.pk, place.node.parent_id)
    )


def check_page(sheet: Sheet, faults: list[tuple[int, str]]) -> dict[str, Any]:
    """All answers on one page, each with its way back."""
    audit = sheet.invitation.audit
    answers = {
        (answer.scope_id, answer.node_id, answer.subject_id): answer
        for answer in sheet.invitation.answers.select_related("node")
    }
    records = own_records(audit, answers.values(), clock.today())
    for answer in answers.values():
        answer.record = records.get(answer.pk, "")
    groups = [
        {"title": title, "lines": [(place, answers.get(place.key)) for place in places]}
        for title, places in groupby(sheet.visible, key=lambda place: section_name(sheet, place))
    ]
    return {
        "invitation": sheet.invitation,
        "audit": audit,
        "groups": groups,
        "faults": faults,
        "who_sees": who_sees(audit),
    }


def people_near(sheet: Sheet) -> list[Person]:
    """Who stands for the same scopes, or is asked about them, beside the person themself."""
    scopes = {place.scope.pk: place.scope.subject_id for place in sheet.places}
    near = {person for _subject, person in people_of(scopes.values(), clock.today())}
    asked = Q(invitations__assignments__scope__in=scopes)
    people = Person.objects.active().filter(asked | Q(pk__in=near)).distinct()
    submitted = people.filter(
        invitations__audit=sheet.invitation.audit_id,
        invitations__state=InvitationState.SUBMITTED,
    )
    return list(
        people.exclude(pk=sheet.invitation.person_id).exclude(pk__in=submitted.values("pk"))
    )


def handing_over(sheet: Sheet) -> dict[str, Any]:
    invitation = sheet.invitation
    return {
        "invitation": invitation,
        "audit": invitation.audit,
        "answered": sheet.answered,
        "subjects": subjects_of(sheet),
    }


def sections_shared(sheet: Sheet) -> list[dict[str, Any]]:
    """Who has which section, as a task list; nothing where everybody is asked everything."""
    scopes = {place.scope.pk for place in sheet.places}
    rows = list(
        Assignment.objects.filter(scope__in=scopes)
        .exclude(invitation__state=InvitationState.HANDED_OVER)
        .select_related("invitation__person")
        .order_by("invitation__person__name", "pk")
    )
    root = sheet.layout.nodes[0].pk if sheet.layout.nodes else None
    if all(row.node_id == root for row in rows):
        return []
    return [_task(sheet, part, label, rows) for label, part in all_parts(sheet, scopes)]


def all_parts(sheet: Sheet, scopes: set[int]) -> list[tuple[str, tuple[int, Node]]]:
    """Every section of the scopes: (label, (scope, section))."""
    names = {place.scope.pk: place.scope.subject.name for place in sheet.places}
    return [
        (f"{names[scope]} · {top.text}" if len(scopes) > 1 else top.text, (scope, top))
        for scope in names
        for top in sheet.layout.tops
    ]


def _task(
    sheet: Sheet, part: tuple[int, Node], label: str, rows: list[Assignment]
) -> dict[str, Any]:
    """One line: a section, whether it is mine and how far it is, else whose it is."""
    scope, section = part
    mine = [
        place
        for place in sheet.visible
        if place.scope.pk == scope and section.order <= place.node.order <= section.last
    ]
    if mine:
        done = sum(place.is_answered for place in mine)
        state = _("%(done)d of %(all)d") % {"done": done, "all": len(mine)}
        return {"title": label, "hint": _("You"), "state": "", "text": state, "kind": "flat"}
    nodes = sheet.layout.by_id
    others = [
        row.invitation
        for row in rows
        if row.scope_id == scope and _covers(nodes[row.node_id], section)
    ]
    if sheet.invitation.audit.is_anonymous:
        hint = _("Somebody else") if others else ""
    else:
        hint = ", ".join(str(one.person) for one in others)
    done = bool(others) and all(one.is_submitted for one in others)
    return {
        "title": label,
        "hint": hint or _("Nobody yet"),
        "state": "done" if done else "cannot",
        "text": _("Submitted") if done else _("Not yet submitted"),
    }


def _covers(node: Node, section: Node) -> bool:
    """Whether an assignment to a node has anything of the section."""
    return node.order <= section.last and section.order <= node.last


def over(invitation: Invitation, on: date) -> dict[str, Any]:
    """Why a link opens nothing any more, and what helps."""
    audit = invitation.audit
    return {
        "invitation": invitation,
        "audit": audit,
        "can_renew": audit.takes_answers_on(on) and not is_used_up(invitation),
        "is_used_up": is_used_up(invitation),
        "until": numbers.short_date(audit.closes_on, on),
        "standing": of_invitation(invitation, timezone.now()),
    }


def is_used_up(invitation: Invitation) -> bool:
    """Whether the link ended on purpose when its person submitted."""
    return invitation.audit.is_single_use and invitation.is_submitted
