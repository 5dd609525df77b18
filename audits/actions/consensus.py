"""Write down what people agreed upon after talking: it counts, and what each said stays."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits.choices import TALKED_ABOUT
from audits.models import Audit, Consensus, Node, Scope
from audits.refusals import NotNow
from productops import changelog
from productops.forms import Stale
from teams.models import Person, Subject

KEPT = ("state", "number", "chosen")


@transaction.atomic
def agree(
    *,
    scope: Scope,
    node: Node,
    subject: Subject,
    content: dict[str, Any],
    note: str,
    by: Person,
    now: datetime,
    known: str | None = None,
) -> Consensus:
    """Let ``content`` (as ``read_reply`` gives it) count at one place instead of the median.

    ``known`` is the ``edition`` that the person had before their eyes ("": nothing was agreed);
    left out, the newest word holds. Raises NotNow unless the audit is open, Stale where somebody
    else wrote something down meanwhile.
    """
    _lock_open(scope)
    if node.kind not in TALKED_ABOUT:
        raise NotNow(_("Questions of this kind have no level to agree upon."))
    place: dict[str, Any] = {"scope": scope, "node": node, "subject": subject}
    former = Consensus.objects.filter(**place).select_related("node").first()
    if known is not None and known != (former.edition if former else ""):
        raise Stale(str(former or node))
    values = {name: content[name] for name in KEPT} | {"note": note, "by": by, "at": now}
    agreed, _created = Consensus.objects.update_or_create(**place, defaults=values)
    changelog.record(
        by=by,
        row=scope.audit,
        verb="agreed",
        before={} if former is None else {"answer": former.level_name},
        after=_told(agreed),
    )
    return agreed


@transaction.atomic
def withdraw_consensus(*, consensus: Consensus, by: Person) -> None:
    """Take back what was agreed; the median of the answers counts again."""
    scope = consensus.scope
    _lock_open(scope)
    before = _told(consensus)
    consensus.delete()
    changelog.record(by=by, row=scope.audit, verb="took back what was agreed", before=before)


def _told(agreed: Consensus) -> dict[str, str]:
    told = {
        "question": agreed.node.short,
        "about": str(agreed.subject),
        "answer": agreed.level_name,
    }
    return told | ({"note": agreed.note} if agreed.note else {})


def _lock_open(scope: Scope) -> None:
    """See that the audit is open, and hold it so until what is agreed stands."""
    audit = Audit.objects.select_for_update().filter(pk=scope.audit_id).first()
    if audit is None or audit.is_closed:
        raise NotNow(_("This audit is closed. What was agreed stays as it was."))
    if not audit.is_open:
        raise NotNow(_("This audit is not open yet."))
