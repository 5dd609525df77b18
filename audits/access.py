"""The front door: every view gets its records here, already permitted, else 404 or 403."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from audits.choices import SMALLEST_GROUP
from audits.models import (
    Answer,
    Audit,
    Evidence,
    Framework,
    FrameworkVersion,
    Gap,
    Invitation,
    LevelTarget,
    Place,
    ReviewNote,
    Score,
    Sheet,
    sheet_behind,
    sheet_of,
)
from audits.suppression import Counted, withheld
from productops import clock, links
from productops.links import LinkOver, LinkUnknown
from productops.models import Link, StoredFile
from teams.models import Person, Subject

PARTS_OF_AUDIT = ("framework_version__framework", "owner", "closed_by")
PARTS_OF_GAP = ("subject", "owner", "audit", "node__version", "closed_by", "merged_into")


# Audits -------------------------------------------------------------------------------------
def audits_for(person: Person):
    return Audit.objects.visible_to(person).select_related(*PARTS_OF_AUDIT)


def audit_to_read(person: Person, pk: int) -> Audit:
    return get_object_or_404(audits_for(person), pk=pk)


def audit_to_change(person: Person, pk: int) -> Audit:
    audit = audit_to_read(person, pk)
    check_may_prepare(person)
    return audit


def may_prepare(person: Person) -> bool:
    """Whether the person may prepare, send and close audits."""
    return person.changes_all


def check_may_prepare(person: Person) -> None:
    if not may_prepare(person):
        raise PermissionDenied(_("Only product operations prepares, sends and closes audits."))


def check_may_reopen(person: Person) -> None:
    if not person.is_admin:
        raise PermissionDenied(_("Only an administrator opens a closed audit again."))


def scores_for(person: Person, audit: Audit):
    """The scores of the scopes that the person may look into."""
    return Score.objects.visible_to(person).of_audit(audit).select_related("node", "scope__subject")


def shown_scores(person: Person, audit: Audit, keys: Collection[str] | None = None) -> list[Score]:
    """Scores of an audit (at the nodes of these keys) without what would tell who answered what: of
    an anonymous one, nodes that few answered are left out, and so is what gives them away
    (audits/suppression.py)."""
    scores = scores_for(person, audit).select_related("node__parent")
    if not audit.is_anonymous:
        return list(scores if keys is None else scores.filter(node__key__in=keys))
    by_scope: dict[int, list[Score]] = {}
    for score in scores.order_by("node__order", "pk"):
        by_scope.setdefault(score.scope_id, []).append(score)
    shown = [score for found in by_scope.values() for score in _shown(found)]
    return [one for one in shown if keys is None or one.node.key in keys]


def _shown(scores: list[Score]) -> list[Score]:
    kept = withheld([_counted(score) for score in scores], SMALLEST_GROUP)
    shown = [score for score in scores if score.respondents and score.node.key not in kept.hidden]
    for score in shown:
        if score.node.key in kept.partial:
            score.mean_of_means = score.minimum = score.spread = None
            score.answered = score.expected = score.dont_know = score.hidden = 0
            score.documented = score.agreement = score.deviation = None
    return shown


def _counted(score: Score) -> Counted:
    node = score.node
    parent = node.parent.key if node.parent else None
    return Counted(node.key, parent, score.respondents, counts=node.weight > 0)


def scores_in(person: Person, audits):
    """The same of several audits that the person may read."""
    scores = Score.objects.visible_to(person).filter(scope__audit__in=audits)
    return scores.select_related("node", "scope__subject", "scope__audit")


def smallest_group(audit: Audit) -> int:
    """From how many respondents on a score may be shown."""
    return SMALLEST_GROUP if audit.is_anonymous else 1


def answers_for(person: Person, audit: Audit):
    """Submitted answers that the person may read; none of an anonymous audit."""
    answers = Answer.objects.visible_to(person).of_audit(audit).counted()
    related = answers.select_related(
        "node__parent", "scope__subject", "subject", "invitation__person", "file"
    )
    return related.prefetch_related("notes__by")


def answer_to_review(person: Person, pk: int) -> Answer:
    """A submitted answer of somebody, for those who may change what it is about."""
    answers = Answer.objects.visible_to(person).counted().filter(scope__audit__deleted_at=None)
    answer = get_object_or_404(
        answers.select_related("node", "scope__audit", "scope__subject", "invitation__person"),
        pk=pk,
    )
    check_may_review(person, answer)
    return answer


def check_may_review(person: Person, answer: Answer) -> None:
    if not person.may_change(answer.scope.subject):
        raise PermissionDenied(_("You may read this answer, but not send it back."))


def review_notes_for(person: Person):
    notes = ReviewNote.objects.visible_to(person)
    return notes.select_related("by", "answer__invitation__audit", "answer__scope__subject")


def review_note_to_withdraw(person: Person, pk: int) -> ReviewNote:
    note = get_object_or_404(review_notes_for(person), pk=pk)
    check_may_review(person, note.answer)
    return note


def may_review(person: Person, audit: Audit) -> frozenset[int]:
    """The scopes of an audit whose answers the person may send back."""
    changeable = Subject.objects.changeable_by(person).values("pk")
    return frozenset(audit.scopes.filter(subject__in=changeable).values_list("pk", flat=True))


def answer_file(person: Person, pk: int) -> StoredFile:
    """The file of an answer that the person may read; 404 where there is none."""
    answers = Answer.objects.visible_to(person).readable_now(person).select_related("file")
    answer = get_object_or_404(answers, pk=pk, file__isnull=False, scope__audit__deleted_at=None)
    return answer.file


def invitations_of(person: Person, audit: Audit):
    """Who was asked, for those who may remind them; others find themselves alone."""
    invitations = audit.invitations.visible_to(person)
    return invitations.select_related("person", "handed_to__person")


def invitations_chosen(person: Person, audit: Audit, pks: Iterable[str]) -> list[Invitation]:
    """The invitations of an audit that were ticked, all of them or none."""
    check_may_prepare(person)
    wanted = {int(pk) for pk in pks if str(pk).isascii() and str(pk).isdigit() and len(pk) < 19}
    found = list(audit.invitations.filter(pk__in=wanted).select_related("audit", "person", "link"))
    if len(found) != len(wanted):
        raise Http404
    return found


def invitation_to_withdraw(person: Person, pk: int) -> Invitation:
    check_may_prepare(person)
    invitations = Invitation.objects.filter(audit__deleted_at=None)
    return get_object_or_404(invitations.select_related("audit", "person", "link"), pk=pk)


def own_invitation(person: Person, audit_pk: int) -> Invitation:
    """What the person was asked themself, whoever else may read the audit."""
    mine = Invitation.objects.filter(person=person, link__isnull=False, audit__deleted_at=None)
    return get_object_or_404(mine.select_related("link"), audit=audit_pk)


# Frameworks ---------------------------------------------------------------------------------
def framework_versions_for(person: Person):
    return FrameworkVersion.objects.visible_to(person).select_related("framework")


def framework_to_read(person: Person, pk: int) -> Framework:
    return get_object_or_404(Framework.objects.visible_to(person), pk=pk)


def framework_version_to_read(person: Person, framework: int, number: int) -> FrameworkVersion:
    return get_object_or_404(framework_versions_for(person), framework=framework, number=number)


def frameworks_for(person: Person):
    """The frameworks of which the person may read at least one version."""
    versions = FrameworkVersion.objects.visible_to(person)
    return Framework.objects.visible_to(person).filter(pk__in=versions.values("framework"))


def framework_version_to_copy(person: Person, pk: str) -> FrameworkVersion | None:
    """The version whose words a new framework begins with; "" where it begins with none."""
    if not pk:
        return None
    is_number = pk.isascii() and pk.isdigit() and len(pk) < 19
    return get_object_or_404(framework_versions_for(person), pk=pk if is_number else 0)


def framework_to_change(person: Person, pk: int) -> Framework:
    framework = framework_to_read(person, pk)
    check_may_prepare(person)
    return framework


def draft_to_change(person: Person, framework: int) -> FrameworkVersion:
    """The one draft of a framework."""
    check_may_prepare(person)
    drafts = framework_versions_for(person).drafts().select_related("edited_by")
    return get_object_or_404(drafts, framework=framework)


def targets_for(person: Person, framework: Framework):
    return LevelTarget.objects.visible_to(person).filter(framework=framework)


def subjects_with_targets(person: Person, kind: str):
    """The products or teams that may have targets of their own."""
    return Subject.objects.visible_to(person).filter(kind=kind).order_by("name")


# Gaps ---------------------------------------------------------------------------------------
def gaps_for(person: Person):
    return Gap.objects.visible_to(person).select_related(*PARTS_OF_GAP)


def gap_to_read(person: Person, pk: int) -> Gap:
    return get_object_or_404(gaps_for(person), pk=pk)


def gap_to_change(person: Person, pk: int) -> Gap:
    gap = gap_to_read(person, pk)
    check_may_change(person, [gap])
    return gap


def gaps_to_change(person: Person, pks: Iterable[str]) -> list[Gap]:
    """The gaps that were chosen, all of them or none."""
    wanted = {int(pk) for pk in pks if str(pk).isascii() and str(pk).isdigit() and len(pk) < 19}
    gaps = list(gaps_for(person).filter(pk__in=wanted).ranked())
    if len(gaps) != len(wanted):
        raise Http404
    check_may_change(person, gaps)
    return gaps


def check_may_change(person: Person, gaps: list[Gap]) -> None:
    changeable = Subject.objects.changeable_by(person).filter(pk__in={g.subject_id for g in gaps})
    if {gap.subject_id for gap in gaps} - set(changeable.values_list("pk", flat=True)):
        raise PermissionDenied(_("You may read this gap, but not change it."))


def gaps_without_evidence(gaps: list[Gap], on: date) -> list[Gap]:
    """Those of permitted gaps that nothing shows to be closed: somebody has to say why."""
    held = Evidence.objects.holding_on(on).filter(gap__in=gaps)
    shown = set(held.values_list("gap", flat=True))
    return [gap for gap in gaps if gap.pk not in shown]


def may_change(person: Person, gap: Gap) -> bool:
    return person.may_change(gap.subject)


# Evidence -----------------------------------------------------------------------------------
def evidence_for(person: Person):
    parts = ("gap__subject", "answer__scope__subject", "answer__scope__audit", "answer__node")
    return Evidence.objects.visible_to(person).select_related(*parts)


def evidence_to_read(person: Person, pk: int) -> Evidence:
    return get_object_or_404(evidence_for(person), pk=pk)


def evidence_to_change(person: Person, pk: int) -> Evidence:
    evidence = evidence_to_read(person, pk)
    if not person.may_change(evidence.subject):
        raise PermissionDenied(_("You may read this evidence, but not change it."))
    return evidence


def evidence_file(person: Person, pk: int, number: int) -> StoredFile:
    """The file of one revision; 404 where that revision is an address."""
    evidence = evidence_to_read(person, pk)
    revisions = evidence.revisions.filter(file__isnull=False).select_related("file")
    return get_object_or_404(revisions, number=number).file


def answer_to_show(person: Person, pk: int) -> Answer:
    """A submitted answer about something that the person may change: to add evidence or a gap."""
    answers = Answer.objects.visible_to(person).counted().filter(scope__audit__deleted_at=None)
    parts = ("node__version", "scope__subject", "scope__audit", "subject", "invitation__person")
    answer = get_object_or_404(answers.select_related(*parts), pk=pk)
    if not person.may_change(answer.scope.subject):
        raise PermissionDenied(_("You may read this answer, but not act on it."))
    return answer


# By link, without an account ----------------------------------------------------------------
def sheet_by(token: str, now: datetime) -> Sheet:
    """All that the person is asked whom a link is for. Raises LinkUnknown (404), LinkOver (410)."""
    number = links.id_in(token)
    sheet = sheet_behind(number) if number is not None else None
    if sheet is None:  # nothing is asked, or the link is none
        return sheet_of(_invitation_by(token, now))
    link = links.checked(sheet.invitation.link, Link.Purpose.ANSWER, token, now=now)
    _check_answerable(sheet.invitation, link, now)
    return sheet


def place_on(sheet: Sheet, number: int) -> Place:
    """The question with this number; 404 beyond the end. One that skip logic hides has its page,
    since it may come back while somebody stands there."""
    if (place := sheet.at(number)) is None:
        raise Http404
    return place


def file_at(place: Place) -> StoredFile:
    """The file that came with the answer at a place; 404 where there is none."""
    return get_object_or_404(StoredFile, pk=(place.content or {}).get("file"))


def _invitation_by(token: str, now: datetime) -> Invitation:
    link = links.opened(Link.Purpose.ANSWER, token, now=now)
    invitation = _with_audit().filter(link=link).first()
    if invitation is None:
        raise LinkUnknown
    _check_answerable(invitation, link, now)
    return invitation


def invitation_behind(token: str, now: datetime) -> Invitation:
    """The invitation that a link belonged to, also when the link itself is over."""
    try:
        link = links.opened(Link.Purpose.ANSWER, token, now=now)
    except LinkOver as over:
        link = over.link
    return get_object_or_404(_with_audit(), pk=link.target)


def _with_audit():
    kept = Invitation.objects.filter(audit__deleted_at=None)
    return kept.select_related(
        "person", "link", "audit__owner", "audit__framework_version__framework"
    )


def _check_answerable(invitation: Invitation, link: Link, now: datetime) -> None:
    if not invitation.audit.takes_answers_on(clock.day_of(now)):
        raise LinkOver(link)
