"""Changes that are meant to move a number, and what was promised of them."""

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from audits.models import Gap
from metrics.choices import Delivery, ImprovementState, Kind
from objectives.models import Action, KeyResult, Series
from processes.models import Revision
from productops import changelog
from productops.measures import Direction
from productops.models import Discardable, KeptManager
from teams.models import LearningPlan, Person, Subject
from tooling.models import Rollout

RUNNING = (ImprovementState.LIVE, ImprovementState.JUDGED)
ENDED = (ImprovementState.KEPT, ImprovementState.STOPPED)
# What an improvement of a kind changes: the field that names it.
LEVERS = {Kind.PROCESS: "revision", Kind.SKILL: "learning_plan", Kind.TOOL: "rollout"}


class NotAllowed(Exception):  # noqa: N818  a rule of the field, answered with a sentence
    """What was asked for is not possible in the present state; the message says why."""


class ImprovementQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(subject__in=Subject.objects.visible_to(person).values("pk"))

    def changeable_by(self, person: Person):
        return self.filter(subject__in=Subject.objects.changeable_by(person).values("pk"))

    def running(self):
        return self.filter(state__in=RUNNING)

    def ended(self):
        return self.filter(state__in=ENDED)

    def waiting_for_ruling(self):
        """Judged, and no person has ruled yet."""
        return self.filter(state=ImprovementState.JUDGED)

    def proposed(self):
        """Ideas that promise something, so that they can be approved."""
        return self.filter(state=ImprovementState.IDEA, registrations__isnull=False).distinct()

    def on_series(self, series: Series):
        return self.filter(registrations__series=series)


