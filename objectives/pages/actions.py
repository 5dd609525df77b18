"""Plans of actions as pages show them: in their order, ticked or late, what is over folded."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from objectives import access
from objectives.choices import ActionState
from objectives.models import Action, KeyResult, Objective
from productops import clock
from teams.models import Person

OVER = (ActionState.DONE, ActionState.DROPPED)
MOST_OVER = 50  # of a plan, the newest first


@dataclass(frozen=True)
class ActionRow:
    """One action of a list, and what the person who looks may do to it."""

    action: Action
    today: date
    may_turn: bool  # tick it, drop it
    may_arrange: bool  # move it, let it grow into an improvement

    @property
    def is_late(self) -> bool:
        return self.action.is_late(self.today)

    @property
    def is_over(self) -> bool:
        return self.action.state in OVER

    @property
    def done_on(self) -> date | None:
        return clock.day_of(self.action.done_at) if self.action.done_at else None

    @property
    def became(self) -> list:
        """The improvements that it grew into, of those that the person sees."""
        return list(self.action.improvements.all())


@dataclass
class Plan:
    """The actions of an objective itself, or of one of its key results."""

    objective: Objective
    key_result: KeyResult | None
    rows: list[ActionRow] = field(default_factory=list)  # what is open, and what it became
    over: list[ActionRow] = field(default_factory=list)
    more: int = 0  # that are over and not shown

    @property
    def place(self) -> str:
        """Its place on the page."""
        return f"plan-{self.key_result.pk if self.key_result else 'objective'}"


@dataclass(frozen=True)
class ActionList:
    """All plans of a page."""

    plans: list[Plan]
    number: int
    done: int

    @property
    def words(self) -> str:
        """How many are done of those that are to be done by hand."""
        if not self.number:
            return ""
        return _("%(done)d of %(number)d done") % {"done": self.done, "number": self.number}


def action_list(person: Person, objective: Objective, key_result: KeyResult | None) -> ActionList:
    """The plans of an objective, its own before those of its key results; or that of one key
    result alone. Two queries."""
    found = list(access.actions_of(person, objective, key_result))
    kept = [one for one in found if one.is_open or one.is_done]
    return ActionList(
        plans=plans_of(rows_for(person, found), objective, key_result),
        number=len(kept),
        done=sum(one.is_done for one in kept),
    )


def rows_for(person: Person, actions: Iterable[Action]) -> list[ActionRow]:
    """Rows of one objective as the person may use them: whoever may change it arranges the plan,
    and an action is turned by its owner as well."""
    actions, on = list(actions), clock.today()
    if not actions:
        return []
    changes, ends = person.may_change(actions[0].subject), actions[0].objective
    arranges = changes and not (ends is not None and ends.is_closed)
    return [ActionRow(one, on, changes or one.owner_id == person.pk, arranges) for one in actions]


def plans_of(
    rows: list[ActionRow], objective: Objective, key_result: KeyResult | None
) -> list[Plan]:
    """The plans that have anything in them; rows come in their order."""
    plans = {key_result.pk if key_result else None: Plan(objective, key_result)}
    for row in sorted(rows, key=lambda row: row.action.key_result_id or 0):
        serves = row.action.key_result
        plan = plans.setdefault(row.action.key_result_id, Plan(objective, serves))
        (plan.over if row.is_over else plan.rows).append(row)
    for plan in plans.values():
        _in_reading_order(plan)
    return [plan for plan in plans.values() if plan.rows or plan.over]


def _in_reading_order(plan: Plan) -> None:
    """What is open in its order, then what grew; what is over by its day, newest first."""
    plan.rows.sort(key=lambda row: row.action.is_promoted)
    plan.over.sort(key=lambda row: row.action.done_at or row.action.updated_at, reverse=True)
    plan.more = max(0, len(plan.over) - MOST_OVER)
    del plan.over[MOST_OVER:]


def plan_around(person: Person, action: Action) -> Plan:
    """The plan that an action stands in."""
    assert action.objective is not None
    found = access.actions_of(person, action.objective, action.key_result)
    standing = [one for one in found if one.key_result_id == action.key_result_id]
    return plans_of(rows_for(person, standing), action.objective, action.key_result)[0]


def action_beginning(person: Person, about: Objective | KeyResult) -> dict[str, int]:
    """Who is asked unless somebody else is chosen: the owner, where they can sign in."""
    owner = about.owner
    return {"owner": owner.pk if owner.role and owner.is_active else person.pk}
