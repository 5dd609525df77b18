"""Take a closed audit up again: by an administrator, with a reason that is written down."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from audits.choices import AuditState, GapSource, GapState
from audits.models import Audit, Gap, GapAnswer, GapScope, Score
from audits.refusals import NotNow
from productops import changelog, clock
from productops.models import Link
from teams.models import Person


@transaction.atomic
def reopen_audit(*, audit: Audit, reason: str, closes_on: date, by: Person, now: datetime) -> Audit:
    """Open a closed audit until ``closes_on``. Its scores and its seal go, and so do the gaps that
    its closing found by rule and that nobody has planned anything for; the links live again.

    An anonymous audit stays closed: nobody knows any more who gave which answer.
    """
    found = Audit.objects.select_for_update().get(pk=audit.pk)
    if not found.is_closed:
        raise NotNow(_("Only a closed audit can be opened again."))
    if found.is_anonymous:
        raise NotNow(
            _("This audit was anonymous: its answers lost their people when it closed. Ask again.")
        )
    if closes_on < clock.day_of(now):
        raise NotNow(_("Choose today or a later day until which it is open."))
    closed_at = found.closed_at
    Score.objects.of_audit(found).delete()
    gaps = _forget_gaps(found)
    audit.state, audit.closes_on, audit.version = AuditState.OPEN, closes_on, found.version + 1
    audit.closed_at = audit.closed_by = audit.alpha = None
    audit.seal = ""
    audit.save(
        update_fields=[
            *("state", "closes_on", "version", "closed_at", "closed_by"),
            *("alpha", "seal", "updated_at"),
        ]
    )
    ended = Link.objects.filter(invitation__audit=audit, revoked_at__gte=closed_at)
    ended.update(revoked_at=None)
    Link.objects.filter(invitation__audit=audit).update(expires_at=audit.ends_at)
    changelog.record(by=by, row=audit, verb="reopened", after={"reason": reason, "gaps": gaps})
    return audit


def _forget_gaps(audit: Audit) -> int:
    """Delete the gaps that its closing found first and that nothing answers; how many those were.
    Gaps that are planned, accepted or older stay, without what this audit showed of them."""
    GapScope.objects.filter(scope__audit=audit).delete()
    GapAnswer.objects.filter(revision__answer__scope__audit=audit).delete()
    first_found = Gap.objects.filter(
        audit=audit,
        source=GapSource.RULE,
        state=GapState.IDENTIFIED,
        found_on__gte=clock.day_of(audit.closed_at),
    )
    return sum(_is_deleted(gap) for gap in first_found)


def _is_deleted(gap: Gap) -> bool:
    try:
        with transaction.atomic():
            gap.delete()
    except ProtectedError:  # something later in the house leans on it
        return False
    return True
