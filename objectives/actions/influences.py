"""What people believe drives what: beliefs beside the numbers, never computed from them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from objectives.choices import Influence
from objectives.models import Kpi, KpiInfluence
from productops import changelog
from productops.models import stale_or_current
from teams.models import Person

LONGEST_WAIT = 3_650  # days after which an effect may show


@transaction.atomic
def say_influence(
    *,
    cause: Kpi,
    effect: Kpi,
    by: Person | None,
    kind: Influence | str = Influence.RAISES,
    after_days: int | None = None,
    why: str = "",
) -> tuple[KpiInfluence, bool]:
    """More of ``cause`` raises or lowers ``effect``; said again, what is said now holds.

    Returns the belief and whether anything differed. Both cards keep it in their history. Raises
    ValidationError that names the field.
    """
    if cause == effect:
        raise ValidationError({"effect": _("A KPI cannot drive itself.")})
    _check_wait(after_days)
    said = {"kind": Influence(kind), "after_days": after_days, "why": why}
    belief, is_new = KpiInfluence.objects.get_or_create(cause=cause, effect=effect, defaults=said)
    before = {} if is_new else _words_of(belief)
    if before == said:
        return belief, False
    if not is_new:
        stale_or_current(KpiInfluence.objects.filter(pk=belief.pk), belief.version)
        belief.refresh_from_db()
        _take(belief, said)
    _record(belief, by, "said_influence", before=before, after=said)
    return belief, True


@transaction.atomic
def change_influence(
    *,
    influence: KpiInfluence,
    by: Person | None,
    kind: Influence | str,
    after_days: int | None,
    why: str,
) -> bool:
    """Believe otherwise of the same two; whether anything differed. Raises ValidationError."""
    _check_wait(after_days)
    before = _words_of(influence)
    said = {"kind": Influence(kind), "after_days": after_days, "why": why}
    if before == said:
        return False
    _take(influence, said)
    _record(influence, by, "said_influence", before=before, after=said)
    return True


def _check_wait(after_days: int | None) -> None:
    if after_days is not None and not 0 <= after_days <= LONGEST_WAIT:
        raise ValidationError({"after_days": _("Say 0 to 3650 days.")})


def _take(belief: KpiInfluence, said: dict[str, Any]) -> None:
    for name, value in said.items():
        setattr(belief, name, value)
    belief.save()


@transaction.atomic
def take_back_influence(*, influence: KpiInfluence, by: Person | None) -> None:
    """People no longer believe it."""
    _record(influence, by, "took_back_influence", before=_words_of(influence), after={})
    influence.delete()


def _words_of(belief: KpiInfluence) -> dict[str, Any]:
    return {name: getattr(belief, name) for name in ("kind", "after_days", "why")}


def _record(belief: KpiInfluence, by: Person | None, verb: str, *, before, after) -> None:
    for row, other, side in (
        (belief.cause, belief.effect, "of"),
        (belief.effect, belief.cause, "on"),
    ):
        named = {"effect" if side == "of" else "cause": other.name}
        changelog.record(
            by=by,
            row=row,
            verb=f"{verb}_{side}",
            before=named | before if before else before,
            after=named | after if after else after,
        )
