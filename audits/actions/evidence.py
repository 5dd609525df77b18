"""Put down what shows an answer or a gap; what changes is a revision, and none is lost."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits.models import Answer, Audit, Evidence, EvidenceRevision, Gap
from audits.refusals import NotNow
from productops import changelog
from productops.attachments import keep_attachment
from teams.models import Person


@transaction.atomic
def add_evidence(
    *, about: Gap | Answer, title: str, content: dict[str, Any], by: Person, now: datetime
) -> Evidence:
    """The first revision of a piece of evidence. ``content``: ``file`` (an upload), ``url``,
    ``note`` and ``valid_until``; a file or an address at least. Raises Unreadable where the file
    is not taken, NotNow where the answer belongs to a closed audit."""
    _check_open(about)
    owner = {"gap": about} if isinstance(about, Gap) else {"answer": about}
    evidence = Evidence.objects.create(title=title, **owner)
    revision = _revise(evidence, 1, content, by, now)
    _tell(evidence, "added evidence", revision, by)
    return evidence


@transaction.atomic
def renew_evidence(
    *, evidence: Evidence, content: dict[str, Any], by: Person, now: datetime
) -> EvidenceRevision:
    """The next revision, which holds from now on. Raises as ``add_evidence`` does."""
    held = Evidence.objects.select_for_update().get(pk=evidence.pk)
    _check_open(held.about)
    revision = _revise(held, held.revisions.count() + 1, content, by, now)
    _tell(held, "renewed evidence", revision, by)
    return revision


def _check_open(about: Gap | Answer) -> None:
    if isinstance(about, Answer):
        audit = Audit.objects.select_for_update().get(scopes=about.scope_id)
        if audit.is_closed:
            raise NotNow(_("This audit is closed. Add the evidence to a gap."))


def _revise(
    evidence: Evidence, number: int, content: dict[str, Any], by: Person, now: datetime
) -> EvidenceRevision:
    sent = content.get("file")
    return EvidenceRevision.objects.create(
        evidence=evidence,
        number=number,
        file=keep_attachment(sent, sent.name, sent.size) if sent else None,
        url=content.get("url") or "",
        note=content.get("note") or "",
        valid_until=content.get("valid_until"),
        by=by,
        at=now,
    )


def _tell(evidence: Evidence, verb: str, revision: EvidenceRevision, by: Person) -> None:
    """The trail is the gap's, or the audit's in which the answer was given."""
    row = evidence.gap or evidence.answer.scope.audit
    after: dict[str, str | date] = {"evidence": evidence.title, "revision": str(revision.number)}
    if revision.valid_until:
        after["valid until"] = revision.valid_until
    changelog.record(by=by, row=row, verb=verb, after=after)
