"""The seal of a closed audit: one number that changes when a byte of what was found changes."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from audits.models import CONTENT, Answer, Audit, Consensus, Score

ANSWER = ("pk", "invitation", "scope", "node", "subject", *CONTENT, "revision", "answered_at")
CONSENSUS = ("pk", "scope", "node", "subject", "state", "number", "chosen", "note", "by", "at")
SCORE = (
    *("scope", "node", "mean", "mean_of_means", "minimum", "spread", "respondents", "answered"),
    *("expected", "dont_know", "hidden", "target", "documented", "agreement", "deviation"),
)


def seal_of(audit: Audit) -> str:
    """SHA-256 over its answers, consensus and scores, each row one line of canonical JSON."""
    digest = hashlib.sha256()
    for line in _lines(audit):
        digest.update(line)
    return digest.hexdigest()


def _lines(audit: Audit) -> Iterator[bytes]:
    yield from _table("answer", Answer.objects.of_audit(audit), ANSWER)
    yield from _table("consensus", Consensus.objects.of_audit(audit), CONSENSUS)
    yield from _table("score", Score.objects.of_audit(audit), SCORE)


def _table(name: str, rows: Any, fields: Iterable[str]) -> Iterator[bytes]:
    found = rows.order_by("pk").values_list(*fields)
    for row in found.iterator(chunk_size=5000):
        yield json.dumps([name, *row], default=_written, separators=(",", ":")).encode() + b"\n"


def _written(value: object) -> str:
    """A moment is the same moment whatever zone the database answers in."""
    if isinstance(value, datetime):
        return str(round(value.timestamp() * 1_000_000))
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no canonical form of a {type(value).__name__}")