class Improvement(Discardable):
    """A change meant to move a number: a process refined, a skill raised, a tool changed."""

    title = models.CharField(_("title"), max_length=200)
    hypothesis = models.TextField(_("what we expect, and why"), blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="improvements")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="improvements")
    state = models.CharField(
        _("state"), max_length=10, choices=ImprovementState, default=ImprovementState.IDEA
    )
    go_live_on = models.DateField(_("goes live"), null=True, blank=True)
    # Delivered counts from the first period in which this series reached this level.
    dose_series = models.ForeignKey(
        Series, null=True, blank=True, on_delete=models.PROTECT, related_name="doses"
    )
    dose_level = models.FloatField(_("delivered at"), null=True, blank=True)
    dose_direction = models.CharField(max_length=10, choices=Direction, default=Direction.UP)
    delivered_on = models.DateField(null=True, editable=False)
    delivery = models.CharField(
        max_length=20, choices=Delivery, default=Delivery.UNASKED, editable=False
    )
    revision = models.ForeignKey(
        Revision, null=True, blank=True, on_delete=models.PROTECT, related_name="improvements"
    )
    learning_plan = models.ForeignKey(
        LearningPlan, null=True, blank=True, on_delete=models.PROTECT, related_name="improvements"
    )
    rollout = models.ForeignKey(
        Rollout, null=True, blank=True, on_delete=models.PROTECT, related_name="improvements"
    )
    key_results = models.ManyToManyField(
        KeyResult, through="ImprovementKeyResult", related_name="improvements"
    )
    gaps = models.ManyToManyField(Gap, through="ImprovementGap", related_name="improvements")
    # The action that grew into it.
    action = models.ForeignKey(
        Action, null=True, on_delete=models.SET_NULL, related_name="improvements", editable=False
    )

    objects = KeptManager.from_queryset(ImprovementQuerySet)()
    with_trash = ImprovementQuerySet.as_manager()

    class Meta:
        ordering = ["-go_live_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="improvement_changes_what_its_kind_says",
                condition=Q(kind=Kind.PROCESS, learning_plan=None, rollout=None)
                | Q(kind=Kind.SKILL, revision=None, rollout=None)
                | Q(kind=Kind.TOOL, revision=None, learning_plan=None)
                | Q(kind=Kind.STRUCTURE, revision=None, learning_plan=None, rollout=None),
            ),
            models.CheckConstraint(
                name="improvement_dose_has_series_and_level",
                condition=Q(dose_series=None, dose_level=None)
                | Q(dose_series__isnull=False, dose_level__isnull=False),
            ),
            models.CheckConstraint(
                name="improvement_dose_goes_up_or_down",
                condition=Q(dose_direction__in=(Direction.UP, Direction.DOWN)),
            ),
            models.CheckConstraint(
                name="improvement_delivered_from_a_day",
                condition=Q(delivery=Delivery.DELIVERED, delivered_on__isnull=False)
                | (~Q(delivery=Delivery.DELIVERED) & Q(delivered_on=None)),
            ),
            models.CheckConstraint(
                name="improvement_live_from_a_day",
                condition=Q(state__in=(ImprovementState.IDEA, ImprovementState.APPROVED))
                | Q(state=ImprovementState.STOPPED)
                | Q(go_live_on__isnull=False),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("metrics:improvement-detail", args=[self.pk])

    def become_judged(self) -> None:
        """All that was promised has its verdict: now a person may rule."""
        if self.state == ImprovementState.LIVE:
            self.become(ImprovementState.JUDGED, by=None, verb="judged")

    @transaction.atomic
    def restored(self, *, by: Person) -> None:
        """It is back from the trash: the action that grew into it is done here again, unless that
        came to an end meanwhile."""
        if self.action is not None and self.action.read_again().is_open:
            self.action.promote(by=by)

    @property
    def is_idea(self) -> bool:
        """Not approved yet: all of it may still be changed."""
        return self.state == ImprovementState.IDEA

    @property
    def is_approved(self) -> bool:
        """Approved and not live yet."""
        return self.state == ImprovementState.APPROVED

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def lever(self) -> models.Model | None:
        """What it changes: a revision, a learning plan or a rollout, as its kind says."""
        name = LEVERS.get(self.kind)
        return getattr(self, name) if name else None

    def may_be_approved_by(self, person: Person) -> bool:
        return self.is_idea and person.changes_all

    def may_be_ruled_by(self, person: Person) -> bool:
        """Its owner and product operations decide what follows from it."""
        mine = person.changes_all or (person.pk == self.owner_id and bool(person.role))
        return self.is_running and mine

    def require(self, *states: ImprovementState) -> None:
        """Refuse what its present state does not allow. Raises NotAllowed."""
        if self.state not in states:
            raise NotAllowed(
                _now("This cannot be done while the improvement is “%(state)s”.")
                % {"state": self.get_state_display()}
            )

    def become(self, state: ImprovementState, *, by: Person | None, verb: str, **more) -> None:
        """Enter ``state`` and log it; ``more`` are other fields that change with it."""
        before = {"state": self.get_state_display()} | {n: getattr(self, n) for n in more}
        for name, value in (more | {"state": state}).items():
            setattr(self, name, value)
        self.version += 1
        self.save(update_fields=["state", *more, "version", "updated_at"])
        after = {"state": self.get_state_display()} | more
        changelog.record(by=by, row=self, verb=verb, before=before, after=after)


class ImprovementKeyResult(models.Model):
    improvement = models.ForeignKey(
        Improvement, on_delete=models.CASCADE, related_name="key_result_links"
    )
    key_result = models.ForeignKey(
        KeyResult, on_delete=models.PROTECT, related_name="improvement_links"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["improvement", "key_result"], name="key_result_once_in_an_improvement"
            ),
        ]

    def __str__(self):
        return f"{self.improvement} · {self.key_result}"


class ImprovementGap(models.Model):
    improvement = models.ForeignKey(Improvement, on_delete=models.CASCADE, related_name="gap_links")
    gap = models.ForeignKey(Gap, on_delete=models.PROTECT, related_name="improvement_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["improvement", "gap"], name="gap_once_in_an_improvement"
            ),
        ]

    def __str__(self):
        return f"{self.improvement} · {self.gap}"
