"""Verdicts: for each promise on a series, what its points say now (formulae 4.6)."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import connection, transaction

from metrics.actions.circumstances import circumstances_of
from metrics.actions.delivering import note_deliveries
from metrics.actions.evidence import cases_of, gathered
from metrics.actions.facts import Facts, facts_of, spans_by_series
from metrics.actions.rechecks import plan_rechecks
from metrics.actions.settling import settle_verdicts
from metrics.choices import Basis, ImprovementState, Result
from metrics.models import Improvement, Registration, Verdict

NOT_FINAL = (Result.TOO_EARLY,)
LOCKED_AS = 4607  # what is locked by key: promises that are being judged
HOLD = """
SELECT pg_advisory_xact_lock(%s, id) FROM (
    SELECT CAST(key %% 2147483647 AS int) AS id FROM unnest(%s::bigint[]) AS key ORDER BY 1
) AS sorted
"""


@transaction.atomic
def judge_all(*, today: date, now: datetime) -> int:
    """Judge every promise anew, since time alone can make one due or stale; how many there are."""
    promised = Registration.objects.promised()
    series_ids = sorted(set(promised.values_list("series_id", flat=True)))
    return judge_series(
        facts_of(series_ids, spans_by_series(series_ids), today) if series_ids else {},
        today=today,
        now=now,
    )


def judge_series(facts: Mapping[int, Facts], *, today: date, now: datetime) -> int:
    """Judge the promises that these series have a part in; how many there are."""
    promised = held_promises(facts)
    if not promised:
        return 0
    evidence = gathered(promised, facts, today)
    note_deliveries(promised, evidence)
    cases = [case for one in promised for case in cases_of(one, evidence)]
    settled = settle_verdicts(cases, circumstances_of(cases), today=today, now=now)
    plan_rechecks(cases, settled)
    move_on({one.improvement for one in promised})
    return len(promised)


def held_promises(facts: Mapping[int, Facts]) -> list[Registration]:
    """The promises that these series have a part in, held against other workers until the
    transaction ends: a series, its control and its dose may come in at a time, and whoever judges
    last has to see them all.

    Rows are not locked for it: who approves or rules locks an improvement and then its promises,
    and would wait for a worker that waits for them.
    """
    found = list(Registration.objects.judged_on(list(facts)).named().order_by("pk"))
    if found and connection.vendor == "postgresql":
        keys = "{" + ",".join(str(one.pk) for one in found) + "}"
        with connection.cursor() as cursor:
            cursor.execute(HOLD, [LOCKED_AS, keys])
    return found


def move_on(improvements: set[Improvement]) -> None:
    """An improvement whose every promise has its verdict is judged."""
    live = [found for found in improvements if found.state == ImprovementState.LIVE]
    if not live:
        return
    final = Verdict.objects.filter(basis=Basis.DECIDED).exclude(result__in=NOT_FINAL)
    open_ones = set(
        Registration.objects.filter(improvement__in=live)
        .exclude(pk__in=final.values("registration"))
        .values_list("improvement_id", flat=True)
    )
    for improvement in live:
        if improvement.pk not in open_ones:
            improvement.become_judged()
