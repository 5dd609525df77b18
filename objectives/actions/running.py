"""What is closed stays as it is: verbs ask here before they write."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from objectives.choices import CLOSED_OBJECTIVE_STATES
from objectives.models import Cycle, Objective

CLOSED = gettext_lazy("This objective is closed. Reopen it to go on with it.")
CYCLE_CLOSED = gettext_lazy(
    "The cycle of this objective is closed. Reopen the cycle, or carry it over."
)


def require_running(objective: Objective, field: str = "objective") -> None:
    """Raise ValidationError at ``field`` where an objective or its cycle is closed by now.

    Asks what stands in the database, not what the caller read a while ago, and lets nobody close
    the objective before the transaction ends.
    """
    if is_closed_by_now(objective):
        raise ValidationError({field: str(CLOSED)})
    if Cycle.objects.filter(pk=objective.cycle_id).closed().exists():
        raise ValidationError({field: str(CYCLE_CLOSED)})


def require_running_as_read(objective: Objective, field: str = "objective") -> None:
    """The same for what only looks: by what was read, without holding anything."""
    if objective.is_closed:
        raise ValidationError({field: str(CLOSED)})
    if objective.cycle.is_closed:
        raise ValidationError({field: str(CYCLE_CLOSED)})


def is_closed_by_now(objective: Objective) -> bool:
    rows = Objective.with_trash.select_for_update(no_key=True).filter(pk=objective.pk)
    return rows.values_list("state", flat=True).get() in CLOSED_OBJECTIVE_STATES


def require_open(cycle: Cycle, field: str = "cycle") -> None:
    """Raise ValidationError at ``field`` where a cycle is closed by now; nobody closes it before
    the transaction ends."""
    now = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    if now.is_closed:
        raise ValidationError({field: _("This cycle is closed.")})
