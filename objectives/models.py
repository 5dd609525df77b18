"""What the organisation wants, and how it would know: objectives, KPIs, key results."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audits.models import Gap
from objectives.choices import (
    CLOSED_OBJECTIVE_STATES,
    ActionState,
    Ambition,
    CycleState,
    Family,
    KeyResultKind,
    ObjectiveState,
    Zone,
)
from productops.measures import Aggregation, Cadence, Direction, Empty
from productops.models import Discardable, KeptManager, Record
from teams.models import Person, Subject


class CycleQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self if person.role else self.none()

    def on(self, day: date):
        return self.filter(starts_on__lte=day, ends_on__gte=day)

    def not_closed(self):
        return self.exclude(state=CycleState.CLOSED)


class Cycle(Record):
    """A span of time for which objectives are set; the backlog is one without dates."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=100)
    starts_on = models.DateField(_("starts"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=CycleState, default=CycleState.OPEN
    )

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = [F("starts_on").desc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                name="cycle_dated_unless_backlog",
                condition=Q(state=CycleState.BACKLOG, starts_on=None, ends_on=None)
                | (~Q(state=CycleState.BACKLOG) & Q(ends_on__gt=F("starts_on"))),
            ),
        ]

    def __str__(self):
        return self.name

    def elapsed(self, on: date) -> float | None:
        """The share of the cycle that is over by ``on``, 0 to 1; None for the backlog."""
        if self.starts_on is None:
            return None
        days = (self.ends_on - self.starts_on).days + 1
        return min(1.0, max(0.0, ((on - self.starts_on).days + 1) / days))


class ObjectiveQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(subject__in=Subject.objects.visible_to(person).values("pk"))

    def changeable_by(self, person: Person):
        return self.filter(subject__in=Subject.objects.changeable_by(person).values("pk"))

    def ongoing(self):
        return self.filter(state=ObjectiveState.ONGOING)


class Objective(Discardable):
    """What a subject wants to reach in a cycle, and which gaps it answers."""

    title = models.CharField(_("title"), max_length=200)
    why = models.TextField(_("why"), blank=True)
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="objectives")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="objectives")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="objectives")
    state = models.CharField(
        _("state"), max_length=10, choices=ObjectiveState, default=ObjectiveState.ONGOING
    )
    ambition = models.CharField(
        _("ambition"), max_length=12, choices=Ambition, default=Ambition.ASPIRATIONAL
    )
    gaps = models.ManyToManyField(Gap, through="ObjectiveGap", related_name="objectives")
    learning = models.TextField(_("what we learned"), blank=True)
    closed_on = models.DateField(null=True, editable=False)
    closed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = KeptManager.from_queryset(ObjectiveQuerySet)()
    with_trash = ObjectiveQuerySet.as_manager()

    class Meta:
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


class KpiQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """Definitions are shared words: everybody with a role reads them."""
        return self if person.role else self.none()


class Kpi(Discardable):
    """A number worth watching: the definition card. What it means stands in its versions."""

    slug = models.SlugField(_("short name"), max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=200)
    family = models.CharField(_("family"), max_length=20, choices=Family, blank=True)
    purpose = models.TextField(_("purpose"), blank=True)
    pitfalls = models.TextField(_("pitfalls"), blank=True)
    source_hint = models.CharField(_("where it comes from"), max_length=300, blank=True)
    owner = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="kpis"
    )
    measure = models.CharField(max_length=100, blank=True, editable=False)  # fed by the registry
    certified_on = models.DateField(null=True, blank=True, editable=False)
    certified_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    certified_reason = models.TextField(blank=True, editable=False)

    objects = KeptManager.from_queryset(KpiQuerySet)()
    with_trash = KpiQuerySet.as_manager()

    class Meta:
        verbose_name = _("KPI")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("objectives:kpi-detail", args=[self.slug])


