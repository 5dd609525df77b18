"""Audits: the campaign, what it looks at, and who is asked."""

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from audits.choices import QUESTION_KINDS, AuditState, GapRule, InvitationState
from audits.models.framework import FrameworkVersion, Node
from productops import changelog, clock, trash
from productops.models import Discardable, KeptManager, Link
from teams.models import Person, Subject


def usual_reminders() -> list[int]:
    return [7, 2]


class AuditQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """A pm sees the audits that look at one of their subjects."""
        if person.sees_all:
            return self
        seen = Scope.objects.filter(subject__in=Subject.objects.of_pm(person).values("pk"))
        return self.filter(pk__in=seen.values("audit")) if person.role else self.none()

    def open(self):
        return self.filter(state=AuditState.OPEN)

    def closed(self):
        return self.filter(state=AuditState.CLOSED)

    def of_framework(self, framework):
        return self.filter(framework_version__framework=framework)

    def begun_by(self, moment: datetime):
        return self.filter(opened_at__lt=moment)

    def newest_first(self):
        return self.order_by("-closes_on", "-pk")

    def with_counts(self):
        """``invited``, ``submitted`` and ``scopes_asked`` beside each audit, in one query."""
        submitted = Q(invitations__state=InvitationState.SUBMITTED)
        return self.annotate(
            invited=Count("invitations", distinct=True),
            submitted=Count("invitations", filter=submitted, distinct=True),
            scopes_asked=Count("scopes", distinct=True),
        )


