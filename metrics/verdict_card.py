"""A verdict as a card says it: one sentence, what stands behind it, before and after."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from metrics import readings
from metrics.choices import Basis, Reason, Result
from metrics.models import Verdict
from metrics.verdict import BASELINE_FROM
from productops import cadences, numbers


@dataclass(frozen=True)
class About:
    """What a verdict is about, as its sentence names it."""

    kpi: str
    unit: str
    cadence: str
    today: date


def card(verdict: Verdict, about: About) -> dict[str, Any]:
    """What ui/verdict.html needs of one verdict."""
    return {
        "id": f"verdict-{verdict.pk}",
        "kind": readings.VERDICT_KINDS.get(verdict.result, "flat"),
        "word": verdict.get_result_display(),
        "sentence": sentence(verdict, about),
        "explanation": explanation(verdict, about),
        "basis": verdict.get_basis_display(),
        "after": _since(verdict, about),
        "rows": rows(verdict.summary, about) + rows_behind(verdict, about),
    }


def sentence(verdict: Verdict, about: About) -> str:
    """The verdict in one sentence, with the KPI's name and unit."""
    before, after = (mean_of(verdict.summary, side) for side in ("before", "after"))
    words = {
        "kpi": about.kpi,
        "before": numbers.quantity(before, about.unit),
        "after": numbers.quantity(after, about.unit),
    }
    if verdict.result in (Result.IMPROVED, Result.WORSENED):
        return _moved(verdict.effect or 0.0) % words
    if verdict.result == Result.NO_CHANGE:
        return _("%(kpi)s did not detectably change: %(before)s before, %(after)s after.") % words
    if verdict.result == Result.TOO_EARLY:
        return _too_early(verdict, about)
    return _unclear(verdict) % words


def _moved(effect: float) -> str:
    if effect < 0:
        return _("%(kpi)s fell from %(before)s to %(after)s.")
    return _("%(kpi)s rose from %(before)s to %(after)s.")


def _too_early(verdict: Verdict, about: About) -> str:
    words = {
        "done": numbers.number(verdict.n_after),
        "needed": cadences.count_of_periods(verdict.registration.window_periods, about.cadence),
    }
    if verdict.ready_on is None:
        return _("Too early to tell: %(done)s of %(needed)s have passed.") % words
    words["day"] = numbers.short_date(verdict.ready_on, about.today)
    return _("Too early to tell: %(done)s of %(needed)s have passed; ready on %(day)s.") % words


def _unclear(verdict: Verdict) -> str:
    return {
        Reason.SHORT_BASELINE: _("%(kpi)s has too short a past to compare with."),
        Reason.DEFINITION_CHANGED: _("The definition of %(kpi)s changed in between."),
        Reason.STALE: _("The data of %(kpi)s is too old to judge by."),
        Reason.SHARED: _("Another improvement touched %(kpi)s at the same time."),
    }.get(
        verdict.reason,
        _("Signal and size disagree on %(kpi)s: %(before)s before, %(after)s after."),
    )


def explanation(verdict: Verdict, about: About) -> str:
    """What stands behind the sentence: the interval, what would have shown, what is missing."""
    if verdict.reason == Reason.SHORT_BASELINE:
        return _(
            "%(n)s before the change are known, and %(needed)s are needed. They will not grow: "
            "rule by other evidence."
        ) % {
            "n": cadences.count_of_periods(verdict.n_before, about.cadence),
            "needed": numbers.number(BASELINE_FROM),
        }
    if verdict.ci_low is None or verdict.ci_high is None:
        return ""
    words = {
        "effect": numbers.signed(verdict.effect),
        "low": numbers.signed(verdict.ci_low),
        "high": numbers.signed(verdict.ci_high),
        "unit": numbers.affixes(numbers.unit_apart(about.unit))[1],
        "mde": numbers.quantity(verdict.mde, numbers.unit_apart(about.unit)),
    }
    said = _(
        "The difference is %(effect)s%(unit)s, 95%% sure between %(low)s and %(high)s%(unit)s."
    )
    if verdict.result == Result.NO_CHANGE:
        said += " " + _("A change of %(mde)s or more would probably have shown.")
    return said % words


def rows_behind(verdict: Verdict, about: About) -> list[dict[str, str]]:
    """The two means behind a difference, where a control was compared with."""
    promise = verdict.registration
    if promise.control_id is None:
        return []
    sides = {"treated": promise.series.subject, "control": promise.control.subject}
    found = []
    for name, subject in sides.items():
        means = verdict.summary.get(name) or {}
        before, after = means.get("before"), means.get("after")
        found.append(
            {
                "label": _("Mean of %(subject)s") % {"subject": subject},
                "before": numbers.quantity(before, about.unit),
                "after": numbers.quantity(after, about.unit),
                "change": relative(before, after),
            }
        )
    return found


def _since(verdict: Verdict, about: About) -> str:
    live = verdict.registration.improvement.go_live_on
    if verdict.basis == Basis.DELIVERED:
        live = verdict.registration.improvement.delivered_on or live
    if live is None:
        return str(_("After"))
    return _("Since %(day)s") % {"day": numbers.short_date(live, about.today)}


def mean_of(summary: dict, side: str) -> float | None:
    return (summary.get(side) or {}).get("mean")


def rows(summary: dict, about: About) -> list[dict[str, str]]:
    """The lines of the table before and after; none where nothing is known yet."""
    before, after = summary.get("before") or {}, summary.get("after") or {}
    if not before and not after:
        return []
    return [
        {
            "label": _("Mean"),
            "before": numbers.quantity(before.get("mean"), about.unit),
            "after": numbers.quantity(after.get("mean"), about.unit),
            "change": relative(before.get("mean"), after.get("mean")),
        },
        {"label": _("Usual range"), "before": span(before), "after": span(after), "change": ""},
        {
            "label": readings.change_of_periods(about.cadence),
            "before": numbers.quantity(before.get("mr"), about.unit),
            "after": numbers.quantity(after.get("mr"), about.unit),
            "change": relative(before.get("mr"), after.get("mr")),
        },
        {
            "label": _("%(Periods)s of data")
            % {"Periods": cadences.names_of_periods(about.cadence).capitalize()},
            "before": numbers.number(before.get("n")),
            "after": numbers.number(after.get("n")),
            "change": "",
        },
    ]


def span(side: dict) -> str:
    return numbers.between(side.get("lower"), side.get("upper"))


def relative(before: float | None, after: float | None) -> str:
    """By how much per cent ``after`` differs; "" where that says nothing."""
    if before is None or after is None or before == 0:
        return ""
    share = (after - before) / abs(before) * 100
    unit = numbers.affixes("%")[1]
    return f"{numbers.signed(round(share))}{unit}"
