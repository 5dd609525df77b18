from datetime import date
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import NullIf
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from objectives.choices import ActionState
from objectives.models.editing import Editable
from objectives.models.key_result import KeyResult
from objectives.models.objective import Objective
from objectives.models.series import Series
from productops.models import Link, Record
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
        """Not of objectives, key results or KPIs in the trash."""
        kept = self.filter(objective__deleted_at=None, series__kpi__deleted_at=None)
        return kept.filter(key_result__deleted_at=None)

    def planned_with(self, action: "Action"):
        """The plan that an action stands in: all of its key result, or all that its objective has
        without one."""
        return self.filter(objective=action.objective_id, key_result=action.key_result_id)

    def in_place(self):
        """In the order of their plan; what has no place yet comes last."""
        return self.order_by(NullIf("place", 0).asc(nulls_last=True), "pk")

    def with_about(self):
        """With what they are about, and whom it is said to."""
        return self.select_related(
            "objective__subject", "series__kpi", "series__subject", "key_result", "owner"
        )

    def open(self):
        return self.filter(state=ActionState.OPEN)

    def promoted(self):
        return self.filter(state=ActionState.PROMOTED)

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

    @property
    def is_done(self) -> bool:
        return self.state == ActionState.DONE

    @property
    def is_promoted(self) -> bool:
        """Whether it grew into an improvement: that is worked on in its stead."""
        return self.state == ActionState.PROMOTED

    def is_late(self, on: date) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < on

    def finish(self, *, by: Person) -> None:
        """It is done. Said twice, it stays done as it was."""
        self._leave_open(ActionState.DONE, by=by, verb="done", done_at=timezone.now())

    def drop(self, *, by: Person) -> None:
        """It is not going to be done."""
        self._leave_open(ActionState.DROPPED, by=by, verb="dropped")

    @transaction.atomic
    def promote(self, *, by: Person) -> None:
        """It should move a number, and becomes an improvement: once, and only while it is open."""
        if not self.read_again().is_open:
            told = {"state": self.get_state_display()}
            raise ValidationError({"action": _now("It is not open any more: %(state)s.") % told})
        self.turn(by=by, verb="promoted", state=ActionState.PROMOTED)

    @transaction.atomic
    def reopen(self, *, by: Person) -> None:
        """It is to be done after all."""
        if self.read_again().is_promoted:
            text = _now("It became an improvement. Delete that, and this is open again.")
            raise ValidationError({"state": text})
        if not self.is_open:
            self.turn(by=by, verb="reopened", state=ActionState.OPEN, done_at=None)

    @transaction.atomic
    def take_back(self, *, by: Person) -> None:
        """What it became is gone: it is to be done by itself again."""
        if self.read_again().is_promoted:
            self.turn(by=by, verb="reopened", state=ActionState.OPEN)

    @transaction.atomic
    def _leave_open(self, state: ActionState, *, by: Person, verb: str, **more: Any) -> None:
        """End it in one of the ways; what ended otherwise stays as it is."""
        self.read_again()
        if self.state == state:
            return
        if not self.is_open:
            told = {"state": self.get_state_display()}
            raise ValidationError({"state": _now("It is not open any more: %(state)s.") % told})
        self.turn(by=by, verb=verb, state=state, **more)
        if state != ActionState.DONE:
            self.end_links()

    def end_links(self) -> None:
        """By no link that was mailed is it marked done any more."""
        Link.objects.filter(purpose=Link.Purpose.TASK, target=str(self.pk)).revoke()

    def read_again(self) -> "Action":
        """With the state that it has by now, which nobody turns before the transaction ends."""
        rows = Action._base_manager.select_for_update(no_key=True)
        self.refresh_from_db(fields=["state", "done_at", "version"], from_queryset=rows)
        return self

    def written_with(self, values: dict[str, Any]) -> list[str]:
        """These alone: where it stands in its plan, somebody else may change meanwhile."""
        return [*values, "version", "updated_at"]