class KpiVersionQuerySet(models.QuerySet):
    def on(self, day: date):
        """The versions in force on ``day``: of each KPI the newest that began by then."""
        newer = KpiVersion.objects.filter(kpi=models.OuterRef("kpi"), valid_from__lte=day)
        newest = newer.order_by("-valid_from", "-number").values("pk")[:1]
        return self.filter(pk=models.Subquery(newest))


class KpiVersion(models.Model):
    """What a KPI means from ``valid_from`` on. A new version begins a new segment."""

    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    valid_from = models.DateField(_("valid from"))
    formula = models.TextField(_("formula in words"), blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    direction = models.CharField(
        _("direction"), max_length=10, choices=Direction, default=Direction.NEUTRAL
    )
    cadence = models.CharField(_("cadence"), max_length=10, choices=Cadence, default=Cadence.WEEK)
    aggregation = models.CharField(
        _("aggregation"), max_length=10, choices=Aggregation, default=Aggregation.MEAN
    )
    empty = models.CharField(_("empty periods"), max_length=5, choices=Empty, default=Empty.GAP)
    restates_history = models.BooleanField(_("holds for the past too"), default=False)
    reason = models.TextField(_("reason for the change"), blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = KpiVersionQuerySet.as_manager()

    class Meta:
        ordering = ["kpi", "-valid_from", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["kpi", "number"], name="kpi_version_once"),
            models.UniqueConstraint(
                fields=["kpi", "valid_from"], name="kpi_versions_begin_on_different_days"
            ),
        ]

    def __str__(self):
        return f"{self.kpi} v{self.number}"


class SeriesQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(subject__in=Subject.objects.visible_to(person).values("pk"))

    def changeable_by(self, person: Person):
        return self.filter(subject__in=Subject.objects.changeable_by(person).values("pk"))

    def of(self, kpi: Kpi):
        return self.filter(kpi=kpi)


class Series(models.Model):
    """One KPI of one subject: what observations, targets and key results hang on."""

    kpi = models.ForeignKey(Kpi, on_delete=models.PROTECT, related_name="series")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="series")
    rule_set = models.CharField(max_length=20, default="wheeler")
    owner = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="series"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("series")
        ordering = ["kpi__name", "subject__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kpi", "subject"], name="series_once_for_a_subject"),
        ]

    def __str__(self):
        return f"{self.kpi} · {self.subject}"

    def get_absolute_url(self):
        address = reverse("metrics:kpi-chart", args=[self.kpi.slug])
        return f"{address}?subject={self.subject.reference}"


class TargetQuerySet(models.QuerySet):
    def on(self, day: date):
        newer = Target.objects.filter(series=models.OuterRef("series"), from_on__lte=day)
        return self.filter(pk=models.Subquery(newer.order_by("-from_on").values("pk")[:1]))


