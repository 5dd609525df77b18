from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.models import Gap
from objectives.choices import (
    CLOSED_OBJECTIVE_STATES,
    SUCCESS_FROM,
    Ambition,
    Grouping,
    ObjectiveState,
)
from objectives.models.cycle import Cycle
from objectives.models.editing import Editable
from objectives.models.pillar import Pillar
from objectives.standing import Standing, together
from productops import clock, trash
from productops.models import Discardable, KeptManager
from teams.models import Person, Subject

SORTS = {
    "title": "title", "owner": "owner__name", "cycle": "cycle__starts_on",
    "subject": "subject__name",
}  # fmt: skip
GROUPED_BY = {
    Grouping.SUBJECT.value: ("subject__kind", "subject__name", "subject"),
    Grouping.PILLAR.value: (
        F("pillar__order").asc(nulls_last=True), F("pillar").asc(nulls_last=True),
    ),
    Grouping.OWNER.value: ("owner__name", "owner"),
}  # fmt: skip


class ObjectiveQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(subject__in=Subject.objects.visible_to(person).values("pk"))

    def changeable_by(self, person: Person):
        return self.filter(subject__in=Subject.objects.changeable_by(person).values("pk"))

    def ongoing(self):
        return self.filter(state=ObjectiveState.ONGOING)

    def not_closed(self):
        return self.exclude(state__in=CLOSED_OBJECTIVE_STATES)

    def in_order(self):
        """Under what they are about."""
        return self.order_by("subject__kind", "subject__name", "pk")

    def listed(self, group: str, sort: str):
        """Under what they are about, their pillar or owner (``group``), there in the order that
        ``sort`` asks for ("title", "-owner"), else as they were raised."""
        field = SORTS.get(sort.removeprefix("-"), "")
        within = [F(field).desc() if sort.startswith("-") else F(field).asc()] if field else []
        return self.order_by(*GROUPED_BY.get(group, ()), *within, "pk")

    def that_teach(self):
        """Closed ones that say what to keep, to change or to stop."""
        said = ~Q(keeps="", changes="", stops="")
        return self.filter(said, state__in=CLOSED_OBJECTIVE_STATES)

    def naming(self, words: str):
        return self.filter(Q(title__icontains=words) | Q(why__icontains=words))

    def with_standing(self):
        """With all that ``standing`` reads, in a constant number of queries."""
        later: Any = Objective.key_results.rel.related_model
        key_results = later.objects.with_standing()
        return self.select_related("cycle", "subject", "owner", "pillar").prefetch_related(
            Prefetch("key_results", key_results)
        )


