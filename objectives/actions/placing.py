"""The order of a plan of actions: one for what an objective wants done itself, one for each of its
key results. Who changes an order holds the objective, so that two at once follow each other."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from objectives.actions.running import require_running
from objectives.models import Action
from productops import changelog
from teams.models import Person

LAST_PLACE = 2**15 - 1  # what the column holds; so many share the end
MOST_OPEN = 300  # of a plan: a list that nobody reads is none


def next_place(action: Action) -> int:
    """The place behind all of the plan that an action comes into; 0 where it comes into none."""
    if action.objective is None:
        return 0
    plan = Action.objects.planned_with(action)
    if plan.open().count() >= MOST_OPEN:
        text = _("%(n)d actions are open here already. Finish or drop some first.")
        raise ValidationError({"title": text % {"n": MOST_OPEN}})
    last = plan.aggregate(last=Max("place"))["last"] or 0
    return min(last + 1, LAST_PLACE)


@transaction.atomic
def move_action(*, action: Action, steps: int, by: Person) -> None:
    """Let it change places with what is open before it (-1) or behind it (1) in its plan; further
    than an end it does not go."""
    plan = _held(action)
    standing = [one.pk for one in plan if one.is_open or one.pk == action.pk]
    wanted = standing.index(action.pk) + steps
    reached = standing[min(max(wanted, 0), len(standing) - 1)]
    _put(plan, action, [one.pk for one in plan].index(reached), by)


@transaction.atomic
def place_action(*, action: Action, place: int, by: Person) -> None:
    """Let it be the one at ``place`` of its plan, counted from 1 and with what is done."""
    if place < 1:
        raise ValidationError({"place": _("Places are counted from 1.")})
    _put(_held(action), action, place - 1, by)


def _held(action: Action) -> list[Action]:
    """The plan of an action in its order, held until the transaction ends."""
    if action.objective is None:
        raise ValidationError({"place": _("What follows up a series stands in no plan.")})
    require_running(action.objective)
    return list(Action.objects.planned_with(action).in_place())


def _put(plan: list[Action], action: Action, index: int, by: Person) -> None:
    """Write the places of a plan in which the action stands at ``index``."""
    order = [one for one in plan if one.pk != action.pk]
    order.insert(index, next(one for one in plan if one.pk == action.pk))
    wanted = {one.pk: min(number, LAST_PLACE) for number, one in enumerate(order, start=1)}
    moved = [one for one in order if one.place != wanted[one.pk]]
    before = {one.pk: number for number, one in enumerate(plan, start=1)}[action.pk]
    action.place = wanted[action.pk]
    for one in moved:
        one.place = wanted[one.pk]
    Action.objects.bulk_update(moved, ["place"], batch_size=500)
    if before != action.place:
        told = {"before": {"place": before}, "after": {"place": action.place}}
        changelog.record(by=by, row=action, verb="moved", **told)
