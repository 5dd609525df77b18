"""Episodes of signals, each a row that waits until it is told."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from metrics.choices import Side, Variation
from metrics.models.comments import Comment
from metrics.models.limits import OnSeriesQuerySet
from objectives.models import Series
from productops.changelog import record
from teams.models import Person

MOST_ATTEMPTS = 8  # then an alert waits for a person


class AlertQuerySet(OnSeriesQuerySet):
    def open(self):
        return self.filter(over_at=None)

    def untold(self):
        """Raised and nobody told yet; or told, and withdrawn since without a word."""
        return self.filter(
            Q(told_at=None, over_at=None)
            | Q(told_at__isnull=False, is_withdrawn=True, over_told_at=None)
        )

    def stuck(self):
        return self.untold().filter(attempts__gte=MOST_ATTEMPTS)

    def due(self, now: datetime):
        paused = Q(next_try_at=None) | Q(next_try_at__lte=now)
        return self.untold().filter(paused, attempts__lt=MOST_ATTEMPTS)

    def waiting_for(self, person: Person):
        """Those that last on series that the person answers for, and on which they have neither
        looked nor said a word since."""
        owned = Q(series__owner=person) | Q(series__owner=None, series__kpi__owner=person)
        words = Comment.objects.filter(
            series=OuterRef("series"), author=person, created_at__gte=OuterRef("raised_at")
        )
        mine = self.visible_to(person).of_kept().open().filter(owned, seen_at=None)
        return mine.filter(~Exists(words))

    def of_kept(self):
        return self.filter(series__kpi__deleted_at=None)

    def with_series(self):
        return self.select_related("series__kpi__owner", "series__subject", "series__owner")


class Alert(models.Model):
    """One episode of a signal on a series: raised on its first point, over when the signal is.

    ``seen_in`` is the newest closed period when it showed; ``since`` the first period that takes
    part, which lies before it where a rule needs several points.
    """

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="alerts")
    since = models.DateField()
    seen_in = models.DateField()
    side = models.CharField(max_length=5, choices=Side)
    variation = models.CharField(max_length=10, choices=Variation)
    names = models.JSONField(default=list)  # of the rules that say so
    value = models.FloatField()
    raised_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True)
    # Over because a correction, or other limits, took the signal away; not because it passed.
    is_withdrawn = models.BooleanField(default=False)
    told_at = models.DateTimeField(null=True)
    over_told_at = models.DateTimeField(null=True)
    # Its owner has looked at it.
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    rung_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "since"], name="alert_once_for_a_first_point"
            ),
        ]
        indexes = [
            models.Index(fields=["raised_at"], name="alerts_by_time"),
            models.Index(
                fields=["id"], name="alerts_untold", condition=Q(told_at=None, over_at=None)
            ),
            models.Index(
                fields=["id"],
                name="alerts_withdrawn_untold",
                condition=Q(is_withdrawn=True, over_told_at=None),
            ),
        ]

    def __str__(self):
        return f"{self.series} since {self.since}"

    def get_absolute_url(self):
        return reverse("metrics:alert-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.over_at is None

    def see(self, *, by: Person) -> None:
        """Note that somebody who answers for it has looked at it; said twice, the first counts."""
        if self.seen_at is None:
            self.seen_at, self.seen_by = timezone.now(), by
            self.save(update_fields=["seen_at", "seen_by"])
            record(by=by, row=self, verb="seen")
