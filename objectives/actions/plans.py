"""The way of a key result in steps: what should be reached by when."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from objectives.actions.running import require_running
from objectives.choices import Pace
from objectives.models import KeyResult
from productops import changelog, numbers
from teams.models import Person

MOST_STEPS = 60


@transaction.atomic
def plan_way(*, key_result: KeyResult, steps: Iterable[tuple[date, float]], by: Person) -> bool:
    """Let the key result have exactly these steps; none: it is expected along a straight line.
    Whether anything differed. Raises ValidationError that names the step."""
    require_running(key_result.objective, "plan")
    wanted = [[day.isoformat(), value] for day, value in _checked(key_result, list(steps))]
    before = key_result.plan
    if wanted == before:
        return False
    key_result.plan = wanted
    key_result.version += 1
    key_result.save(update_fields=["plan", "version", "updated_at"])
    changelog.record(
        by=by, row=key_result, verb="planned", before=_told(before), after=_told(wanted)
    )
    return True


@transaction.atomic
def overrule(
    *, key_result: KeyResult, status: Pace, reason: str, by: Person, on: date | None = None
) -> None:
    """Set another status than the pace does, and why, until the next check-in."""
    require_running(key_result.objective, "status")
    key_result.overrule(status=status, reason=reason, by=by, on=on)


def even_steps(key_result: KeyResult, days: Iterable[date]) -> list[tuple[date, float]]:
    """The straight way to the target cut at these days, to start a plan from."""
    days = sorted(days)
    if key_result.baseline is None or key_result.target is None:
        return []
    way = key_result.target - key_result.baseline
    return [
        (day, key_result.baseline + way * number / len(days)) for number, day in enumerate(days, 1)
    ]


def _checked(key_result: KeyResult, steps: list[tuple[date, float]]) -> list[tuple[date, float]]:
    if steps and not key_result.is_metric:
        raise ValidationError({"plan": _("Only a number to reach can be planned in steps.")})
    if len(steps) > MOST_STEPS:
        raise ValidationError({"plan": _("A plan has at most %(n)d steps.") % {"n": MOST_STEPS}})
    cycle = key_result.objective.cycle
    days = [day for day, _value in steps]
    if len(set(days)) < len(days):
        raise ValidationError({"plan": _("Two steps are for the same day.")})
    for number, day in enumerate(days, 1):
        outside = (cycle.starts_on and day <= cycle.starts_on) or (
            cycle.ends_on and day > cycle.ends_on
        )
        if outside:
            text = _("Step %(n)d (%(day)s) lies outside the cycle.")
            raise ValidationError({"plan": text % {"n": number, "day": day.isoformat()}})
    return sorted(steps)


def _told(steps: list) -> dict[str, str]:
    return {day: numbers.number(value) for day, value in steps}
