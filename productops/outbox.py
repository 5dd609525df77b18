"""Mail that is to go out: written with the change that causes it, sent by whoever holds the lease.

At least once: a sender that dies between sending and noting it sends again, under the same
Message-ID. One event makes one message for one recipient (``once``), whoever runs twice.
"""

import hashlib
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import timezone, translation

from productops.links import url_of
from productops.models import Link, Organisation, OutboxMessage
from productops.queues import Pending, Queue, mark_rung, queue

LEASE = timedelta(seconds=180)  # longer than one mail can take with its time-outs
# Seconds to the next try: ten tries in about a day, the first ones soon.
PAUSES = (10, 60, 300, 900, 3600, 7200, 14_400, 21_600, 36_000)
log = structlog.get_logger()


def post_mail(
    *,
    to: Any,
    subject: str,
    template: str,
    context: dict[str, Any],
    once: str,
    link: Link | None = None,
    not_before: datetime | None = None,
    unsubscribe: str | Link = "",
) -> OutboxMessage:
    """Put a mail into the outbox, inside the caller's transaction; no second one for ``once``.

    ``to`` is a person or an address. ``template`` names ``<template>.txt`` and, where it exists,
    ``<template>.html`` ("mail/message" fits most mails); ``context`` must be JSON. Of ``link`` only
    the id is kept: the templates get its address as ``link_url`` when the mail is sent.
    ``unsubscribe`` is the path at which the recipient can end mails of this kind, or a link whose
    page takes the one POST by which mail programs do so (RFC 8058).
    """
    message, _created = OutboxMessage.objects.get_or_create(
        once=once[:200] if len(once) <= 200 else hashlib.sha256(once.encode()).hexdigest(),
        defaults={
            "kind": OutboxMessage.Kind.MAIL,
            "destination": getattr(to, "email", to),
            "not_before": not_before,
            "payload": {
                "subject": " ".join(str(subject).split()),
                "template": template,
                "context": context,
                "link": link.pk if link else None,
                "unsubscribe": unsubscribe.pk if isinstance(unsubscribe, Link) else unsubscribe,
            },
        },
    )
    return message


def work_slice(seconds: float) -> int:
    """Send what is due, one message after the other, for at most ``seconds``; how many went out."""
    end, sent = timezone.now() + timedelta(seconds=seconds), 0
    if not OutboxMessage.objects.unclaimed(timezone.now()).exists():
        return 0
    with get_connection() as mailbox:
        while timezone.now() < end and (message := claim(timezone.now())):
            sent += deliver(message, mailbox)
    return sent


def claim(now: datetime) -> OutboxMessage | None:
    """Take the oldest due message for the time of a lease. No other sender gets it meanwhile.

    The attempt is counted here, so that a message which kills its sender gets stuck, too.
    """
    with transaction.atomic():
        waiting = OutboxMessage.objects.unclaimed(now).order_by("pk")
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True)
        message = waiting.first()
        if message is not None:
            message.lease_until, message.attempts = now + LEASE, message.attempts + 1
            message.save(update_fields=["lease_until", "attempts"])
    return message


def deliver(message: OutboxMessage, mailbox: BaseEmailBackend) -> bool:
    """Send one claimed message and note what came of it. A failure is noted, never raised."""
    try:
        _mail_of(message, mailbox).send()
    except Exception as error:
        _note_failure(message, error)
        return False
    message.sent_at, message.lease_until, message.last_error = timezone.now(), None, ""
    message.save(update_fields=["sent_at", "lease_until", "last_error"])
    return True


def _note_failure(message: OutboxMessage, error: Exception) -> None:
    pause = PAUSES[min(message.attempts, len(PAUSES)) - 1]
    message.next_try_at = timezone.now() + timedelta(seconds=pause)
    message.lease_until, message.rung_at = None, None
    message.last_error = f"{type(error).__name__}: {error}"[:500]
    message.save(update_fields=["next_try_at", "lease_until", "rung_at", "last_error"])
    log.warning("mail_not_sent", message=message.pk, attempts=message.attempts)


def _mail_of(message: OutboxMessage, mailbox: BaseEmailBackend) -> EmailMultiAlternatives:
    payload = message.payload
    with translation.override(settings.LANGUAGE_CODE):
        context = _context_of(payload)
        mail = EmailMultiAlternatives(
            subject=payload["subject"],
            body=_rendered(payload["template"] + ".txt", context, autoescape=False),
            to=[message.destination],
            headers=_headers_of(message),
            connection=mailbox,
        )
        try:
            page = _rendered(payload["template"] + ".html", context, autoescape=True)
        except TemplateDoesNotExist:
            return mail
    mail.attach_alternative(page, "text/html")
    return mail


def _context_of(payload: dict[str, Any]) -> dict[str, Any]:
    link = payload.get("link") and Link.objects.get(pk=payload["link"])
    return payload["context"] | {
        "subject": payload["subject"],
        "link_url": url_of(link) if link else payload["context"].get("link_url", ""),
        "base_url": settings.BASE_URL,
        "organisation_name": Organisation.objects.values_list("name", flat=True).first() or "",
        "unsubscribe_url": _way_out(payload),
    }


def _rendered(name: str, context: dict[str, Any], *, autoescape: bool) -> str:
    template = get_template(name).template  # type: ignore[attr-defined]
    text = template.render(Context(context, autoescape=autoescape)).strip()
    return re.sub(r"\n\s*\n\s*\n", "\n\n", text) + "\n"  # what tags leave behind


def _headers_of(message: OutboxMessage) -> dict[str, str]:
    mark = hashlib.sha256(message.once.encode()).hexdigest()[:24]
    headers = {
        # The same at every try, so that mail programs show a mail that came twice once.
        "Message-ID": f"<{message.pk}.{mark}@{urlsplit(settings.BASE_URL).hostname}>",
        "Auto-Submitted": "auto-generated",
    }
    if address := _way_out(message.payload):
        headers["List-Unsubscribe"] = f"<{address}>"
        if isinstance(message.payload["unsubscribe"], int):
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _way_out(payload: dict[str, Any]) -> str:
    """The address at which mails of this kind end: of a link only its id was kept."""
    address = payload.get("unsubscribe", "")
    if isinstance(address, int):
        return url_of(Link.objects.get(pk=address))
    return settings.BASE_URL + address if address.startswith("/") else address


def pending() -> Pending:
    now = timezone.now()
    waiting = OutboxMessage.objects.due(now)
    oldest = waiting.order_by("pk").values_list("created_at", "not_before").first()
    if oldest is None:
        return Pending(0, 0.0)
    since = max(moment for moment in oldest if moment)
    return Pending(waiting.count(), max(0.0, (now - since).total_seconds()))


def stuck() -> int:
    return OutboxMessage.objects.stuck().count()


def ring() -> int:
    return mark_rung(OutboxMessage.objects.unclaimed(timezone.now()), timezone.now())


def unclaimed(seconds: float) -> int:
    now = timezone.now()
    since = now - timedelta(seconds=seconds)
    return OutboxMessage.objects.unclaimed(now).filter(rung_at__lte=since).count()


queue(
    Queue(
        name="outbox",
        task="productops.tasks.send_outbox",
        pending=pending,
        stuck=stuck,
        work_slice=work_slice,
        ring=ring,
        unclaimed=unclaimed,
    )
)
