"""Prepare an audit, ask people, remind those who are missing."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits.actions import mails
from audits.actions.holding import hold_open
from audits.actions.keeping import forget_progress, keep_progress, keep_progress_of
from audits.actions.repeats import fill_repeats, forget_repeats_of_other_versions
from audits.choices import AuditState
from audits.disclosure import is_told
from audits.models import Assignment, Audit, FrameworkVersion, Invitation, Node, Scope
from audits.refusals import NotNow
from productops import changelog, clock, links
from productops.bounces import standing_among
from productops.forms import take_version
from productops.models import Link
from teams.models import Membership, Person, PersonProduct, Subject

# What may change while people answer.
OPEN = {"title", "intro", "closes_on", "reminder_days", "gap_rule", "gap_level"}
PAUSE_BETWEEN_LINKS = timedelta(minutes=15)  # a fresh link is mailed once in so long


@transaction.atomic
def create_audit(
    *,
    framework_version: FrameworkVersion,
    title: str,
    closes_on: date,
    subjects: Iterable[Subject],
    by: Person,
    on: date,
    **how: Any,
) -> Audit:
    """A draft that looks at ``subjects`` and would ask the people who stand for them.

    ``how`` are other columns of the audit: ``is_anonymous``, ``intro``, ``carries_over``,
    ``is_single_use``, ``reminder_days``, ``gap_rule``, ``gap_level``.
    """
    audit = Audit.objects.create(
        framework_version=framework_version, title=title, closes_on=closes_on, owner=by, **how
    )
    changelog.record(by=by, row=audit, verb="created", after={"title": title})
    set_scopes(audit=audit, subjects=subjects, on=on)
    return audit


@transaction.atomic
def change_audit(
    *, audit: Audit, fields: dict[str, Any], by: Person, on: date, subjects=None
) -> Audit:
    """Change a draft in everything; once it is open, only what changes no answer: its words, last
    day, reminders and what becomes a gap."""
    refuse_closed(audit)
    if audit.is_open and {name for name in fields if fields[name] != getattr(audit, name)} - OPEN:
        raise NotNow(
            _("People answer this audit already: its framework and its privacy stay as they are.")
        )
    if fields.get("closes_on", audit.closes_on) > audit.closes_on and is_over(audit, on):
        raise NotNow(
            _(
                "This audit is anonymous and its last day is over: figures of its answers are "
                "shown by now, and whoever answered later would be known by the difference."
            )
        )
    take_version(audit)
    before = {name: getattr(audit, name) for name in fields}
    for name, value in fields.items():
        setattr(audit, name, value)
    audit.save(update_fields=[*fields, "updated_at"])
    if "framework_version" in fields and fields["framework_version"] != before["framework_version"]:
        audit.invitations.all().delete()  # what they were assigned stands in the other framework
        forget_repeats_of_other_versions(audit)
    if subjects is not None and audit.is_draft:
        set_scopes(audit=audit, subjects=subjects, on=on)
    if audit.is_open:
        Link.objects.filter(invitation__audit=audit).update(expires_at=audit.ends_at)
    changelog.record(by=by, row=audit, verb="changed", before=before, after=fields)
    return audit


def is_over(audit: Audit, on: date) -> bool:
    """Whether figures of an anonymous audit are shown already, so that nobody may join."""
    return audit.is_open and audit.is_anonymous and is_told(audit, on)


def set_scopes(*, audit: Audit, subjects: Iterable[Subject], on: date) -> None:
    """Let a draft look at these subjects; the people of those that are new are added."""
    wanted = {subject.pk: subject for subject in subjects}
    audit.scopes.exclude(subject__in=wanted).delete()
    audit.invitations.filter(assignments=None).delete()
    there = set(audit.scopes.values_list("subject", flat=True))
    Scope.objects.bulk_create(
        [Scope(audit=audit, subject=subject) for pk, subject in wanted.items() if pk not in there]
    )
    asked = set(audit.scopes.filter(assignments__isnull=False).values_list("subject", flat=True))
    _ask_people_of(audit, [pk for pk in wanted if pk not in there or pk not in asked], on)
    forget_progress(audit.invitations.all())  # opening works it out


def _ask_people_of(audit: Audit, subjects: list[int], on: date) -> None:
    """Invite who answers for a product and who is in a team."""
    scopes = {scope.subject_id: scope for scope in audit.scopes.filter(subject__in=subjects)}
    pairs = list(people_of(subjects, on))
    known = {invitation.person_id: invitation for invitation in audit.invitations.all()}
    lacking = sorted({person for _subject, person in pairs} - set(known))
    made = Invitation.objects.bulk_create(
        [Invitation(audit=audit, person_id=person) for person in lacking]
    )
    known |= {invitation.person_id: invitation for invitation in made}
    root = audit.framework_version.root()
    Assignment.objects.bulk_create(
        [
            Assignment(invitation=known[person], scope=scopes[subject], node=root)
            for subject, person in pairs
        ],
        ignore_conflicts=True,
    )


def people_of(subjects: Iterable[int], on: date) -> set[tuple[int, int]]:
    """(subject, person) of everyone active who answers for a product or is in a team that day."""
    subjects = list(subjects)
    charged = PersonProduct.objects.filter(product__subject__in=subjects, person__is_active=True)
    members = Membership.objects.on(on).filter(team__subject__in=subjects, person__is_active=True)
    return {
        *charged.values_list("product__subject", "person"),
        *members.values_list("team__subject", "person"),
    }


@transaction.atomic
def open_audit(*, audit: Audit, by: Person, now: datetime) -> Audit:
    """Let people answer: each invitation gets its link. Nobody is told; see send_invitations."""
    _take(audit, AuditState.DRAFT, _("This audit was sent before."))
    invitations = list(audit.invitations.select_related("person"))
    if not invitations:
        raise NotNow(_("Nobody is invited yet. Add at least one person, then send."))
    audit.begin(by=by, now=now)
    fill_repeats(audit)
    for invitation in invitations:
        _give_link(invitation, audit, now)
    keep_progress_of(audit)
    return audit


@transaction.atomic
def send_invitations(*, audit: Audit, by: Person, now: datetime) -> Audit:
    """Open the audit and put one mail for each invited person into the outbox, but for those
    whose address does not work."""
    if audit.closes_on < clock.day_of(now):
        raise NotNow(_("Its last day is over. Choose a later day, then send."))
    audit = open_audit(audit=audit, by=by, now=now)
    invitations = list(audit.invitations.select_related("person", "link"))
    _mail(audit, invitations)
    return audit


def _mail(audit: Audit, invitations: list[Invitation]) -> None:
    bounced = standing_among(one.person.email for one in invitations)
    about = mails.about(audit)
    for invitation in invitations:
        if invitation.person.email not in bounced:
            mails.invite(invitation, audit, about=about)


@transaction.atomic
def invite(
    *,
    audit: Audit,
    person: Person,
    scopes: Iterable[Scope],
    by: Person,
    now: datetime,
    sections: Iterable[Node] = (),
) -> Invitation:
    """Ask one more person about these scopes (and sections; all where none is named); if the audit
    is open already, by mail at once."""
    invitation = _ask(audit=audit, person=person, scopes=scopes, by=by, now=now, sections=sections)
    keep_progress([invitation.pk])
    return invitation


def _ask(
    *,
    audit: Audit,
    person: Person,
    scopes: Iterable[Scope],
    by: Person,
    now: datetime,
    sections: Iterable[Node] = (),
) -> Invitation:
    hold_open(audit.pk)
    invitation, created = Invitation.objects.get_or_create(audit=audit, person=person)
    nodes = list(sections) or [audit.framework_version.root()]
    Assignment.objects.bulk_create(
        [
            Assignment(invitation=invitation, scope=scope, node=node)
            for scope in scopes
            for node in nodes
        ],
        ignore_conflicts=True,
    )
    if created:
        changelog.record(by=by, row=audit, verb="invited", after={"person": str(person)})
    if created and audit.is_open:
        _give_link(invitation, audit, now)
        _mail(audit, [invitation])
    return invitation


@transaction.atomic
def invite_all(*, people: Iterable[Person], **about: Any) -> int:
    """Ask several people alike (see ``invite``); how many."""
    asked = [_ask(person=person, **about) for person in people]
    keep_progress([one.pk for one in asked])
    return len(asked)


@transaction.atomic
def withdraw(*, invitation: Invitation, by: Person) -> None:
    """Take an invitation back; its link opens nothing from now on. Not once there are answers."""
    audit = invitation.audit
    hold_open(audit.pk)
    if invitation.answers.exists():
        raise NotNow(_("%(person)s has answered already.") % {"person": invitation.person})
    if invitation.link:
        invitation.link.revoke()
    mails.drop_waiting([invitation])
    person = str(invitation.person)
    invitation.delete()
    changelog.record(by=by, row=audit, verb="withdrawn", before={"person": person})


@transaction.atomic
def withdraw_all(*, invitations: Iterable[Invitation], by: Person) -> int:
    """Take several invitations back, all of them or none; how many."""
    found = list(invitations)
    for invitation in found:
        withdraw(invitation=invitation, by=by)
    return len(found)


@transaction.atomic
def renew_link(*, invitation: Invitation, now: datetime) -> bool:
    """Mail a link to the stored address, once in 15 minutes: the one that still is good, else a
    fresh one. Whoever holds an old link can end no new one by asking."""
    audit = invitation.audit
    is_used_up = audit.is_single_use and invitation.is_submitted
    if is_used_up or not audit.takes_answers_on(clock.day_of(now)):
        return False
    if invitation.link is None or invitation.link.is_over(now):
        _give_link(invitation, audit, now)
    window = int(now.timestamp() // PAUSE_BETWEEN_LINKS.total_seconds())
    mails.send_fresh_link(invitation, audit, window=window)
    return True


def _give_link(invitation: Invitation, audit: Audit, now: datetime) -> None:
    invitation.link = links.make(
        Link.Purpose.ANSWER,
        person=invitation.person,
        target=invitation.pk,
        expires_at=audit.ends_at,
    )
    invitation.invited_at = invitation.invited_at or now
    invitation.save(update_fields=["link", "invited_at"])


def refuse_closed(audit: Audit) -> None:
    if audit.is_closed:
        raise NotNow(_("This audit is closed. What was answered stays as it was."))


def _take(audit: Audit, state: AuditState, otherwise: str) -> None:
    """Lock the audit and see that it still is in this state, whoever clicks twice."""
    found = Audit.objects.select_for_update().get(pk=audit.pk)
    if found.state != state:
        raise NotNow(otherwise)
    audit.version = found.version
