"""The kernel's own recurring work and checks: what has served its time goes, what must hold is
asked."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection

from productops import files
from productops.models import Heartbeat, IdempotencyKey
from productops.schedule import job
from productops.verify import Difference, check

ANSWERS_KEPT = timedelta(days=30)


@job("productops.sweep", daily_at=time(3, 40))
def sweep(at: datetime) -> None:
    """Forget answers to old idempotency keys, sessions that are over, and files without a row."""
    IdempotencyKey.objects.filter(created_at__lt=at - ANSWERS_KEPT).delete()
    Session.objects.filter(expire_date__lt=at).delete()
    Heartbeat.objects.filter(at__lt=at - timedelta(days=1)).delete()
    files.sweep_orphans()


@check("keys")
def broken_keys() -> Iterator[Difference]:
    """Every foreign key points at a row that is there."""
    try:
        connection.check_constraints()
    except IntegrityError as problem:
        yield Difference("keys", str(problem)[:300], "a key without its row", "a row")
