"""Evidence as rows: its newest revision, and whether that still holds."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.models import Evidence, EvidenceRevision

SOON = 14  # days before its end at which somebody is asked for a new one


def evidence_rows(evidence: Iterable[Evidence], on: date) -> list[dict[str, Any]]:
    """Each piece with its newest revision; two queries for all."""
    rows = list(evidence)
    newest: dict[int, EvidenceRevision] = {}
    revisions = EvidenceRevision.objects.filter(evidence__in=rows).select_related("file", "by")
    for revision in revisions.order_by("evidence", "number"):
        newest[revision.evidence_id] = revision
    return [
        {"evidence": one, "revision": newest[one.pk], "standing": standing(newest[one.pk], on)}
        for one in rows
        if one.pk in newest
    ]


def standing(revision: EvidenceRevision, on: date) -> tuple[str, str]:
    """Whether it holds, as a kind of status and a word for it."""
    if revision.valid_until is None:
        return "good", _("Holds")
    days = (revision.valid_until - on).days
    if days < 0:
        return "bad", _("Over")
    if days <= SOON:
        return "bad", ngettext("Over in %(n)d day", "Over in %(n)d days", days) % {"n": days}
    return "good", _("Holds")
