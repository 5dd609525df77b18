"""What is usual for a series, and what a person said about its points."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metrics.choices import FIRM_FROM, LIMITS_FROM, Assurance, Variation
from metrics.spc import Limits
from metrics.spc.kinds import levelling_kept, restored
from objectives.choices import Chart
from objectives.models import KpiVersion, Series
from productops.changelog import record
from productops.models import Record
from teams.choices import SubjectKind
from teams.models import Person, Subject


class OnSeriesQuerySet(models.QuerySet):
    """Rows about one series: whose they are is asked of the series."""

    def visible_to(self, person: Person):
        return self.filter(series__in=Series.objects.visible_to(person).values("pk"))

    def changeable_by(self, person: Person):
        return self.filter(series__in=Series.objects.changeable_by(person).values("pk"))


class Exclusion(models.Model):
    """A period left out of the limits, with its reason; it stays drawn."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="exclusions")
    period = models.DateField()
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = OnSeriesQuerySet.as_manager()

    class Meta:
        ordering = ["series", "period"]
        constraints = [
            models.UniqueConstraint(fields=["series", "period"], name="excluded_once"),
        ]

    def __str__(self):
        return f"{self.series_id} {self.period}: {self.reason}"


class SeriesState(models.Model):
    """What is known of a series now, in one row, so that a dashboard reads one row a KPI."""

    series = models.OneToOneField(
        Series, on_delete=models.CASCADE, related_name="state", primary_key=True
    )
    n = models.PositiveIntegerField(default=0)  # points that the present limits come from
    latest = models.FloatField(null=True)  # of the newest closed period
    latest_period = models.DateField(null=True)
    centre = models.FloatField(null=True)
    lower = models.FloatField(null=True)
    upper = models.FloatField(null=True)
    mr_centre = models.FloatField(null=True)
    is_provisional = models.BooleanField(default=True)
    r1 = models.FloatField(null=True)  # lag-1 autocorrelation
    variation = models.CharField(max_length=10, choices=Variation, default=Variation.NONE)
    assurance = models.CharField(max_length=12, choices=Assurance, default=Assurance.NONE)
    target_low = models.FloatField(null=True)  # of the target that the assurance is about
    target_high = models.FloatField(null=True)
    signals = models.JSONField(default=list)  # names on the newest closed period
    signal_since = models.DateField(null=True)
    # The newest 26 points: [period, value, complete, excluded, good|bad|changed|""], oldest first
    recent = models.JSONField(default=list)
    # Segments that the recent points lie in: [from, centre, lower, upper, provisional], and where
    # limits differ from point to point those of each, [[centre, lower, upper], ...], and whether
    # they lie along a trend
    recent_limits = models.JSONField(default=list)
    observed_at = models.DateTimeField(null=True)  # newest observation's time
    seq = models.PositiveBigIntegerField(default=0)  # how often it was refreshed
    as_of = models.DateTimeField()

    def __str__(self):
        return f"{self.series_id}: {self.latest}"


class Segment(models.Model):
    """Limits of a stretch of a series. A new one begins only at a definition change or at a
    split that a person confirmed and whose cause is named."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="segments")
    from_period = models.DateField()
    cause = models.CharField(_("cause"), max_length=300, blank=True)
    kpi_version = models.ForeignKey(
        KpiVersion, null=True, on_delete=models.PROTECT, related_name="+"
    )
    improvement = models.ForeignKey(
        "Improvement", null=True, blank=True, on_delete=models.PROTECT, related_name="segments"
    )
    baseline_until = models.DateField(null=True)  # last period that the limits come from
    centre = models.FloatField(null=True)
    lower = models.FloatField(null=True)
    upper = models.FloatField(null=True)
    mr_centre = models.FloatField(null=True)
    mr_upper = models.FloatField(null=True)
    n = models.PositiveIntegerField(default=0)  # points that the limits come from
    # What makes values comparable, where they are not as they are; limits are then those of the
    # reference: the segment's first period, no season, the mean denominator (metrics/spc).
    chart = models.CharField(max_length=10, choices=Chart, default=Chart.XMR)
    slope = models.FloatField(null=True)  # of a trend, a period
    factors = models.JSONField(null=True)  # of a season, from the segment's first period on
    size = models.FloatField(null=True)  # mean denominator of shares and rates
    ceiling = models.FloatField(null=True)  # of shares: 1 or 100
    locked_at = models.DateTimeField(null=True)  # by itself at 24 points, by a person from 12
    locked_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )  # None on a locked one: by itself
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    objects = OnSeriesQuerySet.as_manager()

    class Meta:
        ordering = ["series", "from_period"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "from_period"], name="segment_begins_once_in_a_period"
            ),
        ]

    def __str__(self):
        return f"{self.series_id} from {self.from_period}"

    @property
    def limits(self) -> Limits:
        kept = self.kept_limits
        if self.centre is None or (self.chart == Chart.XMR and not self.factors):
            return kept
        levelling = levelling_kept(
            self.chart,
            self.centre,
            slope=self.slope,
            factors=self.factors or (),
            size=self.size,
            ceiling=self.ceiling,
        )
        return restored(kept, levelling)

    @property
    def shown(self) -> Limits:
        """The limits as they are drawn where the segment begins, of the mean denominator."""
        return self.limits.at()

    @property
    def kept_limits(self) -> Limits:
        return Limits(
            centre=self.centre,
            lower=self.lower,
            upper=self.upper,
            mr_centre=self.mr_centre,
            mr_upper=self.mr_upper,
            n=self.n,
            provisional=self.is_provisional,
            constant=self.n >= LIMITS_FROM and self.lower is None,
        )

    @property
    def is_provisional(self) -> bool:
        return self.n < FIRM_FROM

    @property
    def is_held(self) -> bool:
        """Whether a person locked the limits: then data no longer moves them."""
        return self.locked_by_id is not None

    @property
    def may_be_locked(self) -> bool:
        return not self.is_held and self.n >= FIRM_FROM

    def lock(self, *, by: Person) -> None:
        """Hold the limits as they are now. Raises ValueError below 12 points."""
        if self.is_held:
            return
        if not self.may_be_locked:
            raise ValueError(_("Limits can be locked from 12 points on."))
        self.locked_at, self.locked_by = timezone.now(), by
        self.save(update_fields=["locked_at", "locked_by"])
        record(by=by, row=self, verb="lock", after={"baseline_until": self.baseline_until})


class NoteQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(subject__in=Subject.objects.visible_to(person).values("pk"))

    def changeable_by(self, person: Person):
        return self.filter(subject__in=Subject.objects.changeable_by(person).values("pk"))

    def on_chart_of(self, series: Series):
        """What is drawn on the chart of a series: notes about its subject or the organisation,
        unless they name another series."""
        everywhere = Q(subject__kind=SubjectKind.ORGANISATION) | Q(subject=series.subject_id)
        return self.filter(everywhere, Q(series=None) | Q(series=series))


class Note(Record):
    """What happened, numbered on the charts of its subject (one series, if named)."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="notes")
    series = models.ForeignKey(
        Series, null=True, blank=True, on_delete=models.CASCADE, related_name="notes"
    )
    on = models.DateField(_("day"))
    text = models.CharField(_("what happened"), max_length=300)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["on", "pk"]

    def __str__(self):
        return self.text
