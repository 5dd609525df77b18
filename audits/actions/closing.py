"""Close an audit: freeze the answers, work out the scores, raise the gaps, seal all of it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audits.actions import mails
from audits.actions.anonymity import cut_ties
from audits.actions.contradictions import raise_from_facts
from audits.actions.gap_raising import raise_gaps
from audits.actions.keeping import keep_missing_progress
from audits.actions.proposals import raise_from_proposals
from audits.actions.reckoning import reckon, told
from audits.actions.sealing import seal_of
from audits.choices import SMALLEST_GROUP, AuditState, InvitationState
from audits.models import Audit, Consensus, Score
from audits.refusals import NotNow
from productops import changelog
from productops.models import Link
from teams.models import Person

BATCH = 500
COUNTED = (InvitationState.SUBMITTED, InvitationState.CHANGES)  # asked again counts as it stands


@transaction.atomic
def close_audit(*, audit: Audit, by: Person, now: datetime) -> Audit:
    """Freeze everything in the audit, score each scope, raise or bring up to date its gaps.

    Only submitted answers count. In an anonymous audit the tie from answers to people is cut, and
    gaps tell nothing of groups that are too small to be shown.
    """
    found = Audit.objects.select_for_update().get(pk=audit.pk)
    if not found.is_open:
        raise NotNow(_("Only an open audit can be closed."))
    if not _has_something_to_score(audit):
        raise NotNow(_("Nobody has submitted answers yet, so there is nothing to close."))
    reckoning = reckon(audit, now=now)
    Score.objects.of_audit(audit).delete()
    Score.objects.bulk_create(reckoning.scores, batch_size=BATCH)
    audit.state, audit.closed_at, audit.closed_by = AuditState.CLOSED, now, by
    audit.version, audit.alpha = found.version + 1, reckoning.alpha
    audit.save(update_fields=[*CLOSED, "version", "updated_at"])
    mails.drop_waiting(audit.invitations.all())
    Link.objects.filter(invitation__audit=audit).revoke()
    cards = told(audit, reckoning, SMALLEST_GROUP if audit.is_anonymous else 1)
    raise_gaps(audit=audit, cards=cards, by=by, now=now)
    raise_from_proposals(audit=audit, by=by, now=now)
    raise_from_facts(audit=audit, now=now)
    if audit.is_anonymous:
        cut_ties(audit, now=now)
    else:
        keep_missing_progress(audit)
    audit.seal = seal_of(audit)
    audit.save(update_fields=["seal"])
    changelog.record(by=by, row=audit, verb="closed", after={"scopes": len(cards)})
    return audit


def _has_something_to_score(audit: Audit) -> bool:
    """Somebody submitted, or people agreed upon something in a workshop."""
    agreed = Consensus.objects.of_audit(audit)
    were_submitted = audit.invitations.filter(state__in=COUNTED)
    return were_submitted.exists() or agreed.exists()


# What closing writes of the audit itself, but for the seal, which is last.
CLOSED = ("state", "closed_at", "closed_by", "alpha")
