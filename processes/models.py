"""How work is done the same way across products: processes, revisions, adoption."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from processes.choices import (
    OPEN_REVISION_STATES,
    AdoptionState,
    Family,
    ReviewAnswer,
    RevisionState,
)
from productops.models import Discardable, KeptManager, Link, Record
from teams.models import Person, Role, Subject


class ProcessQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """A standard is for everybody with a role; a respondent sees what they acknowledge."""
        if person.role:
            return self
        asked = Acknowledgement.objects.filter(person=person)
        return self.filter(revisions__acknowledgements__in=asked).distinct()

    def published(self):
        return self.exclude(published=None)


class Process(Discardable):
    """A way of working. Readers see the published revision while a draft is being written."""

    slug = models.SlugField(_("short name"), max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=200)
    family = models.CharField(_("family"), max_length=20, choices=Family)
    purpose = models.TextField(_("purpose"), blank=True)
    trigger = models.TextField(_("what starts it"), blank=True)
    inputs = models.TextField(_("what it needs"), blank=True)
    outputs = models.TextField(_("what it gives"), blank=True)
    criticality = models.PositiveSmallIntegerField(_("criticality"), default=2)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="processes")
    owner_role = models.ForeignKey(
        Role, null=True, blank=True, on_delete=models.PROTECT, related_name="processes"
    )
    review_months = models.PositiveSmallIntegerField(_("review every … months"), default=12)
    reviewed_on = models.DateField(null=True, editable=False)
    published = models.OneToOneField(
        "Revision", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = KeptManager.from_queryset(ProcessQuerySet)()
    with_trash = ProcessQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("processes")
        ordering = ["family", "title", "pk"]
        constraints = [
            models.CheckConstraint(
                name="process_criticality_from_1_to_3",
                condition=Q(criticality__gte=1, criticality__lte=3),
            ),
            models.CheckConstraint(
                name="process_review_from_1_to_60_months",
                condition=Q(review_months__gte=1, review_months__lte=60),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("processes:process-detail", args=[self.pk])


class RevisionQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(process__in=Process.objects.visible_to(person).values("pk"))

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


class AcknowledgementQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self if person.sees_all else self.filter(person=person)

    def missing(self):
        return self.filter(done_at=None)


class Acknowledgement(models.Model):
    """A named person is asked to read a published revision, and says so when they have."""

    revision = models.ForeignKey(
        Revision, on_delete=models.CASCADE, related_name="acknowledgements"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acknowledgements")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(_("until"), null=True, blank=True)
    link = models.OneToOneField(
        Link, null=True, on_delete=models.SET_NULL, related_name="acknowledgement"
    )
    done_at = models.DateTimeField(null=True)

    objects = AcknowledgementQuerySet.as_manager()

    class Meta:
        ordering = ["revision", "person__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "person"], name="acknowledged_once_for_each_revision"
            ),
        ]

    def __str__(self):
        return f"{self.person} · {self.revision}"


class AdoptionQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(subject__in=Subject.objects.visible_to(person).values("pk"))

    def on(self, day: date):
        """The state of each process and subject on ``day``: the newest that began by then."""
        newer = Adoption.objects.filter(
            process=models.OuterRef("process"), subject=models.OuterRef("subject"), on__lte=day
        ).order_by("-on", "-pk")
        return self.filter(pk=models.Subquery(newer.values("pk")[:1]))


class Adoption(models.Model):
    """Whether a product or team works by a process, from a day on. A change is a new row."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="adoptions")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="adoptions")
    state = models.CharField(_("state"), max_length=10, choices=AdoptionState)
    on = models.DateField(_("since"), default=timezone.localdate)
    until_on = models.DateField(_("exempt until"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    objects = AdoptionQuerySet.as_manager()

    class Meta:
        ordering = ["process", "subject", "-on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["process", "subject", "on"], name="adoption_changes_once_a_day"
            ),
            models.CheckConstraint(
                name="exemption_from_a_process_has_a_reason_and_an_end",
                condition=~Q(state=AdoptionState.EXEMPT)
                | (Q(until_on__isnull=False) & ~Q(reason="")),
            ),
        ]

    def __str__(self):
        return f"{self.process} · {self.subject}: {self.state}"
