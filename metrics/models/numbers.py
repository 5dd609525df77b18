"""Numbers on their way: as they came in, which periods they touched, what came of them."""

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from metrics.choices import STUCK_AFTER
from objectives.models import KpiVersion, Series
from teams.models import Person


class ObservationQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(series__in=Series.objects.visible_to(person).values("pk"))

    def between(self, first: date, last: date):
        """Observations of the organisation's dates ``first`` to ``last``, both included."""
        return self.filter(on__gte=first, on__lte=last)


class Observation(models.Model):
    """One number as it came in. The same key again is a correction.

    The key is natural and clusters the table by series and date (docs/decisions/0001), so that
    one period is one range scan. A ratio keeps ``numerator`` and ``denominator``; all else
    keeps ``value``.
    """

    pk = models.CompositePrimaryKey("series_id", "on", "at", "external_id")
    series = models.ForeignKey(
        Series, on_delete=models.CASCADE, related_name="observations", db_index=False
    )
    on = models.DateField()  # the organisation's date, fixed when it came in
    at = models.DateTimeField()
    external_id = models.CharField(max_length=200, default="", blank=True)
    value = models.FloatField(null=True)
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="observation_is_a_value_or_a_ratio",
                condition=Q(value__isnull=False, numerator=None, denominator=None)
                | Q(value=None, numerator__isnull=False, denominator__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.series_id} {self.at}"


class ObservationRevision(models.Model):
    """What an observation said before a correction or deletion."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="+", db_index=False)
    on = models.DateField()
    at = models.DateTimeField()
    external_id = models.CharField(max_length=200, default="", blank=True)
    value = models.FloatField(null=True)
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    replaced_at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["series", "on", "at"], name="revisions_of_observation")]

    def __str__(self):
        return f"{self.series_id} {self.at}"


class MarkQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(wanted__gt=F("done"))

    def unstuck(self):
        return self.filter(attempts__lt=STUCK_AFTER)

    def workable(self, now: datetime):
        """Pending marks whose turn it is: a failed one waits, and in the end for a person."""
        due = Q(next_try_at=None) | Q(next_try_at__lte=now)
        return self.pending().unstuck().filter(due)

    def stuck(self):
        return self.pending().filter(attempts__gte=STUCK_AFTER)


class Mark(models.Model):
    """A period of a series that must be computed: dirty while ``wanted`` is above ``done``.

    Writers add one to ``wanted`` as the last statement of their transaction. A worker locks the
    row, reads the data and sets ``done`` in one transaction: when it dies, the lock dies with it.
    No mark is ever deleted.
    """

    pk = models.CompositePrimaryKey("series_id", "period")
    series = models.ForeignKey(
        Series, on_delete=models.CASCADE, related_name="marks", db_index=False
    )
    period = models.DateField()  # its first day
    wanted = models.PositiveBigIntegerField(default=1)
    done = models.PositiveBigIntegerField(default=0)
    wanted_at = models.DateTimeField(default=timezone.now)  # dirty since
    rung_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)  # that failed since it was wanted
    next_try_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    objects = MarkQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["wanted_at", "series", "period"],
                name="marks_pending",
                condition=Q(wanted__gt=F("done")),
            ),
        ]

    def __str__(self):
        return f"{self.series_id} {self.period}: {self.done} of {self.wanted}"


class SnapshotQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(series__in=Series.objects.visible_to(person).values("pk"))

    def of(self, series: Series):
        return self.filter(series=series).order_by("period")

    def known(self):
        """Those that have a value: a gap has none."""
        return self.filter(value__isnull=False)


class Snapshot(models.Model):
    """The value of one period of a series, as computed from its observations."""

    pk = models.CompositePrimaryKey("series_id", "period")
    series = models.ForeignKey(
        Series, on_delete=models.CASCADE, related_name="snapshots", db_index=False
    )
    period = models.DateField()  # its first day
    kpi_version = models.ForeignKey(
        KpiVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    value = models.FloatField(null=True)  # None: a gap that had a value before
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    n = models.PositiveIntegerField(default=0)  # observations
    seq = models.PositiveBigIntegerField(default=0)  # the mark's count that it answers
    computed_at = models.DateTimeField()

    objects = SnapshotQuerySet.as_manager()

    def __str__(self):
        return f"{self.series_id} {self.period}: {self.value}"
