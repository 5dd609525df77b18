"""What an improvement costs, what is foreseen of it, and how it ranks."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from metrics.choices import ScoringModel
from metrics.models.improvements import Improvement
from metrics.models.registrations import Registration
from productops.models import Record
from teams.models import Person


class OfImprovementQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(improvement__in=Improvement.objects.visible_to(person).values("pk"))


class Estimate(Record):
    """What a change costs: money once and a year, and days of people's work to make it."""

    improvement = models.OneToOneField(
        Improvement, on_delete=models.CASCADE, related_name="estimate"
    )
    cost_once = models.DecimalField(_("once"), max_digits=14, decimal_places=2, default=0)
    cost_per_year = models.DecimalField(_("a year"), max_digits=14, decimal_places=2, default=0)
    effort_days = models.DecimalField(_("days of work"), max_digits=8, decimal_places=1, default=0)
    day_rate = models.DecimalField(_("cost of a day"), max_digits=10, decimal_places=2, default=0)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")

    objects = OfImprovementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="estimate_costs_nothing_below_zero",
                condition=Q(
                    cost_once__gte=0, cost_per_year__gte=0, effort_days__gte=0, day_rate__gte=0
                ),
            ),
        ]

    def __str__(self):
        return f"{self.improvement}: {self.currency}"


class ForecastQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        mine = Registration.objects.visible_to(person).values("pk")
        return self.filter(registration__in=mine)


class Forecast(models.Model):
    """What somebody foresaw of a promise on a day; the newest counts, all are kept."""

    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="forecasts"
    )
    on = models.DateField()
    value = models.FloatField(_("effect foreseen"))  # in the direction that was promised
    note = models.CharField(_("why"), max_length=500, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="forecasts")

    objects = ForecastQuerySet.as_manager()

    class Meta:
        ordering = ["registration", "-on", "-pk"]

    def __str__(self):
        return f"{self.registration}: {self.value} on {self.on}"


class Priority(models.Model):
    """An improvement's score by one model, with the inputs that it was made of."""

    improvement = models.ForeignKey(
        Improvement, on_delete=models.CASCADE, related_name="priorities"
    )
    model = models.CharField(max_length=20, choices=ScoringModel)
    inputs = models.JSONField(default=dict)
    value = models.FloatField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    objects = OfImprovementQuerySet.as_manager()

    class Meta:
        ordering = ["model", "-value", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["improvement", "model"], name="improvement_scored_once_by_a_model"
            ),
        ]

    def __str__(self):
        return f"{self.improvement}: {self.model} {self.value}"
