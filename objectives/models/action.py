from datetime import date
from typing import cast

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from objectives.choices import ActionState
from objectives.models.editing import Editable
from objectives.models.key_result import KeyResult
from objectives.models.objective import Objective
from objectives.models.series import Series
from productops.models import Record
from teams.models import Person, Subject


class ActionQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """One's own, and those of the objectives and series that one sees."""
        objectives, series = Objective.objects.visible_to(person), Series.objects.visible_to(person)
        return self.owned_or_about(person, objectives, series)

    def changeable_by(self, person: Person):
        """One's own, and those of the objectives and series that one may change."""
        return self.owned_or_about(
            person,
            Objective.objects.changeable_by(person),
            Series.objects.changeable_by(person),
        )

    def owned_or_about(self, person: Person, objectives, series):
        about = Q(objective__in=objectives.values("pk")) | Q(series__in=series.values("pk"))
        return self.of_kept().filter(Q(owner=person) | about)

    def of_kept(self):
        """Not of objectives or KPIs in the trash."""
        return self.filter(objective__deleted_at=None, series__kpi__deleted_at=None)

    def with_about(self):
        """With what they are about, and whom it is said to."""
        return self.select_related(
            "objective__subject", "series__kpi", "series__subject", "key_result", "owner"
        )

    def open(self):
        return self.filter(state=ActionState.OPEN)

    def owned_by(self, person: Person):
        return self.filter(owner=person)


class Action(Editable, Record):
    """A small thing to do by one person until a day: for an objective, or following up what a
    series has shown."""

    objective = models.ForeignKey(
        Objective, null=True, blank=True, on_delete=models.CASCADE, related_name="actions"
    )
    series = models.ForeignKey(
        Series, null=True, blank=True, on_delete=models.CASCADE, related_name="actions"
    )
    key_result = models.ForeignKey(
        KeyResult,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="actions",
        verbose_name=_("key result"),
    )
    title = models.CharField(_("what"), max_length=200)
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="actions", verbose_name=_("who")
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ActionState, default=ActionState.OPEN
    )
    done_at = models.DateTimeField(null=True, editable=False)
    # Where it stands in the plan of its objective or key result; 0: behind those that have a place.
    place = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action")
        ordering = [F("due_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                name="action_is_about_an_objective_or_a_series",
                condition=Q(objective__isnull=False, series=None)
                | Q(objective=None, series__isnull=False, key_result=None),
            ),
            models.CheckConstraint(
                name="action_done_at_exactly_when_done",
                condition=Q(state=ActionState.DONE, done_at__isnull=False)
                | (~Q(state=ActionState.DONE) & Q(done_at=None)),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("objectives:action-detail", args=[self.pk])

    @property
    def about(self) -> Objective | Series:
        return cast(Objective | Series, self.objective or self.series)

    @property
    def subject(self) -> Subject:
        return self.about.subject

    @property
    def is_follow_up(self) -> bool:
        return self.series_id is not None

    @property
    def number(self) -> str:
        """By which people speak of a follow-up; other actions have none."""
        return f"FU-{self.pk}" if self.is_follow_up else ""

    @property
    def is_open(self) -> bool:
        return self.state == ActionState.OPEN

    def is_late(self, on: date) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < on

    def finish(self, *, by: Person) -> None:
        """It is done. Said twice, it stays done as it was."""
        if self.is_open:
            self.turn(by=by, verb="done", state=ActionState.DONE, done_at=timezone.now())

    def drop(self, *, by: Person) -> None:
        """It is not going to be done."""
        if self.is_open:
            self.turn(by=by, verb="dropped", state=ActionState.DROPPED)

    def reopen(self, *, by: Person) -> None:
        if not self.is_open:
            self.turn(by=by, verb="reopened", state=ActionState.OPEN, done_at=None)
