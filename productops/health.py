"""What probes may know of an installation: is it up, may it be used, is its work done."""

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from productops import heartbeat
from productops.queues import all_queues

SILENT_AFTER_S = 30.0  # a relay signs every few seconds; half a minute without is too long


@never_cache
@login_not_required
@require_safe
def live(_request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "live"})


@never_cache
@login_not_required
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """The database answers, its tables are those of this version, and somebody does the work."""
    try:
        found = _state()
    except Error:
        found = {"database": False, "ready": False}
    return JsonResponse(found, status=200 if found["ready"] else 503)


@never_cache
@login_not_required
@require_safe
def freshness(_request: HttpRequest) -> JsonResponse:
    """How much work waits in all queues, for how long, and what waits for a person."""
    try:
        return JsonResponse(fresh_now())
    except Error:
        return JsonResponse({"database": False}, status=503)


def fresh_now() -> dict[str, float]:
    """``pending`` rows, seconds of the oldest, ``stuck`` rows, over all queues."""
    waiting = [entry.pending() for entry in all_queues()]
    return {
        "pending": sum(part.count for part in waiting),
        "oldest_pending_s": round(max((part.oldest_s for part in waiting), default=0.0), 3),
        "stuck": sum(entry.stuck() for entry in all_queues()),
    }


def _state() -> dict:
    now = timezone.now()
    ages = {role: heartbeat.age_s(role, now) for role in (heartbeat.RELAY, heartbeat.WORKER)}
    silent = all(age is None or age > SILENT_AFTER_S for age in ages.values())
    migrated = _is_migrated()
    return {
        "ready": migrated and not silent,
        "database": True,
        "migrated": migrated,
        "stuck": fresh_now()["stuck"],
        **{f"{role}_age_s": None if age is None else round(age, 1) for role, age in ages.items()},
    }


_migrated_once = False


def _is_migrated() -> bool:
    """Whether no migration waits; once true it stays so, for a process runs one version."""
    global _migrated_once
    if not _migrated_once:
        executor = MigrationExecutor(connection)
        _migrated_once = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated_once
