"""Verbs over people, teams, products and skills. Each is whole or not at all, and logged."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from productops import changelog, clock
from productops.forms import take_version
from teams.choices import RatingKind
from teams.models import (
    Membership,
    Person,
    Product,
    Rating,
    Role,
    Seat,
    Skill,
    Team,
)


@transaction.atomic
def save_record(*, form, by: Person) -> Any:
    """Save a valid form of a team, product, person or plan. Raises ``Stale`` for a stale one."""
    is_new = form.instance.pk is None
    before, after = changelog.fields_changed(form)
    if not is_new:
        take_version(form.instance)
    row = form.save()
    verb = "created" if is_new else "edited"
    changelog.record(by=by, row=row, verb=verb, before={} if is_new else before, after=after)
    return row


@transaction.atomic
def archive(*, row: Product | Team, by: Person) -> None:
    """Put away what is over; its numbers and answers stay. Archiving twice changes nothing."""
    if row.archived_at is None:
        row.archived_at = timezone.now()
        row.save(update_fields=["archived_at", "updated_at"])
        changelog.record(by=by, row=row, verb="archived")


@transaction.atomic
def take_up(*, row: Product | Team, by: Person) -> None:
    """Take an archived product or team up again."""
    if row.archived_at is not None:
        row.archived_at = None
        row.save(update_fields=["archived_at", "updated_at"])
        changelog.record(by=by, row=row, verb="unarchived")


@transaction.atomic
def deactivate(*, person: Person, by: Person) -> None:
    """Let nobody sign in as this person any more: sessions, tokens and links die with it."""
    if person.is_active:
        person.is_active = False
        person.save(update_fields=["is_active", "updated_at"])
        now = timezone.now()
        person.tokens.filter(revoked_at=None).update(revoked_at=now)
        person.links.filter(revoked_at=None).update(revoked_at=now)
        changelog.record(by=by, row=person, verb="deactivated")


@transaction.atomic
def reactivate(*, person: Person, by: Person) -> None:
    if not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active", "updated_at"])
        changelog.record(by=by, row=person, verb="reactivated")


@transaction.atomic
def join(
    *, team: Team, person: Person, by: Person, from_on: date | None = None, share: int = 100
) -> Membership:
    """Put a person into a team from a day on. Whoever is in it already only gets a new share."""
    day = from_on or clock.today()
    present = team.memberships.filter(person=person, until_on=None).first()
    if present is not None:
        present.share = share
        present.save(update_fields=["share"])
        membership = present
    else:
        membership, _created = Membership.objects.update_or_create(
            team=team, person=person, from_on=day, defaults={"share": share, "until_on": None}
        )
    changelog.record(by=by, row=team, verb="joined", after={"person": person, "share": share})
    return membership


@transaction.atomic
def open_seat(*, team: Team, role: Role, by: Person, person: Person | None = None) -> Seat:
    """Add a place in the team for a role; filled at once where a person is named."""
    seat = Seat.objects.create(team=team, role=role, person=person, from_on=clock.today())
    changelog.record(by=by, row=team, verb="seat", after={"role": role, "person": person})
    return seat


@transaction.atomic
def rate(
    *,
    person: Person,
    skill: Skill,
    level: int | None,
    by: Person,
    kind: str = RatingKind.SELF,
    on: date | None = None,
    note: str = "",
) -> Rating:
    """Say how able a person is; the same rater on the same day corrects what was said.

    Level None means that the skill does not apply.
    """
    rating, _created = Rating.objects.update_or_create(
        person=person,
        skill=skill,
        kind=kind,
        on=on or clock.today(),
        rater=by,
        defaults={"level": level, "note": note},
    )
    return rating