class Target(models.Model):
    """What a series should be from a day on: at least ``low``, at most ``high``, or between."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="targets")
    from_on = models.DateField(_("from"), default=timezone.localdate)
    low = models.FloatField(_("at least"), null=True, blank=True)
    high = models.FloatField(_("at most"), null=True, blank=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ["series", "from_on"]
        constraints = [
            models.UniqueConstraint(fields=["series", "from_on"], name="target_once_a_day"),
            models.CheckConstraint(
                name="target_has_a_bound_and_a_width",
                condition=Q(low__isnull=False, high=None)
                | Q(low=None, high__isnull=False)
                | Q(high__gt=F("low")),
            ),
        ]

    def __str__(self):
        return f"{self.series} from {self.from_on}"


class KeyResultQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(objective__in=Objective.objects.visible_to(person).values("pk"))

    def changeable_by(self, person: Person):
        return self.filter(objective__in=Objective.objects.changeable_by(person).values("pk"))

    def ongoing(self):
        return self.filter(objective__state=ObjectiveState.ONGOING, objective__deleted_at=None)


class KeyResult(Discardable):
    """How one would see that the objective is reached.

    metric: from ``baseline`` to ``target`` (``commit`` and ``stretch`` beside it) on a series;
    maintain: the series stays within ``low`` and ``high``; ordinal: zones in words.
    """

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="key_results")
    title = models.CharField(_("title"), max_length=200)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="key_results")
    kind = models.CharField(
        _("kind"), max_length=10, choices=KeyResultKind, default=KeyResultKind.METRIC
    )
    series = models.ForeignKey(
        Series, null=True, blank=True, on_delete=models.PROTECT, related_name="key_results"
    )
    baseline = models.FloatField(_("baseline"), null=True, blank=True)
    commit = models.FloatField(_("commit"), null=True, blank=True)
    target = models.FloatField(_("target"), null=True, blank=True)
    stretch = models.FloatField(_("stretch"), null=True, blank=True)
    low = models.FloatField(_("at least"), null=True, blank=True)
    high = models.FloatField(_("at most"), null=True, blank=True)
    zones = models.JSONField(default=dict, blank=True)  # {zone: what it looks like}
    weight = models.FloatField(_("weight"), default=1)  # 0: does not roll up

    objects = KeptManager.from_queryset(KeyResultQuerySet)()
    with_trash = KeyResultQuerySet.as_manager()

    class Meta:
        ordering = ["objective", "pk"]
        constraints = [
            models.CheckConstraint(
                name="key_result_has_what_its_kind_needs",
                condition=Q(kind=KeyResultKind.METRIC, baseline__isnull=False, target__isnull=False)
                | (
                    Q(kind=KeyResultKind.MAINTAIN, series__isnull=False)
                    & (Q(low__isnull=False) | Q(high__isnull=False))
                )
                | Q(kind=KeyResultKind.ORDINAL),
            ),
            models.CheckConstraint(
                name="key_result_weight_is_not_negative", condition=Q(weight__gte=0)
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("objectives:key-result-detail", args=[self.pk])


class CheckInQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(key_result__in=KeyResult.objects.visible_to(person).values("pk"))


class CheckIn(Record):
    """What an owner says of a key result on a day. The number comes with the data where a
    series is watched; the check-in adds meaning."""

    key_result = models.ForeignKey(KeyResult, on_delete=models.CASCADE, related_name="check_ins")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="check_ins")
    on = models.DateField(default=timezone.localdate)
    value = models.FloatField(_("value"), null=True, blank=True)
    zone = models.CharField(_("zone"), max_length=10, choices=Zone, blank=True)
    confidence = models.PositiveSmallIntegerField(_("confidence, 0 to 10"))
    changed = models.TextField(_("what changed"), blank=True)
    blockers = models.TextField(_("what is in the way"), blank=True)

    objects = CheckInQuerySet.as_manager()

    class Meta:
        ordering = ["key_result", "-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="check_in_confidence_from_0_to_10", condition=Q(confidence__lte=10)
            ),
        ]

    def __str__(self):
        return f"{self.key_result} on {self.on}"


class CheckInRevision(models.Model):
    """A check-in as it stood before an edit."""

    check_in = models.ForeignKey(CheckIn, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["check_in", "number"]
        constraints = [
            models.UniqueConstraint(fields=["check_in", "number"], name="check_in_revision_once"),
        ]

    def __str__(self):
        return f"{self.check_in} r{self.number}"


class ActionQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """One's own, and those of the objectives that one sees."""
        seen = Objective.objects.visible_to(person).values("pk")
        return self.filter(Q(owner=person) | Q(objective__in=seen))

    def open(self):
        return self.filter(state=ActionState.OPEN)


class Action(Record):
    """A small thing to do for an objective, by one person until a day."""

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="actions")
    key_result = models.ForeignKey(
        KeyResult, null=True, blank=True, on_delete=models.CASCADE, related_name="actions"
    )
    title = models.CharField(_("what"), max_length=200)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="actions")
    due_on = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ActionState, default=ActionState.OPEN
    )
    done_at = models.DateTimeField(null=True, editable=False)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = [F("due_on").asc(nulls_last=True), "pk"]

    def __str__(self):
        return self.title
