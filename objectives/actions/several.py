"""What is done to several objectives at once: to all of them, or to none."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from objectives.actions.carrying import carry_over
from objectives.actions.objectives import change_objective
from objectives.models import Cycle, Objective
from productops.models import stale_or_current
from teams.models import Person


@transaction.atomic
def change_objectives(*, objectives: Iterable[Objective], by: Person, **values: Any) -> int:
    """Give all of them these values; how many differed. Raises ValidationError that names the
    first that cannot take them."""
    return sum(_each(each, _change, by=by, **values) for each in objectives)


def _change(*, objective: Objective, by: Person, **values: Any) -> bool:
    """A form of it that is open meanwhile is stale, as after any edit."""
    if not objective.differing(values):
        return False
    rows = Objective.objects.filter(pk=objective.pk)
    if not stale_or_current(rows, objective.version):
        raise ValidationError(_("Somebody else changed it just now. Try again."))
    objective.version += 1
    return change_objective(objective=objective, by=by, **values)


@transaction.atomic
def carry_objectives_over(*, objectives: Iterable[Objective], cycle: Cycle, by: Person) -> int:
    """Drafts in ``cycle`` that go on with them, with all of their key results and open actions."""
    for each in (chosen := list(objectives)):
        parts = {"key_results": each.key_results.all(), "tasks": each.actions.open()}
        _each(each, carry_over, cycle=cycle, by=by, **parts)
    return len(chosen)


def _each(objective: Objective, verb: Any, **values: Any) -> Any:
    try:
        return verb(objective=objective, **values)
    except ValidationError as refused:
        reason = " ".join(refused.messages)
        raise ValidationError(
            _("%(objective)s: %(reason)s") % {"objective": objective, "reason": reason}
        ) from refused
