"""How objectives and key results stand to each other: many to many, across cycles, never in a
circle of contributions or dependences."""

from typing import cast

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from objectives.choices import ObjectiveState, Tie
from objectives.models.key_result import KeyResult
from objectives.models.objective import Objective
from teams.models import Person, Subject


class AlignmentQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """Those of which a person sees both ends."""
        seen = Objective.objects.visible_to(person).values("pk")
        below = Q(objective__in=seen) | Q(key_result__objective__in=seen)
        above = Q(to_objective__in=seen) | Q(to_key_result__objective__in=seen)
        return self.filter(below, above)

    def rolling_up(self):
        """Contributions to objectives that count in their progress, of what is not in the trash
        and was not dropped."""
        kept = Q(objective__deleted_at=None, key_result__deleted_at=None)
        kept &= Q(key_result__objective__deleted_at=None, to_objective__deleted_at=None)
        dropped = Q(objective__state=ObjectiveState.DROPPED)
        return self.filter(kept, weight__isnull=False, to_objective__isnull=False).exclude(dropped)

    def among(self, objectives):
        """Those between these objectives and their key results, of what is not in the trash."""
        below = Q(objective__in=objectives) | Q(key_result__objective__in=objectives)
        above = Q(to_objective__in=objectives) | Q(to_key_result__objective__in=objectives)
        kept = Q(key_result__deleted_at=None, to_key_result__deleted_at=None)
        return self.filter(below, above, kept)

    def with_ends(self):
        return self.select_related(
            "objective__subject", "objective__cycle", "key_result__objective__subject",
            "to_objective__subject", "to_objective__cycle", "to_key_result__objective__subject",
        )  # fmt: skip


class Alignment(models.Model):
    """``objective`` or ``key_result`` contributes to, depends on or conflicts with
    ``to_objective`` or ``to_key_result``."""

    objective = models.ForeignKey(
        Objective, null=True, on_delete=models.CASCADE, related_name="alignments"
    )
    key_result = models.ForeignKey(
        KeyResult, null=True, on_delete=models.CASCADE, related_name="alignments"
    )
    to_objective = models.ForeignKey(
        Objective, null=True, on_delete=models.CASCADE, related_name="aligned"
    )
    to_key_result = models.ForeignKey(
        KeyResult, null=True, on_delete=models.CASCADE, related_name="aligned"
    )
    kind = models.CharField(max_length=12, choices=Tie, default=Tie.CONTRIBUTES)
    # Of a contribution to an objective: its share in that one's progress. None: does not roll up.
    weight = models.FloatField(_("weight"), null=True, blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = AlignmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="alignment_begins_in_one_place",
                condition=Q(objective__isnull=False, key_result=None)
                | Q(objective=None, key_result__isnull=False),
            ),
            models.CheckConstraint(
                name="alignment_ends_in_one_place",
                condition=Q(to_objective__isnull=False, to_key_result=None)
                | Q(to_objective=None, to_key_result__isnull=False),
            ),
            models.CheckConstraint(
                name="alignment_is_not_with_itself",
                condition=~Q(objective=F("to_objective")) & ~Q(key_result=F("to_key_result")),
            ),
            models.CheckConstraint(
                name="alignment_weight_is_not_negative",
                condition=Q(weight=None) | Q(weight__gte=0),
            ),
            models.UniqueConstraint(
                fields=["objective", "to_objective"],
                name="alignment_once_objective_objective",
                condition=Q(objective__isnull=False, to_objective__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["objective", "to_key_result"],
                name="alignment_once_objective_key_result",
                condition=Q(objective__isnull=False, to_key_result__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["key_result", "to_objective"],
                name="alignment_once_key_result_objective",
                condition=Q(key_result__isnull=False, to_objective__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["key_result", "to_key_result"],
                name="alignment_once_key_result_key_result",
                condition=Q(key_result__isnull=False, to_key_result__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.begins_in} {self.get_kind_display()} {self.ends_in}"

    @property
    def begins_in(self) -> Objective | KeyResult:
        return cast(Objective | KeyResult, self.objective or self.key_result)

    @property
    def ends_in(self) -> Objective | KeyResult:
        return cast(Objective | KeyResult, self.to_objective or self.to_key_result)

    @property
    def subjects(self) -> tuple[Subject, Subject]:
        """What its two ends are about."""
        begin, end = (
            goal if isinstance(goal, Objective) else goal.objective
            for goal in (self.begins_in, self.ends_in)
        )
        return begin.subject, end.subject

    @property
    def begin(self) -> tuple[str, int]:
        """Where it begins, as ("objective" or "key-result", key)."""
        return _place(self.objective_id, self.key_result_id)

    @property
    def end(self) -> tuple[str, int]:
        return _place(self.to_objective_id, self.to_key_result_id)


def _place(objective: int | None, key_result: int | None) -> tuple[str, int]:
    return ("objective", objective) if objective is not None else ("key-result", key_result or 0)


class Follower(models.Model):
    """Somebody who hears once a week what moved in an objective."""

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="followers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="follows")
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["objective", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["objective", "person"], name="follower_once"),
        ]

    def __str__(self):
        return f"{self.person} · {self.objective}"
