"""What is sent to us: a signed body becomes a table, and a table observations, at most once."""

import hashlib
import hmac
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics.actions import source_runs
from metrics.actions.ingest import trying_again
from metrics.actions.intake import Taken
from metrics.actions.source_reading import secrets_of
from metrics.actions.source_runs import fail, options_of, succeed
from metrics.actions.tabling import take_table
from metrics.choices import SourceState, Trigger
from metrics.connectors import Fetched, SourceError
from metrics.connectors.http_json.paths import BadPath, compiled
from metrics.models import PUSH, Source, SourceRun
from productops.exchange import Refused, Report
from productops.parsing import Unreadable
from productops.tables import UnreadableTable, read_table

MOST_BYTES = 1 << 20
WINDOW = timedelta(minutes=5)  # how far the sender's clock may be from ours
MOST_A_MINUTE = 60
SCHEME = "sha256="
# The key that is tried where there is no source, so that it takes as long as where there is one.
NOBODYS = "nobody's"


@dataclass(frozen=True)
class Delivery:
    """A body as it came, with what its sender says of it. ``reads`` makes a value of its JSON, or
    raises Unreadable."""

    body: bytes
    reads: Callable[[bytes], Any] = field(repr=False)
    content_type: str = "application/json"
    timestamp: str = ""
    signature: str = ""
    github_signature: str = ""
    name: str = ""

    @property
    def is_csv(self) -> bool:
        return "csv" in self.content_type.lower()

    @property
    def digest(self) -> str:
        """What was signed, as the key under which the same delivery is known again."""
        given = self.signature or self.github_signature
        return hashlib.sha256(f"{self.timestamp} {given}".encode()).hexdigest()


class NotOpen(Exception):  # noqa: N818  a sentence for whoever may send
    """The source is not read now: it is no more than drafted, or it pauses."""


class TooMany(Exception):  # noqa: N818  answered by 429
    """More deliveries within a minute than a source takes."""


def source_signed_by(slug: str, delivery: Delivery, now: datetime) -> Source | None:
    """The source whose secret signed a delivery; None says nothing of why there is none."""
    source = Source.objects.filter(slug=slug, kind=PUSH).select_related("owner").first()
    try:
        secret = secrets_of(source).get("secret", "") if source else ""
    except SourceError:
        secret = ""
    is_signed = is_signed_by(secret or NOBODYS, delivery, now)
    return source if source and secret and is_signed else None


def is_signed_by(secret: str, delivery: Delivery, now: datetime) -> bool:
    """Whether the secret signed the body: with its time as we say, or as GitHub does."""
    ours = signature_of(secret, delivery.timestamp.encode() + b"." + delivery.body)
    theirs = signature_of(secret, delivery.body)
    # All comparisons are made, whatever the first one says.
    is_ours = same(ours, delivery.signature) & is_recent(delivery.timestamp, now)
    return is_ours | same(theirs, delivery.github_signature)


def signature_of(secret: str, signed: bytes) -> str:
    return SCHEME + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.strip().encode("utf-8", "replace"))


def is_recent(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(now.timestamp() - int(timestamp)) <= WINDOW.total_seconds()


def take_delivery(*, source: Source, delivery: Delivery) -> tuple[SourceRun, bool]:
    """Write what was sent; the run, and whether it is that of an earlier, same delivery.

    Raises NotOpen and TooMany. What cannot be taken is a run that failed.
    """
    if source.state != SourceState.ACTIVE:
        raise NotOpen(_("This source is not read at present."))
    if earlier := earlier_run(source, delivery):
        return earlier, True
    now = timezone.now()
    if lately(source, now) >= MOST_A_MINUTE:
        raise TooMany
    return run_of(source, delivery, now)


def run_of(source: Source, delivery: Delivery, now: datetime) -> tuple[SourceRun, bool]:
    run = SourceRun(
        source=source,
        trigger=Trigger.WEBHOOK,
        started_at=now,
        digest=delivery.digest,
        delivery=delivery.name,
    )
    report = Report()
    try:
        return write(run=run, delivery=delivery), False
    except Refused as refused:
        note, report = _("Some rows cannot be taken; nothing was written."), refused.report
    except (UnreadableTable, Unreadable) as problem:
        note = str(problem)
        report.refuse(getattr(problem, "row", None), getattr(problem, "column", ""), note)
    except (DataError, IntegrityError):
        if earlier := earlier_run(source, delivery):  # the same was sent twice at once
            return earlier, True
        note = _("The database does not take what was sent.")
    run.pk = None
    return trying_again(fail)(run=run, note=note, report=report), False


@trying_again
@transaction.atomic
def write(*, run: SourceRun, delivery: Delivery) -> SourceRun:
    """Take the rows of a delivery and note that it came: one transaction."""
    source = Source.objects.select_for_update().get(pk=run.source_id)
    report = taken(source, delivery)
    succeed(run=run, source=source, report=report, note="", now=timezone.now())
    return run


def taken(source: Source, delivery: Delivery) -> Taken:
    options = options_of(source)
    if delivery.is_csv:
        return take_table(
            opened=lambda: read_table(
                io.BytesIO(delivery.body), "body.csv", decimal=options["decimal"]
            ),
            options=options,
            by=None,
        )
    return source_runs.taken(source, fetched_in(delivery, str(source.settings.get("rows") or "")))


def earlier_run(source: Source, delivery: Delivery) -> SourceRun | None:
    """The run that took the same delivery before: of its signature, or of its name."""
    known = Q(digest=delivery.digest)
    if delivery.name:
        known |= Q(delivery=delivery.name)
    return SourceRun.objects.of(source).done().filter(known).first()


def lately(source: Source, now: datetime) -> int:
    since = now - timedelta(minutes=1)
    sent = SourceRun.objects.of(source).filter(trigger=Trigger.WEBHOOK, started_at__gt=since)
    return sent[:MOST_A_MINUTE].count()


def fetched_in(delivery: Delivery, expression: str) -> Fetched:
    """The table of a body in JSON, in which the source's expression finds the rows."""
    found = rows_in(delivery.reads(delivery.body), expression)
    header = tuple(dict.fromkeys(str(name) for row in found for name in row))
    rows = [tuple(row.get(name) for name in header) for row in found]
    for number, row in enumerate(rows, 2):
        for name, cell in zip(header, row, strict=True):
            if isinstance(cell, (list, dict)):
                raise UnreadableTable(_("A cell holds one value."), row=number, column=name)
    return Fetched(header, rows)


def rows_in(body: Any, expression: str) -> list[dict]:
    """The objects of a body. One object is one row, and nothing is none."""
    if expression:
        try:
            body = compiled(expression).find(body)
        except BadPath as problem:
            raise UnreadableTable(str(problem)) from problem
    elif isinstance(body, dict) and isinstance(body.get("observations"), list):
        body = body["observations"]
    found = [] if body is None else body if isinstance(body, list) else [body]
    if not all(isinstance(row, dict) for row in found):
        raise UnreadableTable(_("Rows are objects with a name for each value."))
    return found
