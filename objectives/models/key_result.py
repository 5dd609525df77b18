from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
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
from objectives.models.kpi import KpiVersion
from objectives.models.objective import Objective
from objectives.models.series import Series
from objectives.progress import Numbers, meaning, steps_of
from objectives.standing import Standing, standing_of
from productops import clock, trash
from productops.models import Discardable, KeptManager
from teams.models import Person


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
    # [[day, value]]: what should be reached by when, where the way is no straight line.
    plan = models.JSONField(default=list, blank=True, editable=False)
    # What its numbers are meant by: where the KPI has another meaning now, they say nothing.
    meant_by = models.ForeignKey(
        KpiVersion, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    # The newest check-in, kept by the verbs that say and correct one: pages of thousands read it.
    last_said = models.ForeignKey(
        CheckIn, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
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
    graded_on = models.DateField(null=True, editable=False)

    said_lately: list[CheckIn]  # where a query fetched those of the last week, oldest first
    said_earlier: list[CheckIn]  # where it fetched the newest before that week as well

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
    def worded_zones(self) -> list[tuple[str, str]]:
        """What the zones of a described result look like, as (name, text), nearest first."""
        return [(str(each.label), self.zones[each]) for each in Zone if each in self.zones]

    @property
    def last_check_in(self) -> CheckIn | None:
        """The newest, by its pointer."""
        return self.last_said

    @transaction.atomic
    def point_at_newest(self) -> None:
        """Let the pointer lead to the newest check-in, whoever said another one meanwhile: they
        wait here until the transaction ends. Asks again after the lock, to see what they said."""
        KeyResult.with_trash.select_for_update(no_key=True).filter(pk=self.pk).get()
        self.last_said = self.check_ins.newest_first().first()
        KeyResult.with_trash.filter(pk=self.pk).update(last_said=self.last_said)

    def save(self, *args, update_fields=None, **options) -> None:
        """A row that is there keeps its pointer: somebody may have checked in since it was read."""
        if update_fields is None and not self._state.adding:
            names = {
                field.name for field in self._meta.concrete_fields
            } - self.get_deferred_fields()
            update_fields = names - {"id", "last_said"}
        super().save(*args, update_fields=update_fields, **options)

    def said_before(self) -> list[CheckIn]:
        """The newest check-in and the one before it; ``with_evidence`` fetches both."""
        said = getattr(self, "newest_two", None)
        if said is None:
            said = self.check_ins.order_by("-on", "-pk")[:2]
        return list(said)

    def history(self) -> models.QuerySet[CheckIn]:
        """All check-ins, newest first, with their authors; ``with_standing`` has the newest."""
        said = CheckIn.objects.filter(key_result=self.pk).select_related("author")
        return said.prefetch_related("revisions__by").newest_first()

    def due_on(self) -> date:
        """When the next check-in is due: a week after the last, or after it began."""
        last = self.last_check_in
        since = last.on if last else clock.day_of(self.created_at)
        return since + timedelta(days=CHECK_IN_EVERY_DAYS)

    @property
    def numbers(self) -> Numbers:
        """All that its standing is worked out from; ``with_standing`` fetches what it reads."""
        objective, said = self.objective, self.last_check_in
        cycle, state = objective.cycle, self.series.known if self.series else None
        return Numbers(
            kind=self.kind,
            begun_on=cycle.starts_on or clock.day_of(self.created_at),
            starts_on=cycle.starts_on,
            ends_on=cycle.ends_on,
            closed_on=objective.closed_on,
            baseline=self.baseline,
            commit=self.commit,
            target=self.target,
            stretch=self.stretch,
            low=self.low,
            high=self.high,
            plan=self.plan,
            said_on=said.on if said else None,
            said_value=said.value if said else None,
            said_zone=said.zone if said else "",
            confidence=said.confidence if said else None,
            is_watched=self.series_id is not None,
            latest=state.latest if state else None,
            latest_period=state.latest_period if state else None,
            recent=state.recent if state else [],
            meant_otherwise=self.is_meant_otherwise,
            meant_from=self.meant_from,
            is_graded=self.is_graded,
            final_progress=self.final_progress,
            final_value=self.final_value,
            final_zone=self.final_zone,
        )

    @property
    def definitions(self) -> list[KpiVersion]:
        """All that its KPI ever meant; prefetch them for lists."""
        return list(self.series.kpi.versions.all()) if self.series else []

    @property
    def is_meant_otherwise(self) -> bool:
        """Whether its KPI is counted by another meaning now than its numbers were written for."""
        if self.series is None or self.is_ordinal or self.is_graded:
            return False
        return meaning.differs(self.definitions, self.meant_by_id, self.series.newest_period)

    @property
    def meant_from(self) -> date | None:
        """The first day whose numbers mean what was written; None where that is so from ever."""
        return meaning.counted_from(self.definitions, self.meant_by_id)

    @property
    def meant_unit(self) -> str:
        """The unit that its numbers were written in."""
        written = meaning.written_for(self.definitions, self.meant_by_id)
        return written.unit if written else ""

    def current(self, on: date) -> float | None:
        """The value by ``on``, of its series or as it was said (objectives/progress/numbers.py,
        as all that follows here)."""
        return self.numbers.current(on)

    def zone_reached(self, on: date) -> Zone | None:
        """How far it got; None where unknown."""
        reached = self.numbers.zone_reached(on)
        return Zone(reached) if reached else None

    def progress(self, on: date) -> float | None:
        """Signed share of the way, 1 at the target; None where it is not known."""
        return self.numbers.progress(on)

    def expected(self, on: date) -> float | None:
        """The share of the way that should be done by ``on``; None in a backlog."""
        return self.numbers.expected(on)

    def standing(self, on: date) -> Standing:
        """Pace and confidence on ``on``."""
        return standing_of(self.numbers, on)

    @property
    def is_graded(self) -> bool:
        """Whether what it had reached was kept when its objective closed."""
        return self.objective.is_closed and self.graded_on is not None

    @property
    def planned_steps(self) -> list[tuple[date, float]]:
        """Its plan as days and values, in order."""
        return steps_of(self.plan)

    @property
    def is_overruled(self) -> bool:
        """Whether a person's word stands beside the pace; a check-in since then ends it."""
        if not self.said_status or self.said_status_on is None:
            return False
        last = self.last_check_in
        return last is None or last.on <= self.said_status_on

    @transaction.atomic
    def overrule(self, *, status: Pace, reason: str, by: Person, on: date | None = None) -> None:
        """Set another status than the pace does, and why."""
        if not reason.strip():
            raise ValidationError({"reason": _("Say why it is otherwise than the pace says.")})
        self.read_again()
        self.said_by = by
        day = on or clock.today()
        self.put(
            by=by, verb="overruled", said_status=status, said_reason=reason, said_status_on=day
        )

    def discard(self, *, by: Person) -> None:
        trash.discard(row=self, by=by)

    def restored(self, *, by: Person) -> None:
        """It is back from the trash, unless its objective closed meanwhile: the grade came from
        the others."""
        rows = Objective.with_trash.select_for_update(no_key=True, of=("self",))
        objective = rows.select_related("cycle").get(pk=self.objective_id)
        if objective.is_closed or objective.cycle.is_closed:
            text = _("Its objective, or the cycle, is closed. Reopen that first.")
            raise ValidationError(text)
