"""An audit's frame (head and tabs) and how far its answers are."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits import access
from audits.choices import AuditState, Weight
from audits.concern import Concern
from audits.models import Answer, Audit, Gap
from audits.pages.asked import RESPONDED
from audits.pages.response import states_of
from productops import clock, numbers

AUDIT_COLUMNS = [
    "id",
    "title",
    "framework",
    "version",
    "state",
    "invited",
    "submitted",
    "open_until",
]
STATUS = {AuditState.DRAFT: "flat", AuditState.OPEN: "good", AuditState.CLOSED: "done"}


def audit_line(audit: Audit) -> list:
    version = audit.framework_version
    return [
        audit.pk,
        audit.title,
        version.framework.slug,
        version.number,
        audit.state,
        audit.invited,
        audit.submitted,
        audit.closes_on,
    ]


def frame(person, audit: Audit, tab: str) -> dict:
    """Head and tabs: the same on every page of an audit."""
    gaps = Gap.objects.visible_to(person).found_in(audit).count()
    answers = Answer.objects.visible_to(person).of_audit(audit).counted().count()
    kind, text = standing(audit)
    return {
        "audit": audit,
        "tab": tab,
        "status_kind": kind,
        "status_text": text,
        "gap_count": gaps,
        "answer_count": None if audit.is_anonymous else answers,
        "may_prepare": access.may_prepare(person),
        "may_plan": person.role in ("admin", "ops", "pm"),
        "meta": meta(audit),
    }


def standing(audit: Audit) -> tuple[str, str]:
    """The one status of an audit: kind and words."""
    today = clock.today()
    if audit.is_closed:
        text = _("Closed %(day)s") % {"day": numbers.short_date(audit.closed_at, today)}
    elif audit.is_open and audit.closes_on < today:
        text = _("To be closed")
        return "bad", text
    elif audit.is_open:
        text = _("Open until %(day)s") % {"day": numbers.short_date(audit.closes_on, today)}
    else:
        text = str(AuditState.DRAFT.label)
    return STATUS[AuditState(audit.state)], text


def meta(audit: Audit) -> list[str]:
    """The facts below the title."""
    states = states_of(audit)
    submitted = sum(state in RESPONDED for state in states)
    facts = [
        _("Framework %(version)s") % {"version": audit.framework_version},
        _("Owner %(owner)s") % {"owner": audit.owner},
        _("Anonymous") if audit.is_anonymous else "",
    ]
    if states:
        text = ngettext(
            "%(done)d of %(n)d person answered", "%(done)d of %(n)d people answered", len(states)
        )
        facts.append(text % {"done": submitted, "n": len(states)})
    return [fact for fact in facts if fact]


def may_close(audit: Audit, found: list[Concern]) -> bool:
    return audit.is_open and all(concern.weight != Weight.ERROR for concern in found)
