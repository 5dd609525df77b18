"""Mail, chat and webhooks that are to go out: written with the change that causes them, sent by
whoever holds the lease.

At least once: a sender that dies between sending and noting it sends again, a mail under the same
Message-ID, a webhook under the same X-Event-Id. One event makes one message for one recipient
(``once``), whoever runs twice.
"""

from productops.outbox.posting import post_chat, post_mail, post_webhook
from productops.outbox.sending import (
    claim,
    deliver,
    pending,
    ring,
    stuck,
    unclaimed,
    work_slice,
)

__all__ = [
    "claim",
    "deliver",
    "pending",
    "post_chat",
    "post_mail",
    "post_webhook",
    "ring",
    "stuck",
    "unclaimed",
    "work_slice",
]
