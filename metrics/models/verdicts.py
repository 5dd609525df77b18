"""Whether it worked, and what a person decided."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from metrics.choices import Basis, Reason, Result, RulingKind, Worth
from metrics.models.improvements import Improvement
from metrics.models.registrations import Registration
from teams.models import Person


class VerdictQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(registration__in=Registration.objects.visible_to(person).values("pk"))


class Verdict(models.Model):
    """Whether it worked, as the data says now. A person rules on it: see Ruling."""

    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="verdicts"
    )
    basis = models.CharField(max_length=10, choices=Basis, default=Basis.DECIDED)
    result = models.CharField(max_length=10, choices=Result)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    effect = models.FloatField(null=True)
    ci_low = models.FloatField(null=True)
    ci_high = models.FloatField(null=True)
    mde = models.FloatField(null=True)
    r1 = models.FloatField(null=True)
    gate_signal = models.BooleanField(null=True)
    gate_size = models.BooleanField(null=True)
    p_value = models.FloatField(null=True)  # of gate B, for Benjamini and Hochberg
    worth = models.CharField(max_length=20, choices=Worth, blank=True)
    is_provisional = models.BooleanField(default=False)  # fewer than 12 points before
    n_before = models.PositiveIntegerField(default=0)
    n_after = models.PositiveIntegerField(default=0)
    # {"before": {mean, lower, upper, mr, n}, "after": {...}} for the table beside the sentence
    summary = models.JSONField(default=dict)
    # What else happened between the first and the last point compared:
    # [{kind, id, on, title}], of which a page shows what its reader may see
    circumstances = models.JSONField(default=list)
    # {effect, low, high, slope, ...}: segmented regression, which never changes the verdict
    second_opinion = models.JSONField(default=dict)
    sentence = models.TextField(blank=True)
    ready_on = models.DateField(null=True)  # when it will not be too early
    data_sha256 = models.CharField(max_length=64)
    judged_at = models.DateTimeField()

    objects = VerdictQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "basis"], name="verdict_once_for_each_basis"
            ),
            models.CheckConstraint(
                name="verdict_unclear_has_a_reason",
                condition=~Q(result=Result.UNCLEAR) | ~Q(reason=""),
            ),
        ]

    def __str__(self):
        return f"{self.registration}: {self.get_result_display()}"


class RulingQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(improvement__in=Improvement.objects.visible_to(person).values("pk"))


class Ruling(models.Model):
    """What a person decided on a verdict, and signed."""

    improvement = models.ForeignKey(Improvement, on_delete=models.CASCADE, related_name="rulings")
    ruling = models.CharField(max_length=10, choices=RulingKind)
    note = models.TextField(_("why"), blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="rulings")
    at = models.DateTimeField(auto_now_add=True)

    objects = RulingQuerySet.as_manager()

    class Meta:
        ordering = ["improvement", "-at", "-pk"]

    def __str__(self):
        return f"{self.improvement}: {self.ruling}"
