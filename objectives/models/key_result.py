from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from objectives.choices import (
    CHECK_IN_EVERY_DAYS,
    KeyResultKind,
    Pace,
    Zone,
)
from objectives.models.check_in import CheckIn
from objectives.models.editing import Editable
from objectives.models.key_result_rows import KeyResultQuerySet
from objectives.models.objective import Objective
from objectives.models.series import BEFORE_ALL, Series
from objectives.progress import (
    Levels,
    Realism,
    achievement_status,
    maintain_share,
    pace,
    pace_status,
    progress,
    realism,
    zone,
)
from objectives.progress.levels import SHARE_OF_STRETCH
from objectives.standing import Standing
from productops import clock, trash
from productops.models import Discardable, KeptManager
from teams.models import Person

# A described result is at its target where the zone "target" is reached.
SHARE_OF_TARGET = {
    Zone.FAIL: 0.0,
    Zone.COMMIT: SHARE_OF_STRETCH["commit"] / SHARE_OF_STRETCH["target"],
    Zone.TARGET: 1.0,
    Zone.STRETCH: SHARE_OF_STRETCH["stretch"] / SHARE_OF_STRETCH["target"],
}


class KeyResult(Editable, Discardable):
    """How one would see that the objective is reached.

    metric: from ``baseline`` to ``target`` (``commit`` and ``stretch`` beside it) on a series;
    maintain: the series stays within ``low`` and ``high``; ordinal: zones in words.
    """

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="key_results")
    title = models.CharField(_("title"), max_length=300)
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="key_results", verbose_name=_("owner")
    )
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
    # A person's word against the computed pace, with its reason, until its next check-in.
    said_status = models.CharField(max_length=10, choices=Pace, blank=True, editable=False)
    said_reason = models.TextField(blank=True, editable=False)
    said_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    said_status_on = models.DateField(null=True, editable=False)
    carried_from = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="carried_to", editable=False
    )
    # How far it was when its objective closed: what evaluation and calibration read.
    final_progress = models.FloatField(null=True, editable=False)
    final_value = models.FloatField(null=True, editable=False)
    final_zone = models.CharField(max_length=10, choices=Zone, blank=True, editable=False)

    objects = KeptManager.from_queryset(KeyResultQuerySet)()
    with_trash = KeyResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("key result")
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

    @property
    def unit(self) -> str:
        return self.series.unit if self.series else ""

    @property
    def is_metric(self) -> bool:
        return self.kind == KeyResultKind.METRIC

    @property
    def is_maintain(self) -> bool:
        return self.kind == KeyResultKind.MAINTAIN

    @property
    def is_ordinal(self) -> bool:
        return self.kind == KeyResultKind.ORDINAL

    @property
    def takes_values(self) -> bool:
        """Whether a check-in has to bring the number, because no series does."""
        return self.is_metric and self.series_id is None

    @property
    def levels(self) -> Levels | None:
        """Its four numbers, where it has all of them."""
        numbers = (self.baseline, self.commit, self.target, self.stretch)
        return None if None in numbers else Levels(*numbers)  # type: ignore[arg-type]

    @property
    def worded_zones(self) -> list[tuple[str, str]]:
        """What the zones of a described result look like, as (name, text), nearest first."""
        return [(str(each.label), self.zones[each]) for each in Zone if each in self.zones]

    @property
    def last_check_in(self) -> CheckIn | None:
        return next(iter(self.check_ins.all()[:1]), None)

    def history(self) -> models.QuerySet[CheckIn]:
        """All check-ins, newest first, with their authors; ``with_standing`` has the newest."""
        said = CheckIn.objects.filter(key_result=self.pk).select_related("author")
        return said.prefetch_related("revisions").order_by("-on", "-pk")

    def due_on(self) -> date:
        """When the next check-in is due: a week after the last, or after it began."""
        last = self.last_check_in
        since = last.on if last else clock.day_of(self.created_at)
        return since + timedelta(days=CHECK_IN_EVERY_DAYS)

    def current(self, on: date) -> float | None:
        """The value by ``on``: of the series where it watches one, else of the last check-in."""
        if self.series:
            return self.series.value_on(on)
        last = self.last_check_in
        return last.value if last else None

    def zone_reached(self, on: date) -> Zone | None:
        """How far it got: by its numbers, or as the last check-in says; None where unknown."""
        if self.is_ordinal:
            last = self.last_check_in
            return Zone(last.zone) if last and last.zone else None
        current = self.current(on)
        if self.levels is None or current is None:
            return None
        return Zone(zone(self.levels, current))

    def progress(self, on: date) -> float | None:
        """Signed share of the way, 1 at the target; of a range kept, the share of the cycle's
        closed periods inside it. None where it is not known (formulae 4.4)."""
        if self.is_metric:
            if self.baseline is None or self.target is None:
                return None
            return progress(self.baseline, self.target, self.current(on))
        if self.is_maintain:
            return maintain_share(self._values_in_cycle(on), low=self.low, high=self.high)
        reached = self.zone_reached(on)
        return None if reached is None else SHARE_OF_TARGET[reached]

    def standing(self, on: date) -> Standing:
        """Pace and confidence on ``on``; ``with_standing`` fetches what it reads."""
        done, gone = self.progress(on), self.objective.cycle.elapsed(on)
        tempo = None if gone is None or self.is_maintain else pace(done, gone)
        status = achievement_status(done) if self.is_maintain else pace_status(tempo)
        said = self.last_check_in
        return Standing(
            status=Pace(status),
            progress=done,
            expected=gone,
            pace=tempo,
            current=self.current(on),
            confidence=said.confidence if said else None,
            said_on=said.on if said else None,
        )

    def realism(self) -> Realism | None:
        """Whether the target is met by itself, by luck, or needs an improvement; None where no
        series or no target says anything."""
        state, wanted = self.series.known if self.series else None, self._wanted()
        if state is None or wanted is None:
            return None
        values = self.series.closed_values(BEFORE_ALL, clock.today())[-state.n :]
        target, direction = wanted
        return realism(
            state.centre, state.mr_centre, _judged(state), target, direction, values=values or None
        )

    def _wanted(self) -> tuple[float | tuple[float, float], str] | None:
        """The target and in which direction it lies, as ``realism`` reads it."""
        if self.is_maintain:
            if self.low is not None and self.high is not None:
                return (self.low, self.high), "band"
            bound = self.low if self.low is not None else self.high
            return None if bound is None else (bound, "up" if bound == self.low else "down")
        if not self.is_metric or self.target is None or self.target == self.baseline:
            return None
        return self.target, "up" if self.target > (self.baseline or 0.0) else "down"

    def _values_in_cycle(self, on: date) -> list[float]:
        cycle = self.objective.cycle
        if self.series is None:
            return []
        return self.series.closed_values(cycle.starts_on or BEFORE_ALL, on)

    def discard(self, *, by: Person) -> None:
        trash.discard(row=self, by=by)


def _judged(state) -> int:
    """How many points the limits come from; none where there are no limits yet."""
    return 0 if state.centre is None or state.mr_centre is None else state.n


class PlannedValue(models.Model):
    """What a key result should have reached by a day: its way in steps instead of a line."""

    key_result = models.ForeignKey(KeyResult, on_delete=models.CASCADE, related_name="plan")
    on = models.DateField(_("by"))
    value = models.FloatField(_("value"))

    class Meta:
        ordering = ["key_result", "on"]
        constraints = [
            models.UniqueConstraint(fields=["key_result", "on"], name="planned_value_once_a_day"),
        ]

    def __str__(self):
        return f"{self.key_result}: {self.value:g} by {self.on}"
