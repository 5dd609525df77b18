"""Carry on in another cycle with what was not finished, so that one sees where it comes from."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from audits.models import Gap
from objectives.actions.objectives import raise_objective
from objectives.actions.running import is_closed_by_now
from objectives.actions.tasks import add_action
from objectives.choices import Ambition, ObjectiveState
from objectives.models import Action, Cycle, KeyResult, Objective
from productops import changelog, clock
from teams.models import Person

OF_KEY_RESULT = (
    *("title", "owner", "kind", "series", "weight", "zones"),
    *("baseline", "commit", "target", "stretch", "low", "high", "meant_by_id"),
)


@transaction.atomic
def carry_over(
    *,
    objective: Objective,
    cycle: Cycle,
    by: Person,
    key_results: Iterable[KeyResult] = (),
    tasks: Iterable[Action] = (),
    title: str = "",
) -> Objective:
    """A draft in ``cycle`` that goes on with an objective, these of its key results and these of
    its open actions.

    It answers the same gaps, stands under the same pillar and names where it came from. Key
    results keep their numbers: a baseline is where one set out, not where one was overtaken by
    the end of a quarter. Raises ValidationError that names the field.
    """
    is_closed_by_now(objective)  # a second click waits here until the first is done
    if objective.carried_to.filter(cycle=cycle).exists():
        raise ValidationError({"cycle": _("It was carried over into this cycle already.")})
    if cycle.pk == objective.cycle_id:
        raise ValidationError({"cycle": _("It stands in this cycle already.")})
    carried = raise_objective(
        title=title or objective.title,
        why=objective.why,
        cycle=cycle,
        subject=objective.subject,
        owner=objective.owner,
        by=by,
        gaps=Gap.objects.not_closed().filter(objectives=objective),
        state=ObjectiveState.DRAFT,
        ambition=Ambition(objective.ambition),
        pillar=objective.pillar,
    )
    carried.carried_from = objective
    carried.save(update_fields=["carried_from"])
    chosen = dict.fromkeys(key_results)  # each once, however often it is named
    results = {each.pk: _carry_key_result(each, objective, carried) for each in chosen}
    for task in in_place(tasks):
        _carry_task(task, objective, carried, results.get(task.key_result_id), by)
    changelog.record(by=by, row=objective, verb="carried over", after={"to": str(cycle)})
    return carried


def in_place(tasks: Iterable[Action]) -> list[Action]:
    """Actions as they are by now, in the order of their plans, in which copies come to stand."""
    found = Action.objects.filter(pk__in=[task.pk for task in tasks])
    return list(found.with_about().in_place())


def _carry_key_result(each: KeyResult, objective: Objective, carried: Objective) -> KeyResult:
    if each.objective_id != objective.pk:
        raise ValidationError({"key_results": _("This key result belongs to another objective.")})
    values = {name: getattr(each, name) for name in OF_KEY_RESULT}
    return KeyResult.objects.create(objective=carried, carried_from=each, **values)


def _carry_task(
    task: Action, objective: Objective, carried: Objective, result: KeyResult | None, by: Person
) -> None:
    """The action goes along: it is done for the new objective, and no longer for the old one."""
    if task.objective_id != objective.pk:
        raise ValidationError({"tasks": _("This action belongs to another objective.")})
    if not task.is_open:
        raise ValidationError({"tasks": _("“%s” is not open any more.") % task.title})
    due_on = task.due_on if task.due_on and task.due_on >= clock.today() else None
    add_action(
        objective=carried,
        key_result=result,
        title=task.title,
        owner=task.owner,
        due_on=due_on,
        by=by,
    )
    task.drop(by=by)
