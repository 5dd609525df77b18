from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from objectives.actions.running import require_running
from objectives.choices import Zone
from objectives.models import CheckIn, KeyResult
from productops import changelog, clock
from teams.models import Person


@transaction.atomic
def check_in(
    *,
    key_result: KeyResult,
    confidence: int | None,
    by: Person,
    value: float | None = None,
    zone: Zone | str = "",
    changed: str = "",
    taken: str = "",
    blockers: str = "",
    on: date | None = None,
) -> CheckIn:
    """Say how a key result is doing. Where a series is watched the value is the series' own of
    that day, kept so that the history shows what was known then."""
    day = on or clock.today()
    _check(key_result, day, value, zone)
    if key_result.series is not None:
        value = key_result.series.value_on(day)
    said = CheckIn.objects.create(
        key_result=key_result,
        author=by,
        on=day,
        value=value,
        zone=zone if key_result.is_ordinal else "",
        confidence=confidence,
        changed=changed,
        taken=taken,
        blockers=blockers,
    )
    key_result.point_at_newest()
    changelog.record(by=by, row=said, verb="created", after=said.content)
    return said


@transaction.atomic
def correct_check_in(*, said: CheckIn, by: Person, **values: Any) -> bool:
    """Say it otherwise; the former words stay as a revision. Whether anything differed."""
    content = said.content | values
    _check(said.key_result, content["on"], content["value"], content["zone"])
    changed = said.correct(by=by, **values)
    if changed:
        said.key_result.point_at_newest()  # the day may be another one
    return changed


def _check(key_result: KeyResult, day: date, value: float | None, zone: str) -> None:
    if day > clock.today():
        raise ValidationError({"on": _("This day is still to come.")})
    require_running(key_result.objective, "key_result")
    if key_result.takes_values and value is None:
        raise ValidationError({"value": _("Write the value as it is now.")})
    if key_result.is_ordinal and not zone:
        raise ValidationError({"zone": _("Say which of the zones is reached.")})
