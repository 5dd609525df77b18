"""Webhooks: JSON with a signature that tells the receiver the sender, the time and the event."""

import hashlib
import hmac
import json
import time
from typing import Any

from productops.egress.asking import Answer, fetch


def post_json(url: str, payload: Any, *, secret: str, event_id: str) -> Answer:
    """Post ``payload`` and return the answer of any status; no redirect is followed.

    ``X-Signature`` is ``sha256=`` and the hexadecimal HMAC-SHA256, under ``secret``, of
    ``X-Timestamp`` (seconds since 1970), a full stop and the body. ``X-Event-Id`` is the same at
    every try.
    """
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    timestamp = str(int(time.time()))
    headers = {
        "content-type": "application/json",
        "x-event-id": event_id,
        "x-timestamp": timestamp,
        "x-signature": signature(secret, timestamp, body),
    }
    return fetch("POST", url, headers=headers, body=body, redirects=0)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    signed = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    return f"sha256={signed.hexdigest()}"


def event_id(once: str) -> str:
    """The public name of an event: stable, and telling nothing of it."""
    return hashlib.sha256(f"event:{once}".encode()).hexdigest()[:32]
