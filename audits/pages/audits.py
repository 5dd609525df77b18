"""An audit's frame (head and tabs) and how far its answers are."""

from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits import access
from audits.actions import who_sees
from audits.choices import AuditState, InvitationState, Weight
from audits.models import Answer, Audit, Gap, Invitation
from audits.quality import Concern
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
INVITATION_COLUMNS = ["name", "email", "answers_for", "state", "answered", "submitted_at"]
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


def invitation_line(invitation: Invitation) -> list:
    subjects = [one.scope.subject.reference for one in invitation.assignments.all()]
    return [
        invitation.person.name,
        invitation.person.email,
        " ".join(subjects),
        invitation.state,
        invitation.answered,
        invitation.submitted_at,
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
    submitted = states.count(InvitationState.SUBMITTED)
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


def states_of(audit: Audit) -> list[str]:
    """How far each invited person is; asked once for a page."""
    if not hasattr(audit, "invitation_states"):
        audit.invitation_states = list(audit.invitations.values_list("state", flat=True))
    return audit.invitation_states


def progress(audit: Audit, on: date) -> dict:
    """Who has answered, in all and in each scope."""
    done = Q(assignments__invitation__state=InvitationState.SUBMITTED)
    scopes = audit.scopes.select_related("subject").annotate(
        asked=Count("assignments__invitation", distinct=True),
        answered=Count("assignments__invitation", filter=done, distinct=True),
    )
    states = states_of(audit)
    submitted = states.count(InvitationState.SUBMITTED)
    started = states.count(InvitationState.STARTED)
    return {
        "scopes": [(scope, _share(scope.answered, scope.asked)) for scope in scopes],
        "invited": len(states),
        "submitted": submitted,
        "started": started,
        "missing": len(states) - submitted,
        "rate": _share(submitted, len(states)),
        "days_left": max(0, (audit.closes_on - on).days),
        "is_late": audit.is_open and audit.closes_on < on,
        "questions": audit.framework_version.nodes.questions().count(),
        "takes_answers": audit.takes_answers_on(on),
        "who_sees": who_sees(audit),
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def may_close(audit: Audit, found: list[Concern]) -> bool:
    return audit.is_open and all(concern.weight != Weight.ERROR for concern in found)