class Audit(Discardable):
    """One campaign: a framework, its scopes, the people invited, until a day."""

    title = models.CharField(_("title"), max_length=200)
    framework_version = models.ForeignKey(
        FrameworkVersion,
        on_delete=models.PROTECT,
        related_name="audits",
        verbose_name=_("framework"),
    )
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="audits_owned")
    state = models.CharField(max_length=10, choices=AuditState, default=AuditState.DRAFT)
    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    intro = models.TextField(_("introduction"), blank=True)
    # Last time's answers are chosen already where the same person is asked the same again.
    carries_over = models.BooleanField(_("start from last answers"), default=False)
    is_single_use = models.BooleanField(_("links end on submitting"), default=False)
    reminder_days = models.JSONField(default=usual_reminders)  # days before its end, largest first
    gap_rule = models.CharField(
        _("gaps"), max_length=10, choices=GapRule, default=GapRule.DIMENSION
    )
    gap_level = models.FloatField(_("at or below level"), null=True, blank=True)
    cloned_from = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="clones", editable=False
    )
    opened_at = models.DateTimeField(null=True, editable=False)
    closes_on = models.DateField(_("open until"))
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    alpha = models.FloatField(null=True, editable=False)  # Krippendorff's, of the questionnaire
    # SHA-256 over its answers, consensus and scores as they were when it closed.
    seal = models.CharField(max_length=64, blank=True, editable=False)

    objects = KeptManager.from_queryset(AuditQuerySet)()
    with_trash = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-closes_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="audit_closed_at_exactly_when_closed",
                condition=Q(state=AuditState.CLOSED, closed_at__isnull=False)
                | (~Q(state=AuditState.CLOSED) & Q(closed_at=None)),
            ),
            models.CheckConstraint(
                name="audit_opened_at_unless_draft",
                condition=Q(state=AuditState.DRAFT, opened_at=None)
                | (~Q(state=AuditState.DRAFT) & Q(opened_at__isnull=False)),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("audits:audit-detail", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == AuditState.DRAFT

    @property
    def is_open(self) -> bool:
        return self.state == AuditState.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == AuditState.CLOSED

    def takes_answers_on(self, day: date) -> bool:
        return self.is_open and day <= self.closes_on and self.deleted_at is None

    @property
    def ends_at(self) -> datetime:
        """The first moment at which links no longer open it."""
        return clock.start_of(self.closes_on + timedelta(days=1))

    def begin(self, *, by: Person, now: datetime) -> None:
        """Open it for answers. Who is asked and told is a matter of ``actions``."""
        self.state, self.opened_at = AuditState.OPEN, now
        self.version += 1
        self.save(update_fields=["state", "opened_at", "version", "updated_at"])
        changelog.record(by=by, row=self, verb="opened")

    @cached_property
    def former(self) -> "Audit | None":
        """The closed audit of the same framework that came before this one."""
        framework = self.framework_version.framework_id
        earlier = Audit.objects.closed().of_framework(framework).exclude(pk=self.pk)
        if self.closed_at:
            earlier = earlier.filter(closed_at__lt=self.closed_at)
        return earlier.order_by("-closed_at").first()

    def discard(self, *, by: Person) -> None:
        """Put it into the trash, from where it comes back for 30 days."""
        trash.discard(row=self, by=by)


class ScopeQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(subject__in=Subject.objects.visible_to(person).values("pk"))


class Scope(models.Model):
    """One subject inside an audit: what is scored and closed."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="scopes")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="audit_scopes")

    objects = ScopeQuerySet.as_manager()

    class Meta:
        ordering = ["audit", "subject__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "subject"], name="subject_once_in_an_audit"),
        ]

    def __str__(self):
        return f"{self.audit} · {self.subject}"


class Repeat(models.Model):
    """One subject for which a repeated section of a scope is asked; fixed when the audit opens."""

    scope = models.ForeignKey(Scope, on_delete=models.CASCADE, related_name="repeats")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["scope", "node__order", "subject__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["scope", "node", "subject"], name="repeat_once"),
        ]

    def __str__(self):
        return f"{self.scope} · {self.node} · {self.subject}"


class InvitationQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self if person.changes_all else self.filter(person=person)

    def own(self, person: Person):
        return self.filter(person=person)

    def missing(self):
        return self.exclude(state__in=(InvitationState.SUBMITTED, InvitationState.HANDED_OVER))

    def submitted(self):
        return self.filter(state=InvitationState.SUBMITTED)

    def responded(self):
        return self.filter(state__in=(InvitationState.SUBMITTED, InvitationState.CHANGES))

    def reachable_by_link(self):
        """Those of people who are still there, with a link to answer by."""
        return self.filter(link__isnull=False, person__is_active=True)

    def asked_on(self, day: date):
        """Those whose audit takes answers on that day."""
        return self.filter(
            audit__state=AuditState.OPEN, audit__closes_on__gte=day, audit__deleted_at=None
        )


class Invitation(models.Model):
    """One person asked to answer one audit. Its link stays the same in every reminder."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="invitations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="invitations")
    link = models.OneToOneField(
        Link, null=True, on_delete=models.SET_NULL, related_name="invitation"
    )
    state = models.CharField(
        max_length=10, choices=InvitationState, default=InvitationState.INVITED
    )
    invited_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    handed_to = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="taken_over"
    )
    # What its sheet comes to (audits/progress.py), None where that has to be worked out; and how
    # often the sheet was changed, so that of two who change it at once nobody keeps what it was.
    progress = models.JSONField(null=True, editable=False)
    edition = models.PositiveIntegerField(default=0, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["audit", "person__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "person"], name="person_once_in_an_audit"),
            models.CheckConstraint(
                name="invitation_submitted_at_exactly_when_submitted",
                condition=Q(state=InvitationState.SUBMITTED, submitted_at__isnull=False)
                | (~Q(state=InvitationState.SUBMITTED) & Q(submitted_at=None)),
            ),
        ]

    def __str__(self):
        return f"{self.person} · {self.audit}"

    @property
    def is_submitted(self) -> bool:
        return self.state == InvitationState.SUBMITTED

    @property
    def is_started(self) -> bool:
        return self.started_at is not None

    def start(self, *, now: datetime) -> None:
        """Note the first time that its person begins; later starts change nothing."""
        if self.started_at is None:
            self.started_at = now
            self.state = InvitationState.STARTED
            self.save(update_fields=["started_at", "state"])


class AssignmentQuerySet(models.QuerySet):
    def questions(self):
        """One row for each scope and question that the assignments cover, in their order."""
        found = self.filter(
            # One filter, one join: the question that lies within is the question that is asked.
            node__version__nodes__kind__in=QUESTION_KINDS,
            node__version__nodes__order__gte=models.F("node__order"),
            node__version__nodes__order__lte=models.F("node__last"),
        )
        return found.order_by("scope__subject__name", "scope", "node__version__nodes__order")


class Assignment(models.Model):
    """What an invited person answers: a scope, and within it a section (the root: all)."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="assignments")
    scope = models.ForeignKey(Scope, on_delete=models.CASCADE, related_name="assignments")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invitation", "scope", "node"], name="assignment_once"),
        ]

    def __str__(self):
        return f"{self.invitation} · {self.scope.subject}"