class Objective(Editable, Discardable):
    """What a subject wants to reach in a cycle, and which gaps it answers."""

    title = models.CharField(_("title"), max_length=300)
    why = models.TextField(_("why"), blank=True)
    cycle = models.ForeignKey(
        Cycle, on_delete=models.PROTECT, related_name="objectives", verbose_name=_("cycle")
    )
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="objectives", verbose_name=_("about")
    )
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="objectives", verbose_name=_("owner")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ObjectiveState, default=ObjectiveState.ONGOING
    )
    ambition = models.CharField(
        _("ambition"), max_length=12, choices=Ambition, default=Ambition.ASPIRATIONAL
    )
    pillar = models.ForeignKey(
        Pillar,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="objectives",
        verbose_name=_("pillar"),
    )
    # From here on its ambition stays as it is.
    approved_on = models.DateField(null=True, editable=False)
    approved_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    carried_from = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="carried_to", editable=False
    )
    gaps = models.ManyToManyField(Gap, through="ObjectiveGap", related_name="objectives")
    learning = models.TextField(_("what we learned"), blank=True)
    keeps = models.TextField(_("what to keep"), blank=True)
    changes = models.TextField(_("what to change"), blank=True)
    stops = models.TextField(_("what to stop"), blank=True)
    grade = models.FloatField(null=True, editable=False)  # its progress as it was when it closed
    closed_on = models.DateField(null=True, editable=False)
    closed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = KeptManager.from_queryset(ObjectiveQuerySet)()
    with_trash = ObjectiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("objective")
        ordering = ["cycle", "pk"]
        constraints = [
            models.CheckConstraint(
                name="objective_closed_on_exactly_when_closed",
                condition=Q(state__in=CLOSED_OBJECTIVE_STATES, closed_on__isnull=False)
                | (~Q(state__in=CLOSED_OBJECTIVE_STATES) & Q(closed_on=None)),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("objectives:objective-detail", args=[self.pk])

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED_OBJECTIVE_STATES

    def standing(self, on: date) -> Standing:
        """Weakest status, weighted mean progress and least confidence of its key results.

        ``with_standing`` fetches what it reads.
        """
        return together([(each.standing(on), each.weight) for each in self.key_results.all()])

    @property
    def is_approved(self) -> bool:
        return self.approved_on is not None

    @property
    def success_from(self) -> float:
        """The progress from which on it counts as a success: all of what was committed to, 70 %
        of what was aspired to."""
        return SUCCESS_FROM[Ambition(self.ambition)]

    def edit(self, *, by: Person, **values: Any) -> bool:
        """Take these values; a closed one stays as it is, and so does an approved ambition."""
        if self.is_closed and self.differing(values):
            raise ValidationError({"state": _("This objective is closed.")})
        ambition = values.get("ambition", self.ambition)
        if self.is_approved and ambition != self.ambition:
            raise ValidationError(
                {"ambition": _("It was approved as it is; that can no longer be changed.")}
            )
        return super().edit(by=by, **values)

    @transaction.atomic
    def approve(self, *, by: Person, on: date | None = None) -> None:
        """Say that this is what we want. A draft begins with it."""
        self.read_again()
        if self.is_approved or self.is_closed:
            return
        self._require_open_cycle()
        self.approved_by = by
        begun = {"state": ObjectiveState.ONGOING} if self.state == ObjectiveState.DRAFT else {}
        self.turn(by=by, verb="approved", approved_on=on or clock.today(), **begun)

    def _require_open_cycle(self) -> None:
        if Cycle.objects.filter(pk=self.cycle_id).closed().exists():
            text = _("The cycle of this objective is closed. Reopen the cycle, or carry it over.")
            raise ValidationError({"state": text})

    @transaction.atomic
    def begin(self, *, by: Person) -> None:
        """Take a draft up."""
        if self.read_again().state == ObjectiveState.DRAFT:
            self._require_open_cycle()
            self.turn(by=by, verb="begun", state=ObjectiveState.ONGOING)

    @transaction.atomic
    def close(
        self,
        *,
        outcome: ObjectiveState,
        learning: str,
        by: Person,
        grade: float | None = None,
        on: date | None = None,
        **said: str,
    ) -> None:
        """End it with what came of it and what was learned; ``grade`` is its progress now.

        ``said``: keeps, changes and stops, where something is to be kept, changed or stopped. A
        closed one stays as it is.
        """
        if outcome not in CLOSED_OBJECTIVE_STATES or not learning.strip():
            raise ValueError("An objective is closed with an outcome and what was learned.")
        if not self.read_again().is_closed:
            self.closed_by = by
            values = {"learning": learning, "grade": grade, "closed_on": on or clock.today()}
            self.turn(by=by, verb="closed", state=outcome, **values, **said)

    @transaction.atomic
    def reopen(self, *, by: Person) -> None:
        """Work on it again; its grade goes, since it is no longer the end."""
        if self.read_again().is_closed:
            self.closed_by = None
            values = {"state": ObjectiveState.ONGOING, "closed_on": None, "grade": None}
            self.turn(by=by, verb="reopened", **values)

    def discard(self, *, by: Person) -> None:
        trash.discard(row=self, by=by)

    def restored(self, *, by: Person) -> None:
        """It is back from the trash: what it answers has a plan again."""
        if not self.is_closed:
            for gap in self.gaps.all():
                gap.plan(by=by)


class ObjectiveGap(models.Model):
    """The objective answers the gap."""

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="gap_links")
    gap = models.ForeignKey(Gap, on_delete=models.PROTECT, related_name="objective_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["objective", "gap"], name="gap_once_in_an_objective"),
        ]

    def __str__(self):
        return f"{self.objective} · {self.gap}"
