"""Words for numbers of this app, as pages and mails say them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from objectives.choices import CLOSED_OBJECTIVE_STATES, Influence, ObjectiveState, Zone
from objectives.evaluation import Tally
from objectives.formula import BadFormula, Fault
from objectives.models import KeyResult, KpiInfluence, KpiVersion, Objective, Target
from objectives.standing import Standing
from productops import numbers

FAULTS = {
    Fault.EMPTY: gettext_lazy("Write a formula."),
    Fault.LONG: gettext_lazy("A formula has at most %(at)d characters."),
    Fault.CHARACTER: gettext_lazy("“%(what)s” (character %(at)d) is nothing a formula may have."),
    Fault.FUNCTION: gettext_lazy(
        "“%(what)s” (character %(at)d) is not known here. KPIs stand in braces; functions are"
        " min, max, abs, round, sqrt and log."
    ),
    Fault.ARGUMENTS: gettext_lazy(
        "“%(what)s” (character %(at)d) takes another number of figures in parentheses."
    ),
    Fault.SLUG: gettext_lazy(
        "“%(what)s” (character %(at)d): in braces stands the short name of a KPI."
    ),
    Fault.NO_KPI: gettext_lazy("Name at least one KPI in braces, such as {lead-time}."),
    Fault.MANY_KPIS: gettext_lazy("A formula names at most 20 KPIs."),
    Fault.POWER: gettext_lazy(
        "The exponent (character %(at)d) has to be a plain number of at most 10."
    ),
    Fault.NUMBER: gettext_lazy("The number at character %(at)d is too large."),
    Fault.DEEP: gettext_lazy("This formula has too many steps inside one another."),
    Fault.SYNTAX: gettext_lazy("This is no formula: it goes wrong at character %(at)d."),
}
# The kinds of alignment, seen from their upper end.
SERVED_BY = gettext_lazy("is served by")
NEEDED_BY = gettext_lazy("is needed by")
IN_CONFLICT = gettext_lazy("conflicts with")
# The kinds of influence, seen from what is driven.
DRIVEN = {
    Influence.RAISES: gettext_lazy("is raised by"),
    Influence.LOWERS: gettext_lazy("is lowered by"),
}
OUTCOMES = {
    ObjectiveState.ACHIEVED: "done",
    ObjectiveState.MISSED: "bad",
    ObjectiveState.DROPPED: "flat",
    ObjectiveState.DRAFT: "flat",
}


def formula_fault(fault: BadFormula) -> str:
    """What is wrong with a formula, and where."""
    return str(FAULTS[fault.fault]) % {"at": fault.at, "what": fault.what}


def status_of(objective: Objective, standing: Standing) -> tuple[str, str]:
    """The one status of an objective as (kind, word): its end, else its weakest key result."""
    return status_in(objective.state, standing)


def status_in(state: str, standing: Standing) -> tuple[str, str]:
    """The same, of an objective of which only its state is known."""
    if state == ObjectiveState.ONGOING:
        return standing.kind, standing.word
    return OUTCOMES[ObjectiveState(state)], str(ObjectiveState(state).label)


def status_of_key_result(key_result: KeyResult, standing: Standing) -> tuple[str, str]:
    """The pace of a key result; one of a closed or drafted objective has the objective's end."""
    if key_result.objective.state in (*CLOSED_OBJECTIVE_STATES, ObjectiveState.DRAFT):
        return status_of(key_result.objective, standing)
    return standing.kind, standing.word


def wanted(key_result: KeyResult) -> str:
    """What is to be reached: "12 d → 7 d", "at least 95%", "No target"."""
    unit = key_result.meant_unit
    if key_result.is_metric:
        ends = (key_result.baseline, key_result.target)
        return " → ".join(numbers.quantity(end, unit) for end in ends)
    if key_result.is_maintain:
        return bounds(key_result.low, key_result.high, unit)
    return key_result.zones.get(Zone.TARGET) or _("No target")


def bounds(low: float | None, high: float | None, unit: str = "") -> str:
    if low is not None and high is not None:
        return numbers.between(low, high, unit)
    if low is not None:
        return _("at least %s") % numbers.quantity(low, unit)
    if high is not None:
        return _("at most %s") % numbers.quantity(high, unit)
    return _("No target")


def after_days(influence: KpiInfluence) -> str:
    """When an effect shows, "" where nobody said."""
    days = influence.after_days
    if days is None:
        return ""
    if days == 0:
        return _("at once")
    return ngettext("after %(n)s day", "after %(n)s days", days) % {"n": days}


def target_of(row: Target | KpiVersion, unit: str) -> str:
    return bounds(row.low, row.high, unit)


def reached(key_result: KeyResult, standing: Standing) -> str:
    """How far it is now: a number with its unit, the zone of a described result, or a dash."""
    if key_result.is_ordinal:
        last = key_result.last_check_in
        return str(last.get_zone_display()) if last and last.zone else numbers.NOTHING
    return numbers.quantity(standing.current, key_result.unit)


def confidence(standing: Standing) -> str:
    """The second signal, beside the pace and never part of it."""
    if standing.confidence is None:
        return _("no check-in yet")
    return _("confidence %s of 10") % standing.confidence


def verdict_of_cycle(found: Tally, before: Tally | None, *, is_over: bool, has_begun: bool) -> str:
    """What came of a cycle, in one breath: successes, commitments, and the cycle before."""
    if not has_begun:
        return _("It has not begun yet.")
    if not found.counted:
        return _("Nobody can say yet: no objective of it is known to have got anywhere.")
    told = [_successes(found, is_over)]
    if before is not None and before.counted:
        told.append(_("The cycle before: %(n)s of %(of)s.") % _share(before))
    return " ".join(told)


def _share(found: Tally) -> dict[str, str]:
    counts = (found.successes, found.counted, found.committed_met, found.committed)
    names = ("n", "of", "kept", "committed")
    return dict(zip(names, map(numbers.number, counts), strict=True))


def _successes(found: Tally, is_over: bool) -> str:
    if is_over:
        text = ngettext(
            "%(n)s of %(of)s objective succeeded", "%(n)s of %(of)s objectives succeeded",
            found.counted,
        )  # fmt: skip
        kept = _("%(kept)s of %(committed)s commitments were kept")
    else:
        text = ngettext(
            "If the cycle ended today, %(n)s of %(of)s objective would have succeeded",
            "If the cycle ended today, %(n)s of %(of)s objectives would have succeeded",
            found.counted,
        )
        kept = _("%(kept)s of %(committed)s commitments would be kept")
    parts = [text, kept] if found.committed else [text]
    return "; ".join(parts) % _share(found) + "."


def counts_of(found: Tally) -> dict[str, str]:
    """Counts of a cycle by name, each with what it is counted of; a dash over nothing."""
    share, told = _("%(n)s of %(of)s"), _share(found)
    met = share % {"n": told["kept"], "of": told["committed"]}
    reached = found.zones.get(Zone.TARGET, 0) + found.zones.get(Zone.STRETCH, 0)
    at_target = share % {"n": numbers.number(reached), "of": numbers.number(found.key_results)}
    return {
        _("Objectives"): numbers.number(found.objectives),
        _("Successes"): share % told if found.counted else numbers.NOTHING,
        _("Commitments kept"): met if found.committed else numbers.NOTHING,
        _("Key results at target"): at_target if found.key_results else numbers.NOTHING,
        _("Mean progress"): numbers.percent(found.mean, 0),
    }
