"""Addresses that mail does not reach: noted, asked about, and used again once somebody says so."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

from django.db import transaction

from productops import changelog
from productops.models import Bounce, OutboxMessage

NO_SUCH_ADDRESS = (550, 551, 553)
# By its enhanced code (RFC 3463) about us, or passing: policy, a mailbox that is full.
NOT_FOR_GOOD = re.compile(r"^\s*(?:5\.7\.\d+|5\.2\.2|4\.\d+\.\d+)\b")
STILL_NEWS = timedelta(days=14)
LONGEST_REASON = 500


def refusal(error: BaseException) -> str:
    """What a mail server said that refuses the one recipient for good, or "": other failures (a
    server that is busy, that takes nothing from us) say nothing about an address."""
    if not isinstance(error, SMTPRecipientsRefused) or len(error.recipients) != 1:
        return ""
    code, words = next(iter(error.recipients.values()))
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    if code not in NO_SUCH_ADDRESS or NOT_FOR_GOOD.match(text):
        return ""
    return f"{code} {' '.join(text.split())}"


@transaction.atomic
def note_bounce(*, address: str, reason: str, now: datetime, by: Any = None) -> Bounce:
    """Note that mail does not reach an address; told again, it counts. ``by`` is None where the
    mail server said so."""
    address = address.strip().lower()
    bounce, is_new = Bounce.objects.get_or_create(
        address=address, defaults={"reason": reason[:LONGEST_REASON], "at": now}
    )
    if not is_new:
        bounce.reason, bounce.at, bounce.cleared_at = reason[:LONGEST_REASON], now, None
        bounce.times += 1
        bounce.save(update_fields=["reason", "at", "times", "cleared_at"])
    if is_new or by is not None:
        changelog.record(by=by, row=bounce, verb="bounced", after={"reason": bounce.reason})
    return bounce


@transaction.atomic
def clear_bounce(bounce: Bounce, *, by: Any, now: datetime) -> None:
    """Mail goes to the address again; what waited for it goes out unless it is no news any more."""
    if bounce.cleared_at is not None:
        return
    bounce.cleared_at = now
    bounce.save(update_fields=["cleared_at"])
    waiting = OutboxMessage.objects.unsent().filter(
        kind=OutboxMessage.Kind.MAIL,
        destination__iexact=bounce.address,
        attempts__gte=OutboxMessage.MOST_ATTEMPTS,
    )
    waiting.filter(created_at__lt=now - STILL_NEWS).delete()
    for message in waiting:
        message.try_again()
    changelog.record(by=by, row=bounce, verb="works again")


def standing_among(addresses: Iterable[str]) -> set[str]:
    """Those of the addresses (in lower case) that mail does not reach."""
    wanted = {address.lower() for address in addresses}
    return set(
        Bounce.objects.standing().filter(address__in=wanted).values_list("address", flat=True)
    )
