"""Verdicts: for each promise on a series, what its points say now (formulae 4.6)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from metrics.actions.facts import Facts, facts_of, spans_by_series
from metrics.choices import Basis, ImprovementState, Reason, Result
from metrics.judgement import Dot
from metrics.models import Improvement, Registration, Snapshot, Verdict
from metrics.spc import limits_of
from metrics.verdict import BASELINE_FROM, judge
from metrics.windows import Windows, has_new_definition, is_stale, ready_on, windows_of
from productops.changelog import record

# How far back points are read: the window before, with room for gaps and points left out.
LOOK_BACK = timedelta(days=366 * 3)
NOT_FINAL = (Result.TOO_EARLY,)


@dataclass(frozen=True)
class Case:
    """A registration with the points that it is judged by."""

    registration: Registration
    facts: Facts
    windows: Windows
    shares_with: Improvement | None
    is_stale: bool


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
    """Judge the promises on these series; how many there are."""
    promised = list(Registration.objects.judged_on(list(facts)).select_related("improvement"))
    if not promised:
        return 0
    dots = dots_by_series(promised, facts)
    kept = {
        verdict.registration_id: verdict
        for verdict in Verdict.objects.filter(registration__in=promised, basis=Basis.DECIDED)
    }
    for registration in promised:
        known = facts[registration.series_id]
        case = case_of(registration, known, dots[known.series_id], promised, today)
        settle_verdict(case, kept.get(registration.pk), today=today, now=now)
    move_on({registration.improvement for registration in promised})
    return len(promised)


def dots_by_series(
    promised: Sequence[Registration], facts: Mapping[int, Facts]
) -> dict[int, list[Dot]]:
    """The points near the changes, of all series at once."""
    found: dict[int, list[Dot]] = {registration.series_id: [] for registration in promised}
    since = min(registration.improvement.go_live_on for registration in promised) - LOOK_BACK
    rows = Snapshot.objects.known().filter(series__in=found, period__gte=since)
    for series_id, period, value in rows.order_by("series_id", "period").values_list(
        "series_id", "period", "value"
    ):
        known = facts[series_id]
        is_closed = known.is_closed(period)
        found[series_id].append(Dot(period, value, is_closed, period in known.excluded))
    return found


def case_of(
    registration: Registration,
    facts: Facts,
    dots: Sequence[Dot],
    promised: Sequence[Registration],
    today: date,
) -> Case:
    live_on = registration.improvement.go_live_on
    segments = [s.from_period for s in facts.segments if s.from_period < live_on]
    windows = windows_of(
        dots,
        facts.spans,
        live_on=live_on,
        trigger_on=registration.trigger_on,
        lag=registration.lag_periods,
        length=registration.window_periods,
        since=segments[-1] if segments else None,
    )
    others = [other for other in promised if other.series_id == facts.series_id]
    return Case(
        registration=registration,
        facts=facts,
        windows=windows,
        shares_with=sharing(registration, windows, others),
        is_stale=is_stale(dots, facts.spans, today),
    )


def sharing(
    registration: Registration, windows: Windows, others: Sequence[Registration]
) -> Improvement | None:
    """Another improvement that went live on the series within the points compared."""
    return next(
        (
            other.improvement
            for other in others
            if other.improvement_id != registration.improvement_id
            and other.improvement.state != ImprovementState.STOPPED
            and windows.first < other.improvement.go_live_on <= windows.last
        ),
        None,
    )


def settle_verdict(case: Case, verdict: Verdict | None, *, today: date, now: datetime) -> None:
    """Write the verdict of a case, if it says anything else than the one that stands."""
    fields = verdict_fields(case, today)
    if verdict and (verdict.data_sha256, verdict.sentence, verdict.ready_on) == (
        fields["data_sha256"],
        fields["sentence"],
        fields["ready_on"],
    ):
        return
    before = verdict.result if verdict else ""
    verdict = verdict or Verdict(registration=case.registration, basis=Basis.DECIDED)
    for name, value in fields.items():
        setattr(verdict, name, value)
    verdict.judged_at = now
    verdict.save()
    if verdict.result != before:
        after = {"result": verdict.result, "reason": verdict.reason}
        record(by=None, row=verdict, verb="judge", before={"result": before}, after=after)


def verdict_fields(case: Case, today: date) -> dict[str, Any]:
    """What a verdict says of a case, by the names of its fields."""
    before = [dot.value for dot in case.windows.before]
    after = [dot.value for dot in case.windows.after]
    promise = case.registration
    found = judge(
        before, after, direction=promise.direction, smallest_effect=promise.smallest_effect
    )
    result, reason, sentence, ready = ruled_out(case, today) or (
        found.verdict,
        found.reason or "",
        found.sentence,
        None,
    )
    low, high = found.ci or (None, None)
    is_told = (result, reason) == (found.verdict, found.reason or "") or reason == Reason.SHARED
    return {
        "result": result,
        "reason": reason,
        "sentence": sentence,
        "ready_on": ready,
        "effect": found.effect,
        "ci_low": low if is_told else None,
        "ci_high": high if is_told else None,
        "mde": found.mde if is_told else None,
        "r1": found.r1 if is_told else None,
        "gate_signal": found.gate_signal if is_told else None,
        "gate_size": found.gate_size if is_told else None,
        "n_before": len(before),
        "n_after": len(after),
        "summary": {"before": summary(before), "after": summary(after)},
        "data_sha256": fingerprint(case),
    }


def ruled_out(case: Case, today: date) -> tuple[str, str, str, date | None] | None:
    """Why no verdict can be had of the numbers (result, reason, sentence, day), if that is so."""
    windows = case.windows
    if len(windows.before) < BASELINE_FROM:
        return None
    if has_new_definition(windows, case.facts.spans):
        said = _("Cannot tell: what the KPI means changed between the periods compared.")
        return Result.UNCLEAR, Reason.DEFINITION_CHANGED, said, None
    if windows.missing and case.is_stale:
        said = _("Cannot tell: no data has come in for two periods or more.")
        return Result.UNCLEAR, Reason.STALE, said, None
    if windows.missing:
        day = ready_on(windows, case.facts.spans, today)
        return Result.TOO_EARLY, "", early(windows.missing, day), day
    if case.shares_with:
        said = _("Cannot tell: “%(title)s” went live on the same KPI in that time.")
        return Result.UNCLEAR, Reason.SHARED, said % {"title": case.shares_with.title}, None
    return None


def early(missing: int, day: date) -> str:
    return ngettext(
        "Too early to tell: %(count)s more period is needed, on %(day)s it will be there.",
        "Too early to tell: %(count)s more periods are needed, on %(day)s they will be there.",
        missing,
    ) % {"count": missing, "day": date_format(day, "j F Y")}


def summary(values: Sequence[float]) -> dict[str, Any]:
    """One side of the comparison for the table beside the sentence."""
    limits = limits_of(values)
    return {
        "mean": limits.centre,
        "lower": limits.lower,
        "upper": limits.upper,
        "mr": limits.mr_centre,
        "n": limits.n,
    }


def fingerprint(case: Case) -> str:
    """SHA-256 of all that the verdict was made of, so that anybody can make it again."""
    promise = case.registration
    made_of = {
        "before": [[str(dot.period), dot.value] for dot in case.windows.before],
        "after": [[str(dot.period), dot.value] for dot in case.windows.after],
        "direction": promise.direction,
        "smallest_effect": promise.smallest_effect,
        "window": promise.window_periods,
        "lag": promise.lag_periods,
    }
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()


def move_on(improvements: set[Improvement]) -> None:
    """An improvement whose every promise has its verdict is judged."""
    live = [found for found in improvements if found.state == ImprovementState.LIVE]
    if not live:
        return
    open_ones = set(
        Registration.objects.filter(improvement__in=live)
        .exclude(pk__in=Verdict.objects.exclude(result__in=NOT_FINAL).values("registration"))
        .values_list("improvement_id", flat=True)
    )
    for improvement in live:
        if improvement.pk not in open_ones:
            improvement.become_judged()
