"""What was measured and what follows: observations, snapshots, limits, improvements, verdicts."""

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audits.models import Gap
from metrics.choices import (
    Assurance,
    Basis,
    ImprovementState,
    Kind,
    Reason,
    Result,
    RulingKind,
    Variation,
)
from objectives.models import KeyResult, KpiVersion, Series
from processes.models import Revision
from productops.measures import Direction
from productops.models import Discardable, KeptManager, Record
from teams.models import LearningPlan, Person, Subject
from tooling.models import Rollout


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

    def claimable(self, now: datetime):
        free = Q(lease_until=None) | Q(lease_until__lt=now)
        due = Q(next_try_at=None) | Q(next_try_at__lte=now)
        return self.pending().filter(free & due)


class Mark(models.Model):
    """A period of a series that must be computed: dirty while ``wanted`` is above ``done``.

    Writers add one to ``wanted`` in the transaction of their write; a worker sets ``done`` to
    the ``wanted`` it read before the data. No mark is ever deleted.
    """

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="marks")
    period = models.DateField()  # its first day
    wanted = models.PositiveBigIntegerField(default=1)
    done = models.PositiveBigIntegerField(default=0)
    wanted_at = models.DateTimeField(default=timezone.now)
    rung_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    objects = MarkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "period"], name="mark_once_for_a_period"),
        ]
        indexes = [
            models.Index(
                fields=["wanted_at"], name="marks_pending", condition=Q(wanted__gt=F("done"))
            ),
        ]

    def __str__(self):
        return f"{self.series_id} {self.period}: {self.done} of {self.wanted}"


class SnapshotQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(series__in=Series.objects.visible_to(person).values("pk"))

    def of(self, series: Series):
        return self.filter(series=series).order_by("period")


class Snapshot(models.Model):
    """The value of one period of a series, as computed from its observations."""

    series = models.ForeignKey(
        Series, on_delete=models.CASCADE, related_name="snapshots", db_index=False
    )
    period = models.DateField()  # its first day
    kpi_version = models.ForeignKey(KpiVersion, on_delete=models.PROTECT, related_name="+")
    value = models.FloatField(null=True)  # None: a gap that had a value before
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    n = models.PositiveIntegerField(default=0)  # observations
    seq = models.PositiveBigIntegerField(default=0)  # the mark's count that it answers
    computed_at = models.DateTimeField()

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "period"], name="snapshot_once_for_a_period"),
        ]

    def __str__(self):
        return f"{self.series_id} {self.period}: {self.value}"


