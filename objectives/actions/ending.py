"""End a cycle: what became of each objective that still ran, all or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from objectives.actions.carrying import carry_over
from objectives.actions.objectives import change_objective, close_objective
from objectives.choices import ObjectiveState
from objectives.models import Cycle, Objective
from productops import clock
from teams.models import Person


@dataclass(frozen=True)
class Ending:
    """What becomes of one objective: its outcome and what was learned, and whether a draft of it
    goes on in the next cycle. What goes on needs no learning; a draft just moves."""

    outcome: ObjectiveState | str = ""
    learning: str = ""
    carry: bool = False


@transaction.atomic
def end_cycle(
    *,
    cycle: Cycle,
    by: Person,
    endings: Mapping[int, Ending],
    into: Cycle | None = None,
    **said: Any,
) -> None:
    """Close a cycle with what it taught (``said``: keeps, changes, stops), and each objective in
    it that is not closed as ``endings`` says by key. Raises ValidationError at ``outcome_<key>``
    and ``learning_<key>`` of all that lack a word, and then nothing is closed."""
    now = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    if now.is_closed:
        return
    running = list(Objective.objects.with_standing().filter(cycle=cycle).not_closed())
    refused: dict[str, str] = {}
    for objective in running:
        refused |= _lacking(objective, endings.get(objective.pk, Ending()))
    if into is not None and into.pk == cycle.pk:
        refused["into"] = _("This is the cycle that ends.")
    into = into or Cycle.objects.after(cycle)
    if into is None and any(endings.get(each.pk, Ending()).carry for each in running):
        refused["into"] = _("Open the cycle into which it is carried over first.")
    if refused:
        raise ValidationError(refused)
    for objective in running:
        _end(objective, endings[objective.pk], into, by)
    cycle.close(by=by, **said)


def _lacking(objective: Objective, ending: Ending) -> dict[str, str]:
    """What an ending does not say yet, by field."""
    is_draft = objective.state == ObjectiveState.DRAFT
    if ending.carry:
        return {}
    field = ""
    if not ending.outcome or (is_draft and ending.outcome != ObjectiveState.DROPPED):
        field = "outcome"
    elif not is_draft and not ending.learning.strip():
        field = "learning"
    return {f"{field}_{objective.pk}": lacking(objective, field)} if field else {}


def lacking(objective: Objective, field: str) -> str:
    """What to write where nothing is said of an objective yet: its name, and what is wanted."""
    if field == "learning":
        wanted = _("Write what was learned: one sentence will do.")
    elif objective.state == ObjectiveState.DRAFT:
        wanted = _("It was never begun: drop or move it.")
    else:
        wanted = _("Say what came of it, or carry it over.")
    return f"“{objective.title}”: {wanted}"


def _end(objective: Objective, ending: Ending, into: Cycle | None, by: Person) -> None:
    is_draft = objective.state == ObjectiveState.DRAFT
    if is_draft and ending.carry:
        change_objective(objective=objective, cycle=into, by=by)
        return
    if ending.carry and not objective.carried_to.filter(cycle=into).exists():
        tasks = objective.actions.open()
        carry_over(
            objective=objective, cycle=into, key_results=_unreached(objective), tasks=tasks, by=by
        )
    outcome = ending.outcome or (ObjectiveState.DROPPED if is_draft else ObjectiveState.MISSED)
    close_objective(
        objective=objective,
        outcome=ObjectiveState(outcome),
        learning=ending.learning.strip() or _said_by_itself(is_draft, into),
        by=by,
    )


def _said_by_itself(is_draft: bool, into: Cycle | None) -> str:
    return _("It was never begun.") if is_draft else _("It goes on in %s.") % into


def _unreached(objective: Objective) -> list:
    """Key results that are not at their target, or of which nobody knows."""
    on = clock.today()
    progress = {each: each.progress(on) for each in objective.key_results.all()}
    return [each for each, done in progress.items() if done is None or round(done, 9) < 1]
