"""The current state, found out: frameworks, audits, answers, scores, gaps."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.choices import (
    OPEN_GAP_STATES,
    QUESTION_KINDS,
    AnswerState,
    AuditState,
    Cause,
    Effort,
    GapState,
    Importance,
    InvitationState,
    NodeKind,
    VersionState,
)
from productops.models import Discardable, KeptManager, Link, Record
from teams.models import Person, Subject


class Framework(Record):
    """A questionnaire. What people answer is one of its versions, which never changes."""

    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=200)

    class Meta:
        ordering = ["title", "pk"]

    def __str__(self):
        return self.title


class FrameworkVersion(models.Model):
    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    description = models.TextField(blank=True)
    language = models.CharField(max_length=10, default="en")
    minutes = models.PositiveSmallIntegerField(default=0)
    low = models.FloatField(default=0)  # the framework's own scale
    high = models.FloatField(default=4)
    target = models.FloatField(default=3)
    sha256 = models.CharField(max_length=64)  # of the normalised content
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["framework", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "number"], name="framework_version_once"),
            models.CheckConstraint(
                name="framework_scale_has_a_width", condition=Q(high__gt=F("low"))
            ),
        ]

    def __str__(self):
        return f"{self.framework} v{self.number}"

    def get_absolute_url(self):
        return reverse("audits:framework-detail", args=[self.framework_id, self.number])


class NodeQuerySet(models.QuerySet):
    def questions(self):
        return self.filter(kind__in=QUESTION_KINDS)

    def sections(self):
        return self.filter(kind=NodeKind.SECTION)


class Node(models.Model):
    """One place in a framework's tree. The root (kind framework, key ``all``) holds the total."""

    version = models.ForeignKey(FrameworkVersion, on_delete=models.CASCADE, related_name="nodes")
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.CASCADE, related_name="children"
    )
    key = models.SlugField(max_length=120)
    order = models.PositiveIntegerField()  # depth-first place in the whole tree
    kind = models.CharField(max_length=10, choices=NodeKind)
    area = models.CharField(max_length=20, blank=True)  # tools, technologies, methodologies
    text = models.TextField()
    hint = models.TextField(blank=True)
    evidence = models.TextField(blank=True)  # what would show it
    importance = models.CharField(
        max_length=12, choices=Importance, default=Importance.RECOMMENDED
    )
    weight = models.FloatField(default=1)
    target = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    unit = models.CharField(max_length=20, blank=True)
    required = models.BooleanField(default=True)
    # [{"value", "name", "text", "score"}], in order
    choices = models.JSONField(default=list)
    # {"cause", "kpis": [slug], "process": slug}: what the library suggests when it is weak
    suggests = models.JSONField(default=dict)
    measure = models.CharField(max_length=100, blank=True)  # the fact beside the answer

    objects = NodeQuerySet.as_manager()

    class Meta:
        ordering = ["version", "order"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="node_key_once_in_a_version"),
            models.UniqueConstraint(
                fields=["version", "order"], name="node_order_once_in_a_version"
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def is_question(self) -> bool:
        return self.kind in QUESTION_KINDS


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


class Audit(Discardable):
    """One campaign: a framework, its scopes, the people invited, until a day."""

    title = models.CharField(_("title"), max_length=200)
    framework_version = models.ForeignKey(
        FrameworkVersion, on_delete=models.PROTECT, related_name="audits"
    )
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="audits_owned")
    state = models.CharField(max_length=10, choices=AuditState, default=AuditState.DRAFT)
    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    intro = models.TextField(_("introduction"), blank=True)
    opened_at = models.DateTimeField(null=True, editable=False)
    closes_on = models.DateField(_("open until"))
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

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
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("audits:audit-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == AuditState.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == AuditState.CLOSED


class Scope(models.Model):
    """One subject inside an audit: what is scored and closed."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="scopes")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="audit_scopes")

    class Meta:
        ordering = ["audit", "subject__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "subject"], name="subject_once_in_an_audit"),
        ]

    def __str__(self):
        return f"{self.audit} · {self.subject}"


class InvitationQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self if person.changes_all else self.filter(person=person)

    def missing(self):
        return self.exclude(state=InvitationState.SUBMITTED)

    def submitted(self):
        return self.filter(state=InvitationState.SUBMITTED)


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

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["audit", "person__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "person"], name="person_once_in_an_audit"),
        ]

    def __str__(self):
        return f"{self.person} · {self.audit}"


class Assignment(models.Model):
    """What an invited person answers: a scope, and within it a section (the root: all)."""

    invitation = models.ForeignKey(
        Invitation, on_delete=models.CASCADE, related_name="assignments"
    )
    scope = models.ForeignKey(Scope, on_delete=models.CASCADE, related_name="assignments")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invitation", "scope", "node"], name="assignment_once"
            ),
        ]

    def __str__(self):
        return f"{self.invitation} · {self.scope.subject}"


class AnswerQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """Answers of an anonymous audit are shown to nobody; others to whom the scope is open."""
        open_ones = self.filter(scope__audit__is_anonymous=False)
        if person.sees_all:
            return open_ones
        return open_ones.filter(
            Q(invitation__person=person)
            | Q(scope__subject__in=Subject.objects.of_pm(person).values("pk"))
        )

    def given(self):
        return self.filter(state=AnswerState.ANSWERED)


class Answer(models.Model):
    """What one person says at one question about one subject; the newest of its revisions."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="answers")
    scope = models.ForeignKey(Scope, on_delete=models.CASCADE, related_name="answers")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="answers")
    # What the answer is about: the scope's subject, or one of a repeated section's.
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="answers")
    state = models.CharField(max_length=10, choices=AnswerState)
    number = models.FloatField(null=True)  # level, number, yes = 1, the score of a choice
    text = models.TextField(blank=True)
    day = models.DateField(null=True)
    chosen = models.JSONField(default=list)  # values of the choices
    comment = models.TextField(blank=True)
    evidence_url = models.URLField(blank=True, max_length=500)
    revision = models.PositiveIntegerField(default=1)
    answered_at = models.DateTimeField()

    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invitation", "scope", "node", "subject"], name="answer_once"
            ),
        ]

    def __str__(self):
        return f"{self.node} · {self.subject}"

    def get_absolute_url(self):
        audit = self.scope.audit_id
        return f"{reverse('audits:answer-list', args=[audit])}#answer-{self.pk}"


