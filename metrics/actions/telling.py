"""The queue of alerts: tell at once those who want it, and note that it was done."""

import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics import alert_words
from metrics.actions import readers
from metrics.actions.readers import Concerns, Reader
from metrics.choices import AlertsWhen
from metrics.models import Alert, Subscription
from metrics.scorecard import Row
from productops import clock

BATCH = 200
LONGEST_PAUSE_S = 3_600
log = structlog.get_logger()


def work_slice(seconds: float) -> int:
    """Tell of what is due, for at most ``seconds``; how many alerts were told."""
    end, told = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        taken, done = work_batch(today=clock.today(), now=timezone.now())
        told += done
        if not taken:
            break
    return told


def work_batch(*, today: date, now: datetime, most: int = BATCH) -> tuple[int, int]:
    """Tell of a batch; when that fails, one by one, so that none holds up the others."""
    taken: list[Alert] = []
    try:
        with transaction.atomic():
            taken = claim(now, most)
            tell(taken, today=today, now=now)
        return len(taken), len(taken)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.warning("alerts_failed", alerts=len(taken), error=str(error)[:500])
    return len(taken), sum(tell_one(alert.pk, today=today, now=now) for alert in taken)


def tell_one(pk: int, *, today: date, now: datetime) -> int:
    try:
        with transaction.atomic():
            alone = claim(now, 1, pk=pk)
            tell(alone, today=today, now=now)
        return len(alone)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("alert_failed", alert=pk)
        put_off(pk, error, now=now)
        return 0


def claim(now: datetime, most: int, **which) -> list[Alert]:
    rows = Alert.objects.due(now).filter(**which).order_by("pk")
    rows = rows.select_for_update(skip_locked=True, of=("self",), no_key=True)
    return list(rows.with_series()[:most])


def put_off(pk: int, error: Exception, *, now: datetime) -> None:
    alert = Alert.objects.get(pk=pk)
    alert.attempts += 1
    pause = min(30 * 2**alert.attempts, LONGEST_PAUSE_S)
    alert.next_try_at, alert.rung_at = now + timedelta(seconds=pause), None
    alert.last_error = f"{type(error).__name__}: {error}"[:500]
    alert.save(update_fields=["attempts", "next_try_at", "rung_at", "last_error"])


def tell(alerts: Sequence[Alert], *, today: date, now: datetime) -> None:
    """Post to everybody concerned one message with all that concerns them; note it as told."""
    if not alerts:
        return
    live = [alert for alert in alerts if alert.series.kpi.deleted_at is None]
    rows = alert_words.rows_about(live, today)
    concerns = Concerns(row.series for row in rows.values())
    wanting = Subscription.objects.for_alerts(AlertsWhen.NOW).filter(readers.about(rows))
    for reader in readers.gathered(wanting.with_names().select_related("link").distinct()):
        tell_reader(reader, live, rows, concerns, now)
    note_told(alerts, now)


def tell_reader(
    reader: Reader, alerts: Sequence[Alert], rows: dict[int, Row], concerns: Concerns, now: datetime
) -> None:
    mine = concerns.of_all(reader.subscriptions)
    seen = alert_words.visible_among(reader.eyes, mine)
    found = alert_words.worst_first(alert for alert in alerts if alert.series_id in seen)
    if found:
        marks = "+".join(
            f"{one.pk}.{one.raised_at.timestamp():.0f}.{one.is_withdrawn:d}" for one in found
        )
        readers.post(
            reader,
            once=f"alerts {reader.key} {marks}",
            not_before=reader.loud_from(now),
            **message(found, rows, has_account=reader.has_account),
        )


def message(alerts: Sequence[Alert], rows: dict[int, Row], *, has_account: bool) -> dict:
    """Subject, template and context of a mail about these, the worst first."""
    said = [alert_words.sentence(alert, rows[alert.series_id]) for alert in alerts]
    path = said[0].url if len(said) == 1 else reverse("metrics:alert-list")
    button = _("Open the chart") if len(said) == 1 else _("Open all signals")
    way = {"button": button, "link_url": path}
    return {
        "subject": alert_words.subject_of(said),
        "template": "mail/alerts",
        "context": {
            "sentences": [
                {"title": one.title, "text": one.text, "who": one.who, "kind": one.kind}
                for one in said[: alert_words.MOST_TOLD]
            ],
            "more": alert_words.and_more(len(said)),
            "why": _("You get this because you asked to hear of signals."),
            **(way if has_account else {}),
        },
    }


def note_told(alerts: Sequence[Alert], now: datetime) -> None:
    done = {"rung_at": None, "attempts": 0, "next_try_at": None, "last_error": ""}
    raised = [alert.pk for alert in alerts if not alert.is_withdrawn]
    withdrawn = [alert.pk for alert in alerts if alert.is_withdrawn]
    if raised:
        Alert.objects.filter(pk__in=raised).update(told_at=now, **done)
    if withdrawn:
        Alert.objects.filter(pk__in=withdrawn).update(over_told_at=now, **done)
