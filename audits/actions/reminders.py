"""Remind those who are missing: at a click, and by itself on the days that an audit names.

Never in the quiet hours of a person's own clock, never to an address that does not work, never
after the end, and once a day whoever runs twice (the outbox takes one mail of a name).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audits.actions import mails
from audits.models import Audit, Invitation
from audits.refusals import NotNow
from audits.reminder_days import last_due
from productops import changelog, clock
from productops.account import zone_of
from productops.bounces import standing_among
from productops.quiet import QuietHours, house_hours
from teams.models import Person


@dataclass(frozen=True)
class Reminded:
    """What came of a click: how many mails go now, how many after quiet hours and when the last of
    those goes, and who gets none."""

    now: int = 0
    later: int = 0
    last_at: datetime | None = None
    today_already: int = 0
    unreachable: int = 0
    too_late: int = 0  # quiet until the end

    @property
    def mails(self) -> int:
        return self.now + self.later


@transaction.atomic
def remind(
    *,
    audit: Audit,
    by: Person,
    now: datetime,
    invitations: Iterable[Invitation] | None = None,
) -> Reminded:
    """Mail those who are missing (or those of ``invitations`` who are), once a day each."""
    day = clock.day_of(now)
    if not audit.takes_answers_on(day):
        raise NotNow(_("This audit takes no answers any more."))
    missing = audit.invitations.missing().reachable_by_link()
    if invitations is not None:
        missing = missing.filter(pk__in=[one.pk for one in invitations])
    people = list(missing.select_related("person", "link"))
    bounced = standing_among(one.person.email for one in people)
    awake = _not_before(people, now)
    due = [
        one
        for one in people
        if one.person.email not in bounced
        and awake[one.pk] < audit.ends_at
        and not _was_reminded_on(one, day)
    ]
    about = mails.about(audit)
    for one in due:
        later = awake[one.pk] if awake[one.pk] > now else None
        mails.remind(one, audit, about=about, on=day, not_before=later)
    _note(due, now)
    if due:
        changelog.record(by=by, row=audit, verb="reminded", after={"people": len(due)})
    waits = [awake[one.pk] for one in due if awake[one.pk] > now]
    return Reminded(
        now=len(due) - len(waits),
        later=len(waits),
        last_at=max(waits, default=None),
        today_already=sum(_was_reminded_on(one, day) for one in people),
        unreachable=sum(one.person.email in bounced for one in people),
        too_late=sum(awake[one.pk] >= audit.ends_at for one in people),
    )


def _not_before(people: list[Invitation], now: datetime) -> dict[int, datetime]:
    """The first moment from now on at which each may be reminded."""
    hours = house_hours()
    return {one.pk: hours.next_awake(now, zone_of(one.person)) for one in people}


def _was_reminded_on(invitation: Invitation, day) -> bool:
    return invitation.reminded_at is not None and clock.day_of(invitation.reminded_at) == day


@transaction.atomic
def remind_by_plan(*, now: datetime) -> int:
    """Send the reminders that are due by the days which audits name; how many people got one.

    Somebody whose quiet hours it is just now waits for the next run. Two audits of one person on
    one day make one mail.
    """
    day, hours = clock.day_of(now), house_hours()
    due: dict[int, list[Invitation]] = {}
    for one in _asked(now):
        if _is_due(one, now=now, hours=hours) and not _was_reminded_on(one, day):
            due.setdefault(one.person_id, []).append(one)
    bounced = standing_among(found[0].person.email for found in due.values())
    told = [found for found in due.values() if found[0].person.email not in bounced]
    for found in told:
        if len(found) > 1:
            mails.remind_of_several(found, on=day)
        else:
            mails.remind(found[0], found[0].audit, about=mails.about(found[0].audit), on=day)
    _note([one for found in told for one in found], now)
    _log(told)
    return len(told)


def _asked(now: datetime):
    """Whoever is missing in an audit that takes answers now."""
    missing = Invitation.objects.asked_on(clock.day_of(now)).missing().reachable_by_link()
    related = missing.select_related("person", "link", "audit__owner", "audit__framework_version")
    return related.defer("audit__framework_version__content").order_by(
        "person", "audit__closes_on", "audit_id"
    )


def _is_due(invitation: Invitation, *, now: datetime, hours: QuietHours) -> bool:
    audit, zone = invitation.audit, zone_of(invitation.person)
    if hours.cover(now, zone):
        return False
    due = last_due(
        audit.reminder_days,
        closes_on=audit.closes_on,
        ends_at=audit.ends_at,
        zone=zone,
        hours=hours,
        now=now,
    )
    told = max(filter(None, (invitation.invited_at, invitation.reminded_at)), default=None)
    return due is not None and (told is None or told < due)


def _note(invitations: list[Invitation], now: datetime) -> None:
    Invitation.objects.filter(pk__in=[one.pk for one in invitations]).update(reminded_at=now)


def _log(told: list[list[Invitation]]) -> None:
    audits: dict[Audit, int] = {}
    for one in (one for found in told for one in found):
        audits[one.audit] = audits.get(one.audit, 0) + 1
    for audit, number in audits.items():
        changelog.record(by=None, row=audit, verb="reminded", after={"people": number})
