"""Whether what improved has lasted: asked again 90 and 180 days after the verdict's window."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics import recheck_words
from metrics.actions.evidence import Case, Evidence, case_of, gathered, levelled, windows_on
from metrics.choices import Basis, ImprovementState, RecheckResult, Result
from metrics.judgement import Dot
from metrics.lasting import Lasting, lasting
from metrics.models import NotAllowed, Recheck, Registration, Verdict
from metrics.periods import span_on
from metrics.windows import Windows
from productops.changelog import entry_of, record, record_all
from teams.models import Person

AFTER_DAYS = (90, 180)
# So much of the time before its day is looked at: what faded late must not be hidden by the start.
LOOKED_AT = timedelta(days=90)
FOUND = ("result", "effect", "ci_low", "ci_high", "n", "sentence", "checked_at")
Key = tuple[int, str]


def plan_rechecks(cases: Sequence[Case], settled: Mapping[Key, Verdict]) -> None:
    """Note when what improved is asked about again, and take back what no longer is to be.

    What was checked stays as it was found.
    """
    wanted = {
        (case.registration.pk, days): window_end(case) + timedelta(days=days)
        for case in cases
        if case.basis == Basis.DECIDED and may_last(case, settled[case.key])
        for days in AFTER_DAYS
    }
    promised = {case.registration.pk for case in cases}
    kept = list(Recheck.objects.filter(registration__in=promised))
    known = {(one.registration_id, one.days) for one in kept}
    waiting = [one for one in kept if one.checked_at is None]
    _plan_new({key: due for key, due in wanted.items() if key not in known})
    _move(waiting, wanted)
    _take_back([one for one in waiting if (one.registration_id, one.days) not in wanted])


def may_last(case: Case, verdict: Verdict) -> bool:
    """Whether there is anything that could fade."""
    stopped = case.registration.improvement.state == ImprovementState.STOPPED
    return verdict.result == Result.IMPROVED and not stopped


def window_end(case: Case) -> date:
    """The day after the last point that the verdict counts."""
    return span_on(case.facts.spans, case.windows.last).end_of(case.windows.last)


def _plan_new(wanted: Mapping[tuple[int, int], date]) -> None:
    Recheck.objects.bulk_create(
        Recheck(registration_id=registration, days=days, due_on=due)
        for (registration, days), due in wanted.items()
    )


def _move(waiting: Sequence[Recheck], wanted: Mapping[tuple[int, int], date]) -> None:
    """A window that became longer moves the days on which it is asked again."""
    moved = []
    for one in waiting:
        due = wanted.get((one.registration_id, one.days), one.due_on)
        if due != one.due_on:
            one.due_on = due
            moved.append(one)
    if moved:
        Recheck.objects.bulk_update(moved, ["due_on"])


def _take_back(rows: Sequence[Recheck]) -> None:
    if rows:
        Recheck.objects.filter(pk__in=[one.pk for one in rows]).delete()


@transaction.atomic
def check_due(*, today: date, now: datetime) -> int:
    """Ask again about all whose day has come; how many were checked."""
    due = list(
        Recheck.objects.due_by(today)
        .filter(registration__in=Registration.objects.promised().values("pk"))
        .select_related(
            "registration__improvement",
            "registration__series__kpi",
            "registration__series__subject",
        )
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    if not due:
        return 0
    evidence = gathered([one.registration for one in due], {}, today)
    for one in due:
        check(one, evidence, now=now)
    Recheck.objects.bulk_update(due, FOUND)
    record_all(
        entry_of(by=None, row=one, verb="recheck", after={"result": one.result}) for one in due
    )
    return len(due)


def check(recheck: Recheck, evidence: Evidence, *, now: datetime) -> None:
    """Find out whether it held, by the points of the 90 days before its day."""
    promise = recheck.registration
    case = case_of(promise, evidence, Basis.DECIDED, promise.improvement.go_live_on)
    later = later_points(case, evidence, recheck.due_on)
    found = outcome(case, level_with(case, evidence, later), later)
    low, high = found.ci or (None, None)
    values: dict[str, Any] = {
        "result": found.result,
        "effect": found.effect,
        "ci_low": low,
        "ci_high": high,
        "n": found.n,
        "checked_at": now,
    }
    for name, value in values.items():
        setattr(recheck, name, value)
    recheck.sentence = recheck_words.sentence(recheck)


def later_points(case: Case, evidence: Evidence, due_on: date) -> list[Dot]:
    """The points after the verdict's window, of the 90 days that end on the day."""
    since = max(window_end(case), due_on - LOOKED_AT)
    spans = case.facts.spans
    return [
        dot
        for dot in evidence.dots_of(case.registration)
        if dot.counts
        and dot.period >= since
        and span_on(spans, dot.period).end_of(dot.period) <= due_on
    ]


def level_with(case: Case, evidence: Evidence, later: Sequence[Dot]) -> Windows:
    """The time before and the later points, without the season or trend that the verdict was
    reached without."""
    promise = case.registration
    dots = evidence.dots_of(promise)
    plain = windows_on(promise, case.facts, dots, promise.improvement.go_live_on)
    return levelled(promise, case.facts, replace(plain, after=tuple(later)))[0]


def outcome(case: Case, compared: Windows, later: Sequence[Dot]) -> Lasting:
    """Whether it lasted; nobody can tell where the definition changed in between."""
    windows = case.windows
    if later and any(windows.first < span.starts <= later[-1].period for span in case.facts.spans):
        return Lasting(RecheckResult.UNCLEAR, n=len(later))
    return lasting(
        [dot.value for dot in compared.before],
        [dot.value for dot in windows.after],
        [dot.value for dot in compared.after],
        direction=case.registration.direction,
    )


@transaction.atomic
def answer_recheck(*, recheck: Recheck, answer: str, by: Person) -> None:
    """Say what follows from an improvement that did not last, so that it waits for nobody."""
    row = Recheck.objects.select_for_update().get(pk=recheck.pk)
    if row.checked_at is None:
        raise NotAllowed(_("It has not been checked yet."))
    row.answer, row.answered_by, row.answered_at = answer, by, timezone.now()
    row.save(update_fields=["answer", "answered_by", "answered_at"])
    improvement = row.registration.improvement
    record(by=by, row=improvement, verb="answered", after={"answer": answer, "days": row.days})
