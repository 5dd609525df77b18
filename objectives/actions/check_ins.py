from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from objectives.actions.running import require_running
from objectives.choices import Zone
from objectives.models import CheckIn, KeyResult
from productops import changelog, clock
from teams.models import Person


class SaidMeanwhile(Exception):  # noqa: N818  answered with 409, both are shown
    """Somebody said something of this key result after its page was read."""

    def __init__(self, said: CheckIn) -> None:
        super().__init__(_("Somebody said something meanwhile."))
        self.said = said


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
    seen: int | None = None,
) -> CheckIn:
    """Say how a key result is doing. Where a series is watched the value is the series' own of
    that day, kept so that the history shows what was known then.

    ``seen``: the key of the newest check-in that was read before (0: there was none); a newer one
    raises ``SaidMeanwhile``. None asks nothing.
    """
    day = on or clock.today()
    _check(key_result, day, value, zone)
    if seen is not None:
        _require_seen(key_result, seen)
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


@transaction.atomic
def take_back(*, said: CheckIn, by: Person) -> None:
    """Undo a check-in that was said a moment ago; later ones are corrected instead, so that the
    history stays. The change log keeps what it said."""
    if said.author_id != by.pk:
        raise ValidationError(_("Only who said it may take it back."))
    if not said.may_be_taken_back(timezone.now()):
        raise ValidationError(_("It was said too long ago to take it back: correct it instead."))
    require_running(said.key_result.objective, "key_result")
    changelog.record(by=by, row=said, verb="taken back", before=said.content)
    said.delete()
    said.key_result.point_at_newest()


def _require_seen(key_result: KeyResult, seen: int) -> None:
    """``_check`` has locked the objective, so that of two who speak at once one sees the other."""
    newest = key_result.history().first()
    if newest is not None and newest.pk > seen:
        raise SaidMeanwhile(newest)


def _check(key_result: KeyResult, day: date, value: float | None, zone: str) -> None:
    if day > clock.today():
        raise ValidationError({"on": _("This day is still to come.")})
    require_running(key_result.objective, "key_result")
    if key_result.takes_values and value is None:
        raise ValidationError({"value": _("Write the value as it is now.")})
    if key_result.is_ordinal and not zone:
        raise ValidationError({"zone": _("Say which of the zones is reached.")})
