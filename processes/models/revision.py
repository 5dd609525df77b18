"""One state of a process, from draft to replaced; published ones never change."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from processes.choices import OPEN_REVISION_STATES, ReviewAnswer, RevisionState
from processes.models.process import Process
from productops import changelog
from productops.models import Record
from teams.models import Person, Subject


class NotAllowed(Exception):  # noqa: N818  a rule of the field, answered with a sentence
    """What was asked for is not possible in the present state; the message says why."""


class RevisionQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(process__in=Process.objects.visible_to(person).values("pk"))

    def readable_by(self, person: Person):
        """Drafts are shown to those who may change the process, and to nobody else."""
        mine = Process.objects.changeable_by(person).values("pk")
        return self.filter(~Q(state__in=OPEN_REVISION_STATES) | Q(process__in=mine))

    def open(self):
        return self.filter(state__in=OPEN_REVISION_STATES)


class Revision(Record):
    """One state of a process: draft, in review, published, replaced. Published ones are fixed."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(editable=False)
    state = models.CharField(
        max_length=20, choices=RevisionState, default=RevisionState.DRAFT, editable=False
    )
    summary = models.CharField(_("what changes, and why"), max_length=300)
    body = models.TextField(_("in general"), blank=True)
    is_material = models.BooleanField(
        _("material"), default=True, help_text=_("Readers are asked to acknowledge it again.")
    )
    author = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="revisions_written", editable=False
    )
    approver = models.ForeignKey(
        Person,
        null=True,
        on_delete=models.PROTECT,
        related_name="revisions_approved",
        editable=False,
    )
    submitted_at = models.DateTimeField(null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["process", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="revision_number_once"),
            models.UniqueConstraint(
                fields=["process"],
                name="process_has_one_open_revision",
                condition=Q(state__in=OPEN_REVISION_STATES),
            ),
            models.CheckConstraint(
                name="revision_author_is_not_approver",
                condition=Q(approver=None) | ~Q(approver=F("author")),
            ),
            models.CheckConstraint(
                name="revision_published_by_an_approver",
                condition=~Q(state__in=(RevisionState.PUBLISHED, RevisionState.DEPRECATED))
                | Q(approver__isnull=False, published_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.process} v{self.number}"

    def get_absolute_url(self):
        return reverse("processes:revision-detail", args=[self.process_id, self.number])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_REVISION_STATES

    @property
    def status_kind(self) -> str:
        """How its state is drawn (templates/ui/status.html)."""
        return {
            RevisionState.PUBLISHED: "done",
            RevisionState.CHANGES_REQUESTED: "bad",
        }.get(self.state, "flat")

    def submit(self, *, by: Person) -> None:
        """Ask for a review. Only a draft with steps can be judged."""
        self._allow(RevisionState.DRAFT, RevisionState.CHANGES_REQUESTED)
        if not self.steps.exists():
            raise NotAllowed(_now("A process needs at least one step before it is reviewed."))
        self.submitted_at = timezone.now()
        self._become(RevisionState.IN_REVIEW, by=by)

    def request_changes(self, *, by: Person, note: str) -> None:
        """Send it back to its author, saying what is missing."""
        self._allow(RevisionState.IN_REVIEW)
        if not note.strip():
            raise NotAllowed(_now("Say what has to change."))
        self.approvals.create(by=by, answer=ReviewAnswer.CHANGES, note=note)
        self._become(RevisionState.CHANGES_REQUESTED, by=by)

    def approve(self, *, by: Person, note: str = "") -> None:
        """Say that it may be published. The author is not the one to say so."""
        self._allow(RevisionState.IN_REVIEW)
        if by.pk == self.author_id:
            raise NotAllowed(_now("Somebody other than the author has to approve it."))
        self.approvals.create(by=by, answer=ReviewAnswer.APPROVED, note=note)
        self.approver, self.published_at = by, timezone.now()
        self._become(RevisionState.PUBLISHED, by=by)

    def replace(self, *, by: Person) -> None:
        """A newer revision takes its place."""
        self._allow(RevisionState.PUBLISHED)
        self._become(RevisionState.DEPRECATED, by=by)

    def _allow(self, *states: RevisionState) -> None:
        if self.state not in states:
            raise NotAllowed(
                _now("This cannot be done while the revision is “%s”.") % self.get_state_display()
            )

    def _become(self, state: RevisionState, *, by: Person) -> None:
        before, self.state = self.get_state_display(), state
        self.version += 1
        self.save()
        after = self.get_state_display()
        changelog.record(
            by=by, row=self, verb=state, before={"state": before}, after={"state": after}
        )


class Step(models.Model):
    """One step of a revision: who, what, why, with which tool, and what shows it was done."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField()
    title = models.CharField(_("step"), max_length=200)
    role = models.CharField(_("who"), max_length=100, blank=True)
    text = models.TextField(_("what to do"), blank=True)
    why = models.TextField(_("why"), blank=True)
    evidence = models.CharField(_("what shows it was done"), max_length=300, blank=True)
    time_box_minutes = models.PositiveIntegerField(_("time box, minutes"), null=True, blank=True)
    due_days = models.PositiveSmallIntegerField(_("due after … days"), null=True, blank=True)
    tool = models.ForeignKey(
        Subject, null=True, blank=True, on_delete=models.SET_NULL, related_name="steps"
    )

    class Meta:
        ordering = ["revision", "order"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "order"], name="step_order_once"),
        ]

    def __str__(self):
        return self.title


class Approval(models.Model):
    """What somebody other than the author said of a revision in review."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="approvals")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="approvals")
    answer = models.CharField(max_length=10, choices=ReviewAnswer)
    note = models.TextField(_("note"), blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["revision", "at", "pk"]

    def __str__(self):
        return f"{self.revision}: {self.answer}"
