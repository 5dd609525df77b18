"""What a verdict says of its case, written where it says anything else than the one that stands."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from metrics.actions.evidence import Case
from metrics.choices import Method, Reason, Result
from metrics.interrupted import Estimate, second_opinion
from metrics.models import Verdict
from metrics.spc import limits_of
from metrics.spc.limits import mean
from metrics.verdict import BASELINE_FROM, judge
from metrics.windows import Windows, has_new_definition, ready_on
from productops.changelog import entry_of, record_all

Key = tuple[int, str]
# What an earlier verdict is compared by: it stands as long as all of these say the same.
SAID = ("data_sha256", "sentence", "ready_on", "circumstances")
KEYS = ("registration", "basis")
# What is known only of a verdict that was reached by its numbers.
MEASURED = ("mde", "r1", "gate_signal", "gate_size", "p_value")


def settle_verdicts(
    cases: Sequence[Case],
    circumstances: Mapping[Key, list[dict]],
    *,
    today: date,
    now: datetime,
) -> dict[Key, Verdict]:
    """Write the verdicts of cases, as far as they changed; all of them, by promise and basis."""
    kept = standing(cases)
    changed, entries, settled = [], [], {}
    for case in cases:
        fields = verdict_fields(case, today) | {"circumstances": circumstances[case.key]}
        former = kept.pop(case.key, None)
        if former and all(getattr(former, name) == fields[name] for name in SAID):
            settled[case.key] = former
            continue
        verdict = written(case, former, fields, now)
        settled[case.key] = verdict
        changed.append(verdict)
        if verdict.result != (former_result := former.result if former else ""):
            entries.append((verdict, former_result))
    save_all(changed)
    record_all(judged(verdict, result) for verdict, result in entries)
    # What was delivered once and, by corrected data, was not: the dose was never reached.
    if kept:
        Verdict.objects.filter(pk__in=[verdict.pk for verdict in kept.values()]).delete()
    return settled


def standing(cases: Sequence[Case]) -> dict[Key, Verdict]:
    """The verdicts that stand, by promise and basis."""
    promised = {case.registration.pk for case in cases}
    rows = Verdict.objects.filter(registration__in=promised)
    return {(verdict.registration_id, verdict.basis): verdict for verdict in rows}


def written(case: Case, former: Verdict | None, fields: dict[str, Any], now: datetime) -> Verdict:
    """The row with its new fields; the former one stays as it is for whoever compares."""
    pk = former.pk if former else None
    return Verdict(pk=pk, registration=case.registration, basis=case.basis, judged_at=now, **fields)


def save_all(verdicts: Sequence[Verdict]) -> None:
    new = [verdict for verdict in verdicts if verdict.pk is None]
    old = [verdict for verdict in verdicts if verdict.pk is not None]
    names = [
        field.name
        for field in Verdict._meta.concrete_fields
        if not field.primary_key and field.name not in KEYS
    ]
    if new:
        Verdict.objects.bulk_create(new)
    if old:
        Verdict.objects.bulk_update(old, names)


def judged(verdict: Verdict, before: str):
    after = {"result": verdict.result, "reason": verdict.reason}
    return entry_of(by=None, row=verdict, verb="judge", before={"result": before}, after=after)


def verdict_fields(case: Case, today: date) -> dict[str, Any]:
    """What a verdict says of a case, by the names of its fields."""
    before, after = values_of(case.windows)
    promise = case.registration
    found = judge(
        before, after, direction=promise.direction, smallest_effect=promise.smallest_effect
    )
    result, reason, sentence, ready = ruled_out(case, today) or (
        found.verdict,
        found.reason or "",
        " ".join(filter(None, (found.sentence, taken_out(case)))),
        None,
    )
    is_told = (result, reason) == (found.verdict, found.reason or "") or reason == Reason.SHARED
    low, high = (is_told and found.ci) or (None, None)
    return {
        "result": result,
        "reason": reason,
        "sentence": sentence,
        "ready_on": ready,
        "effect": found.effect,
        "ci_low": low,
        "ci_high": high,
        **{name: getattr(found, name) if is_told else None for name in MEASURED},
        "worth": (found.worth or "") if result == found.verdict else "",
        "is_provisional": found.provisional,
        "n_before": len(before),
        "n_after": len(after),
        "summary": summary_of(case),
        "second_opinion": opinion_of(before, after) if is_told else {},
        "data_sha256": fingerprint(case),
    }


def taken_out(case: Case) -> str:
    """What the comparison was made without, so that its numbers can be understood."""
    return {
        "season": _("Compared without its season."),
        "trend": _("Compared with the line of the time before, drawn on."),
    }.get(case.without, "")


def values_of(windows: Windows) -> tuple[list[float], list[float]]:
    return [dot.value for dot in windows.before], [dot.value for dot in windows.after]


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
        # Which one stands among the circumstances, for those who may see it.
        said = _("Cannot tell: another improvement went live on the same KPI in that time.")
        return Result.UNCLEAR, Reason.SHARED, said, None
    return None


def early(missing: int, day: date) -> str:
    return ngettext(
        "Too early to tell: %(count)s more period is needed, on %(day)s it will be there.",
        "Too early to tell: %(count)s more periods are needed, on %(day)s they will be there.",
        missing,
    ) % {"count": missing, "day": date_format(day, "j F Y")}


def summary_of(case: Case) -> dict[str, Any]:
    """Both sides of the comparison for the table beside the sentence, the points that caused the
    change, and what stands behind a difference."""
    before, after = values_of(case.windows)
    found: dict[str, Any] = {"before": side(before), "after": side(after)}
    if case.windows.trigger:
        caused = [dot.value for dot in case.windows.trigger]
        found["trigger"] = {"mean": mean(caused), "n": len(caused)}
    for name, windows in case.beside.items():
        pair = values_of(windows)
        found[name] = {
            when: mean(values) if values else None
            for when, values in zip(("before", "after"), pair, strict=True)
        }
    return found


def side(values: Sequence[float]) -> dict[str, Any]:
    limits = limits_of(values)
    return {
        "mean": limits.centre,
        "lower": limits.lower,
        "upper": limits.upper,
        "mr": limits.mr_centre,
        "n": limits.n,
    }


def opinion_of(before: Sequence[float], after: Sequence[float]) -> dict[str, Any]:
    """The second opinion as JSON; {} where the windows are too short for one."""
    found = second_opinion(before, after)
    if found is None:
        return {}
    names = ("trend", "level", "slope", "at_the_end")
    return {name: edges(getattr(found, name)) for name in names} | {"r": found.r}


def edges(estimate: Estimate) -> list[float]:
    return [estimate.value, estimate.low, estimate.high]


def fingerprint(case: Case) -> str:
    """SHA-256 of all that the verdict was made of, so that anybody can make it again."""
    promise = case.registration
    made_of = {
        "before": [[str(dot.period), dot.value] for dot in case.windows.before],
        "after": [[str(dot.period), dot.value] for dot in case.windows.after],
        "trigger": [[str(dot.period), dot.value] for dot in case.windows.trigger],
        "direction": promise.direction,
        "smallest_effect": promise.smallest_effect,
        "window": promise.window_periods,
        "lag": promise.lag_periods,
        "method": promise.method,
        "control": promise.control_id if promise.method == Method.CONTROLLED else None,
        "basis": case.basis,
        "without": case.without,
    }
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()
