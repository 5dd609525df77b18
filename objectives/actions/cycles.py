from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from objectives.choices import CycleState
from objectives.models import Cycle
from productops import changelog
from productops.parsing import Unreadable, to_slug
from teams.models import Person


@transaction.atomic
def open_cycle(
    *,
    name: str,
    starts_on: date | None,
    ends_on: date | None,
    by: Person | None,
    slug: str = "",
) -> Cycle:
    """Begin a span of time for objectives; without dates it is a backlog. ``slug`` defaults to
    the name's."""
    if (starts_on is None) != (ends_on is None):
        raise ValidationError({"ends_on": _("Give both days, or none for a backlog.")})
    if starts_on and ends_on and ends_on <= starts_on:
        raise ValidationError({"ends_on": _("A cycle ends after it starts.")})
    slug = slug or _slug_of(name)
    if Cycle.objects.filter(slug=slug).exists():
        raise ValidationError({"name": _("There is a cycle of this name already.")})
    state = CycleState.OPEN if starts_on else CycleState.BACKLOG
    cycle = Cycle.objects.create(
        slug=slug, name=name, starts_on=starts_on, ends_on=ends_on, state=state
    )
    changelog.record(by=by, row=cycle, verb="created", after={"name": name})
    return cycle


def backlog(*, by: Person | None) -> Cycle:
    """Where drafts wait for a cycle: the first one without dates, opened where there is none."""
    found = Cycle.objects.filter(state=CycleState.BACKLOG).order_by("pk").first()
    return found or open_cycle(
        name=str(_("Backlog")), slug="backlog", starts_on=None, ends_on=None, by=by
    )


def _slug_of(name: str) -> str:
    try:
        return to_slug(name)[:60]
    except Unreadable as problem:
        raise ValidationError({"name": str(problem)}) from problem
