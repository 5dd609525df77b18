"""Keep beside each invitation how far it is, whoever changes what is asked or answered.

Whoever changes a sheet raises the invitation's edition. A progress is kept only where the edition
still is the one from which it was worked out; else it is forgotten, and worked out where needed.
"""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Case, F, JSONField, QuerySet, Value, When

from audits.models import Audit, Invitation, Sheet, sheets_of
from audits.models.sheet_rows import assigned
from audits.progress import Progress, to_kept

BATCH = 200


def note_progress(sheet: Sheet) -> None:
    """Keep what a sheet comes to after the one change that it holds, in one statement."""
    kept = sheet.kept_progress
    progress = kept and Case(When(edition=sheet.edition, then=Value(kept, JSONField())))
    Invitation.objects.filter(pk=sheet.invitation.pk).update(
        progress=progress,
        edition=F("edition") + 1,
    )


@transaction.atomic
def keep_progress(invitations: Collection[int]) -> None:
    """Work out the progress of these invitations and keep it; four statements and one for each
    two hundred."""
    forget_progress(Invitation.objects.filter(pk__in=invitations))  # and hold them
    rows = list(Invitation.objects.filter(pk__in=invitations).only("pk"))
    sheets = sheets_of(assigned(invitation__in=[row.pk for row in rows]))
    for row in rows:
        sheet = sheets.get(row.pk)
        row.progress = sheet.kept_progress if sheet else to_kept(Progress())
    known = [row for row in rows if row.progress is not None]  # an update of many writes no NULL
    Invitation.objects.bulk_update(known, ["progress"], batch_size=BATCH)


def keep_progress_of(audit: Audit) -> None:
    """The same of everybody who is asked in an audit."""
    keep_progress(list(audit.invitations.values_list("pk", flat=True)))


def keep_missing_progress(audit: Audit) -> None:
    """The same of those whose progress is not known: imported, or from before it was kept."""
    unknown = audit.invitations.filter(progress__isnull=True)
    keep_progress(list(unknown.values_list("pk", flat=True)))


def forget_progress(invitations: QuerySet[Invitation]) -> None:
    invitations.update(progress=None, edition=F("edition") + 1)