class Exclusion(models.Model):
    """A period left out of the limits, with its reason; it stays drawn."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="exclusions")
    period = models.DateField()
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

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
    n = models.PositiveIntegerField(default=0)  # closed points of the present segment
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
    signals = models.JSONField(default=list)  # names on the newest closed period
    signal_since = models.DateField(null=True)
    # The newest 26 points: [period, value, complete, excluded, good|bad|changed|""], oldest first
    recent = models.JSONField(default=list)
    # Segments that the recent points lie in: [from, centre, lower, upper, provisional]
    recent_limits = models.JSONField(default=list)
    observed_at = models.DateTimeField(null=True)  # newest observation's time
    seq = models.PositiveBigIntegerField(default=0)
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
    locked_at = models.DateTimeField(null=True)
    locked_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )  # None on a locked one: by itself
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["series", "from_period"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "from_period"], name="segment_begins_once_in_a_period"
            ),
        ]

    def __str__(self):
        return f"{self.series_id} from {self.from_period}"


class NoteQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(subject__in=Subject.objects.visible_to(person).values("pk"))


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


class ImprovementQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(subject__in=Subject.objects.visible_to(person).values("pk"))

    def changeable_by(self, person: Person):
        return self.filter(subject__in=Subject.objects.changeable_by(person).values("pk"))

    def running(self):
        return self.filter(state__in=(ImprovementState.LIVE, ImprovementState.JUDGED))


class Improvement(Discardable):
    """A change that is meant to move a number: a process refined, a skill raised, a tool changed."""

    title = models.CharField(_("title"), max_length=200)
    hypothesis = models.TextField(_("what we expect, and why"), blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="improvements")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="improvements")
    state = models.CharField(
        _("state"), max_length=10, choices=ImprovementState, default=ImprovementState.IDEA
    )
    go_live_on = models.DateField(_("goes live"), null=True, blank=True)
    revision = models.ForeignKey(
        Revision, null=True, blank=True, on_delete=models.PROTECT, related_name="improvements"
    )
    learning_plan = models.ForeignKey(
        LearningPlan, null=True, blank=True, on_delete=models.PROTECT, related_name="improvements"
    )
    rollout = models.ForeignKey(
        Rollout, null=True, blank=True, on_delete=models.PROTECT, related_name="improvements"
    )
    key_results = models.ManyToManyField(
        KeyResult, through="ImprovementKeyResult", related_name="improvements"
    )
    gaps = models.ManyToManyField(Gap, through="ImprovementGap", related_name="improvements")

    objects = KeptManager.from_queryset(ImprovementQuerySet)()
    with_trash = ImprovementQuerySet.as_manager()

    class Meta:
        ordering = ["-go_live_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="improvement_changes_what_its_kind_says",
                condition=Q(kind=Kind.PROCESS, learning_plan=None, rollout=None)
                | Q(kind=Kind.SKILL, revision=None, rollout=None)
                | Q(kind=Kind.TOOL, revision=None, learning_plan=None)
                | Q(kind=Kind.STRUCTURE, revision=None, learning_plan=None, rollout=None),
            ),
            models.CheckConstraint(
                name="improvement_live_from_a_day",
                condition=Q(state__in=(ImprovementState.IDEA, ImprovementState.APPROVED))
                | Q(state=ImprovementState.STOPPED)
                | Q(go_live_on__isnull=False),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("metrics:improvement-detail", args=[self.pk])


class ImprovementKeyResult(models.Model):
    improvement = models.ForeignKey(
        Improvement, on_delete=models.CASCADE, related_name="key_result_links"
    )
    key_result = models.ForeignKey(
        KeyResult, on_delete=models.PROTECT, related_name="improvement_links"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["improvement", "key_result"], name="key_result_once_in_an_improvement"
            ),
        ]

    def __str__(self):
        return f"{self.improvement} · {self.key_result}"


class ImprovementGap(models.Model):
    improvement = models.ForeignKey(
        Improvement, on_delete=models.CASCADE, related_name="gap_links"
    )
    gap = models.ForeignKey(Gap, on_delete=models.PROTECT, related_name="improvement_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["improvement", "gap"], name="gap_once_in_an_improvement"
            ),
        ]

    def __str__(self):
        return f"{self.improvement} · {self.gap}"


class RegistrationQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(improvement__in=Improvement.objects.visible_to(person).values("pk"))

    def judged_on(self, series_ids):
        """Locked registrations of improvements that went live, on these series."""
        return self.filter(
            series__in=series_ids,
            locked_at__isnull=False,
            improvement__deleted_at=None,
            improvement__go_live_on__isnull=False,
        ).exclude(improvement__state__in=(ImprovementState.IDEA, ImprovementState.APPROVED))


class Registration(Record):
    """What was promised before go-live: locked at approval, so that nobody moves the posts."""

    improvement = models.ForeignKey(
        Improvement, on_delete=models.CASCADE, related_name="registrations"
    )
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="registrations")
    direction = models.CharField(_("should go"), max_length=10, choices=Direction)
    smallest_effect = models.FloatField(_("smallest effect worth having"), null=True, blank=True)
    lag_periods = models.PositiveSmallIntegerField(_("periods until it shows"), default=0)
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
                name="registration_windows_are_sane",
                condition=Q(window_periods__gte=8, window_periods__lte=104, lag_periods__lte=52),
            ),
        ]

    def __str__(self):
        return f"{self.improvement} on {self.series}"


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
    n_before = models.PositiveIntegerField(default=0)
    n_after = models.PositiveIntegerField(default=0)
    # {"before": {mean, lower, upper, mr, n}, "after": {...}} for the table beside the sentence
    summary = models.JSONField(default=dict)
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


class Ruling(models.Model):
    """What a person decided on a verdict, and signed."""

    improvement = models.ForeignKey(
        Improvement, on_delete=models.CASCADE, related_name="rulings"
    )
    ruling = models.CharField(max_length=10, choices=RulingKind)
    note = models.TextField(_("why"), blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="rulings")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["improvement", "-at", "-pk"]

    def __str__(self):
        return f"{self.improvement}: {self.ruling}"


class DashboardQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self if person.role else self.none()


class Dashboard(Discardable):
    """KPIs in groups and in an order, for somebody to read in two minutes."""

    slug = models.SlugField(_("short name"), max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=200)
    chair = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="dashboards"
    )

    objects = KeptManager.from_queryset(DashboardQuerySet)()
    with_trash = DashboardQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("metrics:dashboard-detail", args=[self.slug])


class DashboardRow(models.Model):
    """One KPI of one subject on a dashboard. Whose rows one sees is asked of the series."""

    dashboard = models.ForeignKey(Dashboard, on_delete=models.CASCADE, related_name="rows")
    group = models.CharField(_("group"), max_length=100, blank=True)
    order = models.PositiveSmallIntegerField()
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="dashboard_rows")

    class Meta:
        ordering = ["dashboard", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dashboard", "series"], name="series_once_on_a_dashboard"
            ),
        ]

    def __str__(self):
        return f"{self.dashboard} · {self.series}"
