"""Hold an audit open until what somebody writes into it stands, so that closing comes wholly before
or wholly after: nothing that was scored changes, and nothing that changes goes unscored."""

import json
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from audits.choices import AuditState
from audits.fingerprints import of_revision
from audits.models import AnswerRevision, Audit
from audits.refusals import NotNow


def hold_open(audit: int) -> None:
    """Refuse (NotNow) where the audit is closed; else it stays open until the transaction ends.

    Many hold it at once. On a database that serves one writer at a time, to look is enough.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {AUDITS} {_where()}", [audit, AuditState.CLOSED])
        if cursor.fetchone() is None:
            raise _closed()


def keep_revision(
    *, audit: int, answer: int, number: int, content: dict[str, Any], at: datetime
) -> None:
    """Keep a revision, and hold the audit open as ``hold_open`` does, in one statement."""
    sha256 = of_revision(answer, number, content, at)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {REVISIONS} (answer_id, number, content, at, sha256) "
            f"SELECT {_typed()} FROM {AUDITS} {_where()}",
            [
                *(answer, number, json.dumps(content)),
                *(connection.ops.adapt_datetimefield_value(at), sha256),
                *(audit, AuditState.CLOSED),
            ],
        )
        if not cursor.rowcount:
            raise _closed()


def _closed() -> NotNow:
    return NotNow(_("This audit is closed. What was answered stays as it was."))


def _where() -> str:
    held = " FOR SHARE" if connection.features.has_select_for_update else ""
    return f"WHERE id = %s AND state <> %s{held}"


def _typed() -> str:
    if connection.vendor == "postgresql":
        return "%s::bigint, %s::integer, %s::jsonb, %s::timestamptz, %s::varchar"
    return "%s, %s, %s, %s, %s"


AUDITS = connection.ops.quote_name(Audit._meta.db_table)
REVISIONS = connection.ops.quote_name(AnswerRevision._meta.db_table)
