"""The fingerprint of one revision of an answer: another one when a byte of it changes."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any


def of_revision(answer: int, number: int, content: Mapping[str, Any], at: datetime) -> str:
    """SHA-256 over all that a revision keeps, as one line of canonical JSON."""
    moment = round(at.timestamp() * 1_000_000)
    told = [answer, number, {name: _plain(value) for name, value in content.items()}, moment]
    line = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(line.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """A figure is the same figure however a database writes it: 4, 4.0, -0.0."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value) + 0.0
    return value
