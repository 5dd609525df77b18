"""What an improvement promises of a series, and whether it lasted."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from metrics.choices import ImprovementState, Method, RecheckResult
from metrics.models.improvements import Improvement
from objectives.models import Series
from productops.measures import Direction
from productops.models import Record
from teams.models import Person


class RegistrationQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(improvement__in=Improvement.objects.visible_to(person).values("pk"))

    def named(self):
        """With what their names are made of."""
        return self.select_related("improvement", "series__kpi", "series__subject")

    def promised(self):
        """Locked registrations of improvements that went live."""
        return self.filter(
            locked_at__isnull=False,
            improvement__deleted_at=None,
            improvement__go_live_on__isnull=False,
        ).exclude(improvement__state__in=(ImprovementState.IDEA, ImprovementState.APPROVED))

    def judged_on(self, series_ids):
        """Promises whose verdict these series have a part in: as what is judged, as its control
        or as the dose."""
        part = Q(series__in=series_ids) | Q(control__in=series_ids)
        return self.promised().filter(part | Q(improvement__dose_series__in=series_ids))


class Registration(Record):
    """What was promised before go-live: locked at approval, so that nobody moves the posts."""

    improvement = models.ForeignKey(
        Improvement, on_delete=models.CASCADE, related_name="registrations"
    )
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="registrations")
    direction = models.CharField(_("should go"), max_length=10, choices=Direction)
    smallest_effect = models.FloatField(_("smallest effect worth having"), null=True, blank=True)
    lag_periods = models.PositiveSmallIntegerField(_("periods until it shows"), default=0)
    # What its owner believes will come of it: at least what is worth having, or more.
    expected_effect = models.FloatField(_("expected effect"), null=True, blank=True)
    method = models.CharField(
        _("judged by"), max_length=20, choices=Method, default=Method.BEFORE_AFTER
    )
    # The same KPI where nothing changed: then the difference to it is judged.
    control = models.ForeignKey(
        Series, null=True, blank=True, on_delete=models.PROTECT, related_name="controls"
    )
    window_periods = models.PositiveSmallIntegerField(_("periods to judge"), default=8)
    # Points after this are left out of the baseline: they caused the decision (formulae 4.6).
    trigger_on = models.DateField(_("day of the decision"), null=True, blank=True)
    locked_at = models.DateTimeField(null=True, editable=False)
    locked_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["improvement", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["improvement", "series"], name="series_once_in_an_improvement"
            ),
            models.CheckConstraint(
                name="registration_names_a_better_direction",
                condition=Q(direction__in=(Direction.UP, Direction.DOWN)),
            ),
            models.CheckConstraint(
                name="registration_controlled_has_another_series",
                condition=Q(method=Method.BEFORE_AFTER, control=None)
                | (Q(method=Method.CONTROLLED, control__isnull=False) & ~Q(control=F("series"))),
            ),
            models.CheckConstraint(
                name="registration_effects_are_sizes",
                condition=(Q(smallest_effect=None) | Q(smallest_effect__gte=0))
                & (Q(expected_effect=None) | Q(expected_effect__gte=0)),
            ),
            models.CheckConstraint(
                name="registration_windows_are_sane",
                condition=Q(window_periods__gte=8, window_periods__lte=104, lag_periods__lte=52),
            ),
        ]

    def __str__(self):
        return f"{self.improvement} on {self.series}"

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None


LOST = (RecheckResult.FADED, RecheckResult.REVERSED)


class RecheckQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(registration__in=Registration.objects.visible_to(person).values("pk"))

    def due_by(self, today):
        return self.filter(checked_at=None, due_on__lte=today)

    def unanswered(self):
        """What was found to have faded or turned, and nobody has said what follows."""
        return self.filter(result__in=LOST, answered_at=None)


class Recheck(models.Model):
    """Whether what improved has lasted, asked again 90 and 180 days after the verdict's window.

    A row waits until its day has come (``checked_at`` is null), and is never checked twice.
    """

    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="rechecks"
    )
    days = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    result = models.CharField(max_length=10, choices=RecheckResult, blank=True)
    effect = models.FloatField(null=True)  # against the mean before the change
    ci_low = models.FloatField(null=True)
    ci_high = models.FloatField(null=True)
    n = models.PositiveIntegerField(default=0)
    sentence = models.TextField(blank=True)
    checked_at = models.DateTimeField(null=True)
    answer = models.TextField(_("what follows"), blank=True)
    answered_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    answered_at = models.DateTimeField(null=True, editable=False)

    objects = RecheckQuerySet.as_manager()

    class Meta:
        ordering = ["registration", "days"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "days"], name="recheck_once_after_so_many_days"
            ),
            models.CheckConstraint(
                name="recheck_has_a_result_once_checked",
                condition=Q(checked_at=None, result="")
                | (Q(checked_at__isnull=False) & ~Q(result="")),
            ),
            models.CheckConstraint(
                name="recheck_answered_by_and_at_together",
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.registration} after {self.days} days"

    @property
    def is_lost(self) -> bool:
        """Whether what had improved is gone, in part or altogether."""
        return self.result in LOST
