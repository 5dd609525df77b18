"""What the person sees who answers: beginning, question, check."""

from datetime import date
from itertools import groupby
from math import ceil
from typing import Any

from django.utils.translation import gettext as _

from audits.actions import who_sees
from audits.choices import NodeKind
from audits.forms.answering import AnswerForm
from audits.models import Answer, Invitation, Node, Place, Sheet
from productops import numbers

REMARKS = ("comment", "evidence_url")


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


def question_page(sheet: Sheet, place: Place, form: AnswerForm, on: date) -> dict[str, Any]:
    """One question and the way through the others."""
    invitation, audit = sheet.invitation, sheet.invitation.audit
    section = sheet.layout.top_of(place.node)
    previous = None if audit.is_anonymous else said_before(place)
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
        "previous_when": month_of(previous.scope.audit.closed_at.date(), on) if previous else "",
        "previous": previous,
        "options": form.options(previous.content if previous else None),
        "extra": form.extra(),
        "minutes": minutes_left(sheet, place),
        "who_sees": who_sees(audit),
        "sum": sum_of_section(sheet, place),
        "error": bool(form.error or form.errors),
        "first_input": first_input(form),
        "remarks_open": bool(form.errors) or any(form[name].value() for name in REMARKS),
    }


def where(sheet: Sheet, place: Place) -> str:
    """ "Question 7 of 18"; of how many only where that is sure."""
    rank = sheet.rank(place)
    if sheet.varies:
        more = sheet.total - rank
        return _("Question %(n)d, about %(more)d more") % {"n": rank, "more": more}
    return _("Question %(n)d of %(total)d") % {"n": rank, "total": sheet.total}


def section_name(sheet: Sheet, place: Place) -> str:
    """The section, and for what it is asked where that is not the same all the way."""
    section = sheet.layout.top_of(place.node).text
    several = len({one.scope.pk for one in sheet.places}) > 1
    about = place.subject if place.is_repeated else place.scope.subject if several else None
    return f"{about} · {section}" if about else section


def first_input(form: AnswerForm) -> str:
    """The id to which an error leads."""
    if form.is_typed:
        return "answer-typed"
    options = form.options(None)
    return f"answer-{options[0]['value']}" if options else "instead-dont_know"


def _part(section: Node, current: Node) -> str:
    """How one bar of the progress is drawn."""
    if section.order == current.order:
        return "now"
    return "on" if section.order < current.order else ""


def said_before(place: Place) -> Answer | None:
    """What the person answered to the same question about the same subject last time."""
    former = Answer.objects.before(place.invitation).given()
    same = former.filter(node__key=place.node.key, subject=place.subject.pk)
    return same.select_related("scope__audit", "node").first()


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


def over(invitation: Invitation, on: date) -> dict[str, Any]:
    """Why a link opens nothing any more, and what helps."""
    audit = invitation.audit
    return {
        "invitation": invitation,
        "audit": audit,
        "can_renew": audit.takes_answers_on(on),
        "until": numbers.short_date(audit.closes_on, on),
    }
