"""What people are asked to do: for an objective or key result, or following up a series."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from objectives.actions.placing import next_place
from objectives.actions.running import require_running
from objectives.models import Action, KeyResult, Objective, Series
from productops import changelog, clock, links, numbers, outbox
from productops.models import Link
from teams.models import Person


@transaction.atomic
def add_action(
    *,
    objective: Objective,
    title: str,
    owner: Person,
    by: Person,
    due_on: date | None = None,
    key_result: KeyResult | None = None,
) -> Action:
    """Ask one person to do one small thing for an objective, and tell them by mail."""
    require_running(objective)
    action = Action(
        objective=objective, key_result=key_result, title=title, owner=owner, due_on=due_on
    )
    return told(action=plan_action(action=action, by=by), by=by)


def plan_action(*, action: Action, by: Person) -> Action:
    """Write down a new action as the last of its plan, without a word to anybody. Call it once
    the objective is held (``require_running``): nobody else takes the place meanwhile."""
    _check_key_result(action.objective, action.key_result)
    action.place = next_place(action)
    return asked(action=action, by=by)


@transaction.atomic
def follow_up(
    *, series: Series, title: str, owner: Person, by: Person, due_on: date | None = None
) -> Action:
    """Ask one person to follow up what a series has shown."""
    action = Action(series=series, title=title, owner=owner, due_on=due_on)
    return told(action=asked(action=action, by=by), by=by)


@transaction.atomic
def change_action(*, action: Action, by: Person, **values: Any) -> bool:
    """Take other values; what comes into another plan is the last there. Whether anything
    differed. Who has it now hears of it, and the link of who had it ends."""
    changed = action.differing(values)
    if changed.keys() & {"objective", "key_result"}:
        objective = values.get("objective", action.objective)
        _check_key_result(objective, values.get("key_result", action.key_result))
        both = {each.pk: each for each in (action.objective, objective) if each is not None}
        for _pk, each in sorted(both.items()):  # in one order, so that no two wait for each other
            require_running(each)
        moved = Action(objective=objective, key_result=values.get("key_result", action.key_result))
        changed["place"] = next_place(moved)
    differs = action.edit(by=by, **changed)
    if "owner" in changed:
        action.end_links()
        if action.is_open:
            told(action=action, by=by)
    return differs


@transaction.atomic
def promote_action(*, action: Action, by: Person) -> None:
    """It should move a number: call it in the transaction that makes the improvement of it."""
    if action.objective is not None:
        require_running(action.objective, "action")
    action.promote(by=by)


def _check_key_result(objective: Objective | None, key_result: KeyResult | None) -> None:
    if key_result is not None and (objective is None or key_result.objective_id != objective.pk):
        raise ValidationError({"key_result": _("This key result belongs to another objective.")})


def asked(*, action: Action, by: Person) -> Action:
    action.save()
    words = {"what": action.title, "who": action.owner}
    changelog.record(by=by, row=action, verb="created", after=words)
    return action


def told(*, action: Action, by: Person) -> Action:
    """Its owner hears of it, unless it was their own idea."""
    if action.owner != by:
        send_action_link(action=action, by=by)
    return action


@transaction.atomic
def send_action_link(*, action: Action, by: Person) -> Link:
    """Mail the action to its owner, with a link by which it is marked done without signing in."""
    action.end_links()
    link = links.make(Link.Purpose.TASK, person=action.owner, target=action.pk)
    outbox.post_mail(
        to=action.owner,
        subject=_("To do: %s") % action.title,
        template="mail/message",
        context={"paragraphs": _said_of(action, by), "button": _("Open this task")},
        once=f"action-{action.pk}-{link.pk}",
        link=link,
    )
    return link


def _said_of(action: Action, by: Person) -> list[str]:
    """The paragraphs of the mail."""
    asked = _("%(who)s asks you: %(what)s") % {"who": by, "what": action.title}
    about = _part_of(action)
    if action.due_on is None:
        return [asked, about]
    due = _("Please be done by %s.") % numbers.short_date(action.due_on, clock.today())
    return [asked, about, due]


def _part_of(action: Action) -> str:
    if action.is_follow_up:
        told = {"number": action.number, "series": action.series}
        return _("It follows up “%(series)s” and is known as %(number)s.") % told
    return _("It is part of the objective “%s”.") % action.objective
