"""What the person sees who answers: beginning, question, check."""

from datetime import date
from math import ceil
from typing import Any

from django.utils.translation import gettext as _

from audits.actions import who_sees
from audits.choices import NodeKind
from audits.forms.answering import AnswerForm
from audits.models import Answer, Audit, Invitation, Node, Place, Step, steps_of
from productops import numbers

REMARKS = ("comment", "evidence_url")


def intro(invitation: Invitation) -> dict[str, Any]:
    """Where somebody stands who opens the link."""
    audit, steps = invitation.audit, steps_of(invitation)
    following = first_open(steps)
    return {
        "invitation": invitation,
        "audit": audit,
        "subjects": subjects_of(invitation),
        "total": len(steps),
        "answered": sum(step.is_answered for step in steps),
        "next": following,
        "minutes": minutes_left(audit, steps, 1),
        "who_sees": who_sees(audit),
        "paragraphs": [text for text in audit.intro.split("\n\n") if text.strip()],
    }


def first_open(steps: list[Step]) -> Step | None:
    """The first question without an answer."""
    return next((step for step in steps if not step.is_answered), None)


def subjects_of(invitation: Invitation) -> str:
    """ "Checkout and Billing": what the person answers for."""
    names = list(
        dict.fromkeys(
            invitation.assignments.order_by("scope__subject__name").values_list(
                "scope__subject__name", flat=True
            )
        )
    )
    if len(names) < 2:
        return "".join(names)
    return _("%(several)s and %(last)s") % {"several": ", ".join(names[:-1]), "last": names[-1]}


def minutes_left(audit: Audit, steps: list[Step], number: int) -> int:
    """What is left of the time that the framework says, by the share of the way."""
    each = audit.framework_version.minutes / max(1, len({step.node_id for step in steps}))
    return ceil(each * (len(steps) - number + 1))


def question_page(place: Place, form: AnswerForm, on: date) -> dict[str, Any]:
    """One question and the way through the others."""
    invitation, audit = place.invitation, place.invitation.audit
    steps = steps_of(invitation)
    sections = list(sections_of(place.node.version_id))
    section = next(one for one in sections if one.order <= place.node.order <= one.last)
    previous = None if audit.is_anonymous else said_before(place)
    several = len({step.scope_id for step in steps}) > 1
    return {
        "place": place,
        "form": form,
        "audit": audit,
        "invitation": invitation,
        "node": place.node,
        "subject": place.scope.subject,
        "total": len(steps),
        "section": f"{place.scope.subject} · {section.text}" if several else section.text,
        "parts": [_part(one, section) for one in sections],
        "previous_when": month_of(previous.scope.audit.closed_at.date(), on) if previous else "",
        "previous": previous,
        "options": form.options(previous.content if previous else None),
        "extra": form.extra(),
        "minutes": minutes_left(audit, steps, place.number),
        "who_sees": who_sees(audit),
        "sum": sum_of_section(place, section),
        "saved_at": max((step.answered_at for step in steps if step.answered_at), default=None),
        "error": bool(form.error or form.errors),
        "first_input": first_input(form),
        "remarks_open": bool(form.errors) or any(form[name].value() for name in REMARKS),
    }


def first_input(form: AnswerForm) -> str:
    """The id to which an error leads."""
    if form.is_typed:
        return "answer-typed"
    options = form.options(None)
    return f"answer-{options[0]['value']}" if options else "instead-dont_know"


def sections_of(version_id: int):
    """The top sections in order."""
    tops = Node.objects.sections().filter(version=version_id, parent__kind=NodeKind.FRAMEWORK)
    return tops.order_by("order")


def _part(section: Node, current: Node) -> str:
    """How one bar of the progress is drawn."""
    if section.order == current.order:
        return "now"
    return "on" if section.order < current.order else ""


def said_before(place: Place) -> Answer | None:
    """What the person answered to the same question about the same subject last time."""
    former = Answer.objects.before(place.invitation).given()
    same = former.filter(node__key=place.node.key, subject=place.scope.subject_id)
    return same.select_related("scope__audit", "node").first()


def month_of(day: date, on: date) -> str:
    """ "May", or "May 2025" where this year's would be meant."""
    return day.strftime("%B" if (on - day).days < 300 else "%B %Y")


def sum_of_section(place: Place, section: Node) -> str:
    """How far the numbers of a section make their whole, where they should."""
    if section.total is None or place.node.kind != NodeKind.NUMBER:
        return ""
    given = Answer.objects.given().filter(
        invitation=place.invitation, scope=place.scope, node__parent=section
    )
    others = given.exclude(node=place.node.pk).values_list("number", flat=True)
    so_far = sum(number or 0 for number in others)
    return _("The other answers of this section make %(sum)s of %(total)s so far.") % {
        "sum": numbers.number(so_far),
        "total": numbers.number(section.total),
    }


def check_page(invitation: Invitation, faults: list[tuple[int, str]]) -> dict[str, Any]:
    """All answers on one page, each with its way back."""
    answers = {
        (answer.scope_id, answer.node_id): answer
        for answer in invitation.answers.select_related("node", "scope__subject")
    }
    steps = steps_of(invitation)
    nodes = Node.objects.in_bulk({step.node_id for step in steps})
    scopes = {one.scope_id: one.scope.subject for one in _assigned(invitation)}
    lines = [
        {
            "step": step,
            "node": nodes[step.node_id],
            "answer": answers.get((step.scope_id, step.node_id)),
            "subject": scopes[step.scope_id],
        }
        for step in steps
    ]
    sections = list(sections_of(invitation.audit.framework_version_id))
    return {
        "invitation": invitation,
        "audit": invitation.audit,
        "groups": _groups(lines, sections, len(scopes) > 1),
        "faults": faults,
        "who_sees": who_sees(invitation.audit),
    }


def _assigned(invitation: Invitation):
    return invitation.assignments.select_related("scope__subject")


def _groups(lines: list[dict], sections: list[Node], several: bool) -> list[dict]:
    """The lines by scope and section, in the order of the questionnaire."""
    groups: dict[tuple, dict] = {}
    for line in lines:
        order = line["node"].order
        section = next(one for one in sections if one.order <= order <= one.last)
        title = f"{line['subject']} · {section.text}" if several else section.text
        key = (line["step"].scope_id, section.pk)
        groups.setdefault(key, {"title": title, "lines": []})["lines"].append(line)
    return list(groups.values())


def over(invitation: Invitation, on: date) -> dict[str, Any]:
    """Why a link opens nothing any more, and what helps."""
    audit = invitation.audit
    return {
        "invitation": invitation,
        "audit": audit,
        "can_renew": audit.takes_answers_on(on),
        "until": numbers.short_date(audit.closes_on, on),
    }
