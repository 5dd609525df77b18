"""Messages sent by whoever holds the lease, at least once.

Mail goes out one after the other. What goes by HTTP is on its way beside it, one message for each
receiver at a time, so that a receiver who does not answer holds up nobody but itself.
"""

from datetime import datetime, timedelta

import structlog
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.utils import timezone

from productops.bounces import note_bounce, refusal
from productops.models import OutboxMessage
from productops.outbox.couriers import Couriers, Undelivered
from productops.outbox.mails import mail_of
from productops.queues import Pending, Queue, mark_rung, queue

LEASE = timedelta(seconds=180)  # longer than one message can take with its time-outs
# Seconds to the next try: ten tries in about a day, the first ones soon.
PAUSES = (10, 60, 300, 900, 3600, 7200, 14_400, 21_600, 36_000)
log = structlog.get_logger()


def work_slice(seconds: float) -> int:
    """Send what is due for at most ``seconds``; how many messages went out."""
    end, sent = timezone.now() + timedelta(seconds=seconds), 0
    if not OutboxMessage.objects.unclaimed(timezone.now()).exists():
        return 0
    mailbox = get_connection()
    with Couriers() as couriers:
        while timezone.now() < end:
            message = claim(timezone.now())
            if message is None and not couriers.are_out:
                break
            if message is not None:
                sent += _send(message, mailbox, couriers)
            sent += _note(couriers.back(wait_s=0.0 if message else 0.2))
        sent += _note(couriers.back(wait_s=None))
    mailbox.close()
    return sent


def claim(now: datetime) -> OutboxMessage | None:
    """Take the oldest due message for the time of a lease. No other sender gets it meanwhile.

    The attempt is counted here, so that a message which kills its sender gets stuck, too.
    """
    with transaction.atomic():
        waiting = OutboxMessage.objects.unclaimed(now).order_by("pk")
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True, of=("self",))
        message = waiting.first()
        if message is not None:
            message.lease_until, message.attempts = now + LEASE, message.attempts + 1
            message.save(update_fields=["lease_until", "attempts"])
    return message


def deliver(message: OutboxMessage, mailbox: BaseEmailBackend) -> bool:
    """Send one claimed mail and note what came of it. A failure is noted, never raised."""
    try:
        mailbox.open()  # kept open for the next one
        mail_of(message, mailbox).send()
    except Exception as error:
        return _note_failure(message, error)
    return _note_success(message)


def _send(message: OutboxMessage, mailbox: BaseEmailBackend, couriers: Couriers) -> bool:
    if message.kind == OutboxMessage.Kind.MAIL:
        return deliver(message, mailbox)
    couriers.take(message)
    return False  # not yet


def _note(back: list[tuple[OutboxMessage, BaseException | None]]) -> int:
    return sum(
        _note_failure(message, error) if error else _note_success(message)
        for message, error in back
    )


def _note_success(message: OutboxMessage) -> bool:
    message.sent_at, message.lease_until, message.last_error = timezone.now(), None, ""
    message.save(update_fields=["sent_at", "lease_until", "last_error"])
    return True


def _note_failure(message: OutboxMessage, error: BaseException) -> bool:
    pause = PAUSES[min(message.attempts, len(PAUSES)) - 1]
    message.next_try_at = timezone.now() + timedelta(seconds=pause)
    message.lease_until, message.rung_at = None, None
    message.last_error = _reason(message, error)[:500]
    message.holds_up_others = not getattr(error, "is_about_the_message", False)
    if reason := refusal(error):
        # Trying again would only teach the server to refuse us, too.
        message.attempts, message.next_try_at = OutboxMessage.MOST_ATTEMPTS, None
        note_bounce(address=message.destination, reason=reason, now=timezone.now())
    message.save(
        update_fields=[
            *("attempts", "next_try_at", "lease_until", "rung_at"),
            *("last_error", "holds_up_others"),
        ]
    )
    log.warning("message_not_sent", message=message.pk, attempts=message.attempts)
    return False


def _reason(message: OutboxMessage, error: BaseException) -> str:
    """What may be kept of the failure: another's exception could repeat a secret address."""
    if isinstance(error, Undelivered):
        return str(error)
    name = type(error).__name__
    return f"{name}: {error}" if message.kind == OutboxMessage.Kind.MAIL else name


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
