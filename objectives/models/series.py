from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from objectives.choices import Chart
from objectives.models.kpi import Kpi, KpiVersion
from objectives.progress import (
    BEFORE_ALL,
    Aim,
    Realism,
    closed_values,
    meaning,
    realism,
    value_by,
)
from productops import clock
from teams.choices import SubjectKind
from teams.models import Person, Subject


class SeriesQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(subject__in=Subject.objects.visible_to(person).values("pk"))

    def changeable_by(self, person: Person):
        return self.filter(subject__in=Subject.objects.changeable_by(person).values("pk"))

    def of(self, kpi: Kpi):
        return self.filter(kpi=kpi)

    def about(self, subject: Subject | int):
        return self.filter(subject=subject)

    def measured_of(self, kpis):
        """Those of these KPIs that have numbers, of the organisation first."""
        is_ours = models.Case(
            models.When(subject__kind=SubjectKind.ORGANISATION, then=0), default=1
        )
        rows = self.filter(kpi__in=kpis, state__isnull=False).select_related("state", "kpi")
        return rows.prefetch_related("kpi__versions").order_by(is_ours, "subject", "pk")

    def naming(self, words: str):
        return self.filter(Q(kpi__name__icontains=words) | Q(subject__name__icontains=words))

    def with_state(self):
        """With what metrics knows of them now, which it keeps in one row each."""
        return self.select_related("kpi", "subject", "owner", "state").prefetch_related(
            "kpi__versions"
        )


class Series(models.Model):
    """One KPI of one subject: what observations, targets and key results hang on."""

    kpi = models.ForeignKey(Kpi, on_delete=models.PROTECT, related_name="series")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="series")
    # How its numbers are read: by which rules, limits and season (metrics changes all three).
    rule_set = models.CharField(max_length=20, default="wheeler")
    chart = models.CharField(max_length=10, choices=Chart, default=Chart.XMR)
    season = models.PositiveSmallIntegerField(default=0)  # periods in a season; 0: none
    owner = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="series"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("series")
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

    @property
    def unit(self) -> str:
        definition = self.kpi.definition
        return definition.unit if definition else ""

    @property
    def known(self):
        """What metrics keeps of it (``series.state``), or None before the first number."""
        return getattr(self, "state", None)

    @property
    def newest_period(self) -> date:
        """The first day of its newest closed period; today before there is one."""
        return (
            self.known.latest_period if self.known and self.known.latest_period else clock.today()
        )

    @property
    def counted_by(self) -> KpiVersion | None:
        """The definition that its newest number is counted by."""
        return meaning.counting(list(self.kpi.versions.all()), self.newest_period)

    def value_on(self, day: date) -> float | None:
        """The newest closed value by ``day``, as far back as the state remembers (26 periods)."""
        state = self.known
        if state is None:
            return None
        return value_by(day, state.latest, state.latest_period, state.recent)

    def starting_value(self, day: date) -> float | None:
        """Where a baseline begins that nobody says: the newest closed value, in the digits that
        people write."""
        value = self.value_on(day)
        return None if value is None else float(f"{value:.4g}")

    @property
    def has_limits(self) -> bool:
        state = self.known
        return bool(state and state.n) and None not in (state.centre, state.mr_centre)

    def judged_values(self, on: date) -> list[float]:
        """The remembered values that the present limits come from, oldest first."""
        return self.closed_values(BEFORE_ALL, on)[-self.known.n :] if self.has_limits else []

    def realism(self, aim: Aim, on: date, buckets: int = 1) -> Realism | None:
        """Whether an aim is met by itself, by luck, or needs an improvement; for the mean of so
        many ``buckets`` if there are several. None before the first number."""
        state = self.known
        if state is None:
            return None
        return realism(
            state.centre,
            state.mr_centre,
            state.n if self.has_limits else 0,
            *aim,
            values=self.judged_values(on) or None,
            buckets=buckets,
            r1=state.r1 if state.r1 is not None and abs(state.r1) < 1 else 0.0,
        )

    @property
    def cadence(self) -> str:
        definition = self.kpi.definition
        return definition.cadence if definition else ""

    @property
    def closed_points(self) -> list[tuple[date, float]]:
        """The remembered closed periods that nobody excluded, with their values, oldest first."""
        recent = self.known.recent if self.known else []
        return [
            (date.fromisoformat(period), value)
            for period, value, is_complete, is_excluded, *_reading in recent
            if value is not None and is_complete and not is_excluded
        ]

    def closed_values(self, first: date, last: date) -> list[float]:
        """The remembered values of closed periods that begin from ``first`` to ``last`` and that
        nobody excluded, oldest first."""
        return closed_values(self.known.recent if self.known else [], first, last)


class TargetQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(series__in=Series.objects.visible_to(person).values("pk"))

    def on(self, day: date):
        newer = Target.objects.filter(series=models.OuterRef("series"), from_on__lte=day)
        return self.filter(pk=models.Subquery(newer.order_by("-from_on").values("pk")[:1]))


class Target(models.Model):
    """What a series should be from a day on: at least ``low``, at most ``high``, or between."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="targets")
    from_on = models.DateField(_("from"), default=clock.today)
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
