"""What is closed stays as it is: verbs ask here before they write."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from objectives.choices import CLOSED_OBJECTIVE_STATES
from objectives.models import Cycle, Objective


def require_running(objective: Objective, field: str = "objective") -> None:
    """Raise ValidationError at ``field`` where an objective or its cycle is closed by now.

    Asks what stands in the database, not what the caller read a while ago, and lets nobody close
    the objective before the transaction ends.
    """
    if is_closed_by_now(objective):
        text = _("This objective is closed. Reopen it to go on with it.")
        raise ValidationError({field: text})
    if Cycle.objects.filter(pk=objective.cycle_id).closed().exists():
        text = _("The cycle of this objective is closed. Reopen the cycle, or carry it over.")
        raise ValidationError({field: text})


def is_closed_by_now(objective: Objective) -> bool:
    rows = Objective.with_trash.select_for_update(no_key=True).filter(pk=objective.pk)
    return rows.values_list("state", flat=True).get() in CLOSED_OBJECTIVE_STATES


def require_open(cycle: Cycle, field: str = "cycle") -> None:
    """Raise ValidationError at ``field`` where a cycle is closed by now; nobody closes it before
    the transaction ends."""
    now = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    if now.is_closed:
        raise ValidationError({field: _("This cycle is closed.")})
