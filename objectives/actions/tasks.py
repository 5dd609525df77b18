from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

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
    """Ask one person to do one small thing for an objective."""
    if key_result is not None and key_result.objective_id != objective.pk:
        raise ValidationError({"key_result": _("This key result belongs to another objective.")})
    require_running(objective)
    action = Action(
        objective=objective, key_result=key_result, title=title, owner=owner, due_on=due_on
    )
    return _asked(action, by)


@transaction.atomic
def follow_up(
    *, series: Series, title: str, owner: Person, by: Person, due_on: date | None = None
) -> Action:
    """Ask one person to follow up what a series has shown."""
    return _asked(Action(series=series, title=title, owner=owner, due_on=due_on), by)


def _asked(action: Action, by: Person) -> Action:
    action.save()
    told = {"what": action.title, "who": action.owner}
    changelog.record(by=by, row=action, verb="created", after=told)
    if action.owner != by:
        send_action_link(action=action, by=by)
    return action


@transaction.atomic
def send_action_link(*, action: Action, by: Person) -> Link:
    """Mail the action to its owner, with a link by which it is marked done without signing in."""
    Link.objects.filter(purpose=Link.Purpose.TASK, target=str(action.pk)).revoke()
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
