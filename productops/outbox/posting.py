"""Messages put into the outbox, inside the transaction of the change that causes them."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from productops.models import Link, OutboxMessage


def post_mail(
    *,
    to: Any,
    subject: str,
    template: str,
    context: dict[str, Any],
    once: str,
    link: Link | None = None,
    links: Iterable[tuple[Link, str]] = (),
    not_before: datetime | None = None,
    unsubscribe: str | Link = "",
) -> OutboxMessage:
    """Put a mail into the outbox, inside the caller's transaction; no second one for ``once``.

    ``to`` is a person or an address. ``template`` names ``<template>.txt`` and, where it exists,
    ``<template>.html`` ("mail/message" fits most mails); ``context`` must be JSON. Of ``link`` only
    the id is kept: the templates get its address as ``link_url`` when the mail is sent. Instead
    of a link the context may hold the path of a page under that name. ``links`` are several links
    with their words, kept in the same way.
    ``unsubscribe`` is the path at which the recipient can end mails of this kind, or a link whose
    page takes the one POST by which mail programs do so (RFC 8058).
    """
    payload = {
        "subject": " ".join(str(subject).split()),
        "template": template,
        "context": context,
        "link": link.pk if link else None,
        "links": [[one.pk, words] for one, words in links],
        "unsubscribe": unsubscribe.pk if isinstance(unsubscribe, Link) else unsubscribe,
    }
    kind, destination = OutboxMessage.Kind.MAIL, getattr(to, "email", to)
    return _posted(kind, destination, payload, once, not_before)


def post_chat(
    *,
    address_locked: str,
    title: str,
    text: str,
    once: str,
    not_before: datetime | None = None,
) -> OutboxMessage:
    """Put a message to a chat channel into the outbox; no second one for ``once``.

    ``address_locked`` is the channel's address as ``vault.lock`` gave it: the outbox keeps it so.
    Messages to one channel go out one after the other, in this order.
    """
    payload = {"address": address_locked, "title": " ".join(title.split()), "text": text}
    destination = _destination("chat", address_locked)
    return _posted(OutboxMessage.Kind.CHAT, destination, payload, once, not_before)


def post_webhook(
    *,
    url_locked: str,
    secret_locked: str,
    event: dict[str, Any],
    once: str,
    not_before: datetime | None = None,
) -> OutboxMessage:
    """Put a signed webhook into the outbox; no second one for ``once``.

    Address and secret are as ``vault.lock`` gave them. ``event`` must be JSON. The receiver gets
    the same ``X-Event-Id`` at every try.
    """
    payload = {"url": url_locked, "secret": secret_locked, "event": event}
    destination = _destination("webhook", url_locked)
    return _posted(OutboxMessage.Kind.WEBHOOK, destination, payload, once, not_before)


def _posted(
    kind: str, destination: str, payload: dict[str, Any], once: str, not_before: datetime | None
) -> OutboxMessage:
    message, _created = OutboxMessage.objects.get_or_create(
        once=once if len(once) <= 200 else hashlib.sha256(once.encode()).hexdigest(),
        defaults={
            "kind": kind,
            "destination": destination,
            "not_before": not_before,
            "payload": payload,
        },
    )
    return message


def _destination(kind: str, locked: str) -> str:
    """One name for one receiver, which does not give its address away."""
    return f"{kind}:{hashlib.sha256(locked.encode()).hexdigest()[:24]}"
