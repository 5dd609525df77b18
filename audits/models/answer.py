"""What people said, every revision of it, and what it amounts to."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.asked import for_score
from audits.choices import AnswerState, InvitationState, NodeKind
from audits.fingerprints import of_revision
from audits.models.audit import Audit, Invitation, Scope
from audits.models.framework import Node
from productops.models import StoredFile
from teams.models import Person, Subject

# What a revision keeps of an answer.
CONTENT = (
    *("state", "number", "text", "day", "chosen", "comment", "evidence_url"),
    *("documented", "proposal", "proposal_due", "file"),
)
DAYS = ("day", "proposal_due")
WAS_SUBMITTED = Q(
    invitation__state__in=(InvitationState.SUBMITTED, InvitationState.CHANGES),
)


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

    def counted(self):
        """Those that were submitted; what somebody still thinks about does not count. Whoever is
        asked to look at one again has submitted all."""
        return self.filter(Q(invitation=None) | WAS_SUBMITTED)

    def readable_now(self, person: Person):
        """Submitted ones, and all of one's own."""
        return self.filter(Q(invitation=None) | WAS_SUBMITTED | Q(invitation__person=person))

    def of_audit(self, audit):
        return self.filter(scope__audit=audit)

    def before(self, invitation: Invitation):
        """What the person said in earlier, closed audits of the same framework, newest first."""
        framework = invitation.audit.framework_version.framework_id
        return (
            self.filter(
                invitation__person=invitation.person_id,
                scope__audit__framework_version__framework=framework,
                scope__audit__closed_at__isnull=False,
                scope__audit__is_anonymous=False,
                scope__audit__deleted_at=None,
            )
            .exclude(scope__audit=invitation.audit_id)
            .order_by("-scope__audit__closed_at")
        )

    def in_order(self):
        return self.order_by(
            "node__order", "scope__subject__name", "invitation__person__name", "pk"
        )


class Answer(models.Model):
    """What one person says at one question about one subject; the newest of its revisions."""

    # None once an anonymous audit is closed: the tie to the person is cut.
    invitation = models.ForeignKey(
        Invitation, null=True, on_delete=models.CASCADE, related_name="answers"
    )
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
    documented = models.FloatField(null=True)  # how far it is written down, on the question's scale
    proposal = models.TextField(blank=True)  # what the person would do about it
    proposal_due = models.DateField(null=True)
    # The answer to a question for a file, else a photo or paper that shows the answer.
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
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
        page = reverse("audits:answer-list", args=[self.scope.audit_id])
        return f"{page}?question={self.node_id}&scope={self.scope_id}#answer-{self.pk}"

    @property
    def content(self) -> dict:
        """What a revision keeps."""
        kept = {name: getattr(self, name) for name in CONTENT if name != "file"}
        days = {name: day.isoformat() if (day := getattr(self, name)) else None for name in DAYS}
        return kept | days | {"file": self.file_id}

    @property
    def for_score(self) -> object:
        """The answer as ``audits.scoring`` reads it."""
        said = {"state": self.state, "number": self.number, "chosen": self.chosen}
        return for_score(self.node.kind, said)

    @property
    def level_name(self) -> str:
        """The answer in words: the names of its choices, a number with its unit, or the text."""
        if self.state != AnswerState.ANSWERED:
            return self.get_state_display()
        names = {str(choice["value"]): choice.get("name", "") for choice in self.node.choices}
        if self.node.kind == NodeKind.LEVEL:
            return names.get(f"{self.number:g}", f"{self.number:g}")
        if self.chosen:
            return ", ".join(names.get(str(value), str(value)) for value in self.chosen)
        if self.node.kind == NodeKind.BOOLEAN:
            return str(_("Yes") if self.number else _("No"))
        if self.day:
            return self.day.isoformat()
        return self.text if self.number is None else f"{self.number:g} {self.node.unit}".strip()

    @property
    def in_short(self) -> str:
        """A level by its number, anything else by its words."""
        if self.node.kind == NodeKind.LEVEL and self.number is not None:
            return f"{self.number:g}"
        return self.level_name


class AnswerRevision(models.Model):
    """A former or present state of an answer, kept for good: gaps point here."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.JSONField()  # what CONTENT names
    at = models.DateTimeField()
    # Of all this (audits/fingerprints.py), so that a changed byte is noticed.
    sha256 = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["answer", "number"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "number"], name="answer_revision_once"),
        ]

    def __str__(self):
        return f"{self.answer_id} r{self.number}"

    @classmethod
    def first_of(cls, answer: Answer) -> "AnswerRevision":
        """The first revision of an answer that was just made; not saved yet."""
        content, at = answer.content, answer.answered_at
        sha256 = of_revision(answer.pk, 1, content, at)
        return cls(answer=answer, number=1, content=content, at=at, sha256=sha256)


class ReviewNoteQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """To those who may read the answer."""
        return self.filter(answer__in=Answer.objects.visible_to(person).values("pk"))

    def open(self):
        return self.filter(resolved_at=None)


class ReviewNote(models.Model):
    """A reviewer asks to look at one answer again; resolved when it is answered anew."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField(_("what should be looked at again"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    objects = ReviewNoteQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.answer}: {self.text}"


class ConsensusQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """It names nobody who answered: whoever may look into the scope may read it."""
        audits = Audit.objects.visible_to(person).values("pk")
        scopes = Scope.objects.visible_to(person).filter(audit__in=audits)
        return self.filter(scope__in=scopes.values("pk"))

    def of_audit(self, audit):
        return self.filter(scope__audit=audit)


class Consensus(models.Model):
    """What people who answered differently agreed upon; it counts, and their answers stay."""

    scope = models.ForeignKey(Scope, on_delete=models.CASCADE, related_name="consensus")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=AnswerState, default=AnswerState.ANSWERED)
    number = models.FloatField(null=True)
    chosen = models.JSONField(default=list)
    note = models.TextField(_("why"), blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ConsensusQuerySet.as_manager()

    class Meta:
        ordering = ["scope", "node__order", "pk"]
        verbose_name = _("consensus")
        constraints = [
            models.UniqueConstraint(fields=["scope", "node", "subject"], name="consensus_once"),
        ]

    def __str__(self):
        return f"{self.node} · {self.subject}"

    @property
    def edition(self) -> str:
        """Tells what was agreed last from what was agreed before, for two who write at once."""
        return self.at.isoformat()

    @property
    def as_answer(self) -> Answer:
        """What was agreed as an answer that nobody gave: scores and pages read both alike."""
        kept = {name: getattr(self, name) for name in ("state", "number", "chosen")}
        return Answer(node=self.node, scope_id=self.scope_id, subject_id=self.subject_id, **kept)

    @property
    def level_name(self) -> str:
        return self.as_answer.level_name

    @property
    def in_short(self) -> str:
        """A level by its number, anything else by its words."""
        return self.as_answer.in_short


class ScoreQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(scope__subject__in=Subject.objects.visible_to(person).values("pk"))

    def of_audit(self, audit):
        return self.filter(scope__audit=audit)


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
    hidden = models.PositiveIntegerField(default=0)  # questions that skip logic left out
    target = models.FloatField(null=True)  # the subject's own, else the framework's, as it was then
    documented = models.FloatField(null=True)  # the same mean over how far it is written down
    agreement = models.FloatField(null=True)  # r_wg, of a section r_wg(J); None below five answers
    deviation = models.FloatField(null=True)  # average deviation from the mean, in levels
    computed_at = models.DateTimeField()

    objects = ScoreQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "node"], name="score_once"),
        ]

    def __str__(self):
        return f"{self.scope} · {self.node}: {self.mean}"