class AnswerRevision(models.Model):
    """A former or present state of an answer, kept for good: gaps point here."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.JSONField()  # state, number, text, day, chosen, comment, evidence_url
    at = models.DateTimeField()

    class Meta:
        ordering = ["answer", "number"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "number"], name="answer_revision_once"),
        ]

    def __str__(self):
        return f"{self.answer_id} r{self.number}"


class ScoreQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(scope__subject__in=Subject.objects.visible_to(person).values("pk"))


class Score(models.Model):
    """What the answers amount to at one node of one scope, on the node's own scale.

    ``mean`` weighs the children; ``mean_of_means`` takes the plain mean of sections;
    ``minimum`` is the weakest child: the honest overall. None where nothing was answered.
    """

    scope = models.ForeignKey(Scope, on_delete=models.CASCADE, related_name="scores")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="scores")
    mean = models.FloatField(null=True)
    mean_of_means = models.FloatField(null=True)
    minimum = models.FloatField(null=True)
    spread = models.FloatField(null=True)  # widest range of levels among respondents
    respondents = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    expected = models.PositiveIntegerField(default=0)
    dont_know = models.PositiveIntegerField(default=0)
    computed_at = models.DateTimeField()

    objects = ScoreQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "node"], name="score_once"),
        ]

    def __str__(self):
        return f"{self.scope} · {self.node}: {self.mean}"


class GapQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(subject__in=Subject.objects.visible_to(person).values("pk"))

    def changeable_by(self, person: Person):
        return self.filter(subject__in=Subject.objects.changeable_by(person).values("pk"))

    def open(self):
        return self.filter(state__in=OPEN_GAP_STATES)

    def ranked(self):
        return self.order_by(F("priority").desc(nulls_last=True), "pk")

    def found_by(self, on: date):
        return self.filter(found_on__lte=on)

    def open_on(self, on: date):
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=on))


class Gap(Discardable):
    """Where an organisation, a product or a team stands below what it wants.

    Found by rule when an audit closes (one for each weak section and subject), or by hand.
    Priority P = weight x distance/range x criticality x coverage / effort (formulae 4.2);
    its parts are kept so that they can be shown.
    """

    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("what is missing"), blank=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="gaps")
    audit = models.ForeignKey(
        Audit, null=True, blank=True, on_delete=models.PROTECT, related_name="gaps"
    )
    node = models.ForeignKey(
        Node, null=True, blank=True, on_delete=models.PROTECT, related_name="gaps"
    )
    cause = models.CharField(_("root cause"), max_length=10, choices=Cause, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=GapState, default=GapState.IDENTIFIED
    )
    owner = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="gaps"
    )
    level = models.FloatField(_("level found"), null=True, blank=True)
    target = models.FloatField(_("level wanted"), null=True, blank=True)
    effort = models.PositiveSmallIntegerField(_("effort"), choices=Effort, default=Effort.M)
    parts = models.JSONField(default=dict, editable=False)  # of the priority
    priority = models.FloatField(null=True, editable=False)
    found_on = models.DateField(editable=False)
    due_on = models.DateField(_("due"), null=True, blank=True)
    closed_on = models.DateField(null=True, editable=False)
    closed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = KeptManager.from_queryset(GapQuerySet)()
    with_trash = GapQuerySet.as_manager()

    class Meta:
        ordering = [F("priority").desc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "node", "subject"],
                name="gap_found_once_in_an_audit",
                condition=Q(audit__isnull=False, node__isnull=False),
            ),
            models.CheckConstraint(
                name="gap_closed_on_exactly_when_closed",
                condition=Q(state=GapState.CLOSED, closed_on__isnull=False)
                | (~Q(state=GapState.CLOSED) & Q(closed_on=None)),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("audits:gap-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_GAP_STATES


class GapScope(models.Model):
    """A scope in which the gap was seen, with the level found there."""

    gap = models.ForeignKey(Gap, on_delete=models.CASCADE, related_name="scopes")
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="gaps")
    level = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gap", "scope"], name="gap_scope_once")]

    def __str__(self):
        return f"{self.gap} · {self.scope.subject}"


class GapAnswer(models.Model):
    """The very answer, in the revision it had, that shows the gap."""

    gap = models.ForeignKey(Gap, on_delete=models.CASCADE, related_name="answers")
    revision = models.ForeignKey(AnswerRevision, on_delete=models.PROTECT, related_name="gaps")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gap", "revision"], name="gap_answer_once")]

    def __str__(self):
        return f"{self.gap_id} · {self.revision_id}"


class Exemption(models.Model):
    """A gap accepted for a time, with reason and approver; it opens again by itself."""

    gap = models.ForeignKey(Gap, on_delete=models.CASCADE, related_name="exemptions")
    reason = models.TextField(_("reason"))
    until_on = models.DateField(_("until"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-until_on", "-pk"]

    def __str__(self):
        return f"{self.gap} until {self.until_on}"
