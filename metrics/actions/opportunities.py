"""Putting opportunities aside, and taking them up again."""

from datetime import date

from django.db import transaction

from metrics.models import Dismissal
from productops import changelog
from teams.models import Person


@transaction.atomic
def put_aside(*, key: str, reason: str, until_on: date, by: Person) -> Dismissal:
    """Say "not now" to an opportunity; a second word takes the place of the first."""
    said, _made = Dismissal.objects.update_or_create(
        key=key, defaults={"reason": reason, "until_on": until_on, "by": by}
    )
    after = {"opportunity": key, "until": until_on, "reason": reason}
    changelog.record(by=by, row=said, verb="put aside", after=after)
    return said


@transaction.atomic
def take_up(*, key: str, by: Person) -> None:
    """Show an opportunity again; one that was not put aside stays as it is."""
    for said in Dismissal.objects.filter(key=key):
        changelog.record(by=by, row=said, verb="taken up", before={"opportunity": key})
        said.delete()
