from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from objectives.choices import CLOSED_OBJECTIVE_STATES, CycleState
from objectives.models.editing import Editable
from objectives.progress import share_gone
from objectives.spans import Span, name_of, next_span
from productops.models import Organisation, Record
from teams.models import Person, Subject

ENDING_DAYS = 7  # so long before its end a cycle asks what becomes of its objectives
MOST_COMPARED = 50


class CycleQuerySet(models.QuerySet["Cycle"]):
    def visible_to(self, person: Person):
        return self if person.role else self.none()

    def changeable_by(self, person: Person):
        return self if person.changes_all else self.none()

    def on(self, day: date):
        return self.filter(starts_on__lte=day, ends_on__gte=day)

    def counted(self, person: Person):
        """With ``number``: how many objectives of each the person sees; newest first."""
        subjects = Subject.objects.visible_to(person).values("pk")
        seen = Q(objectives__deleted_at=None, objectives__subject__in=subjects)
        kept = models.Count("objectives", filter=seen)
        newest = F("starts_on").desc(nulls_last=True)
        return self.annotate(number=kept).order_by(newest, "pk")

    def ending(self, day: date):
        """Open ones of which at most a week is left, or that are over."""
        soon = day + timedelta(days=ENDING_DAYS)
        return self.filter(state=CycleState.OPEN, ends_on__lte=soon)

    def with_running(self):
        """With ``running``: how many objectives of each nobody closed."""
        open_ones = Q(objectives__deleted_at=None) & ~Q(
            objectives__state__in=CLOSED_OBJECTIVE_STATES
        )
        return self.annotate(running=models.Count("objectives", filter=open_ones))

    def before(self, cycle: "Cycle") -> "Cycle | None":
        """The last one that ended before ``cycle`` began; one as long as it, where there is one."""
        if cycle.starts_on is None:
            return None
        rows = self.filter(ends_on__lt=cycle.starts_on).order_by("-ends_on", "-pk")[:MOST_COMPARED]
        former = list(rows)
        alike = [each for each in former if each.is_as_long_as(cycle)]
        return next(iter(alike or former), None)

    def after(self, cycle: "Cycle") -> "Cycle | None":
        """Where what a cycle leaves goes on: the first open one that ends later, as long as it
        where there is one, else the backlog."""
        rows = self.not_closed().exclude(pk=cycle.pk)
        if cycle.ends_on is not None:
            rows = rows.filter(Q(ends_on__gt=cycle.ends_on) | Q(ends_on=None))
        later = list(rows.order_by(F("ends_on").asc(nulls_last=True), "pk")[:MOST_COMPARED])
        alike = [each for each in later if each.is_as_long_as(cycle)]
        return next(iter(alike or later), None)

    def next_open(self, cycle: "Cycle", day: date) -> "Cycle | None":
        """The dated cycle that takes up what ``cycle`` proposes: the one after it, or, from the
        backlog and from long ago, the one of today."""
        after = self.exclude(starts_on=None).after(cycle) if cycle.ends_on else None
        if after is not None and after.ends_on >= day:
            return after
        now = self.current(day)
        return now if now is not None and now.pk != cycle.pk else None

    def proposed(self, day: date, months: int | None = None) -> tuple[str, Span]:
        """What to open next and its name: the span after the last one of its length."""
        house = Organisation.objects.first()
        begins_in = house.year_begins_in if house else 1
        dated = self.exclude(starts_on=None).values_list("starts_on", "ends_on")
        spans = [Span(first, last) for first, last in dated]
        span = next_span(spans, day, months=months, begins_in=begins_in)
        return name_of(span, begins_in), span

    def not_closed(self):
        return self.exclude(state=CycleState.CLOSED)

    def closed(self):
        return self.filter(state=CycleState.CLOSED)

    def current(self, day: date) -> "Cycle | None":
        """The open cycle that ``day`` lies in, the shortest if several do; else the newest."""
        dated = self.filter(state=CycleState.OPEN)
        around = dated.on(day).order_by(F("ends_on") - F("starts_on"), "pk").first()
        return around or dated.order_by("-starts_on", "pk").first()


class Cycle(Editable, Record):
    """A span of time for which objectives are set; the backlog is one without dates."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=100)
    starts_on = models.DateField(_("starts"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=CycleState, default=CycleState.OPEN)
    # What the whole cycle taught: said once, at its end, beside the learnings of its objectives.
    keeps = models.TextField(_("what to keep"), blank=True)
    changes = models.TextField(_("what to change"), blank=True)
    stops = models.TextField(_("what to stop"), blank=True)
    closed_at = models.DateTimeField(null=True, editable=False)

    objects = CycleQuerySet.as_manager()

    class Meta:
        verbose_name = _("cycle")
        ordering = [F("starts_on").desc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                name="cycle_dated_unless_backlog",
                condition=Q(state=CycleState.BACKLOG, starts_on=None, ends_on=None)
                | (~Q(state=CycleState.BACKLOG) & Q(ends_on__gt=F("starts_on"))),
                violation_error_message=_("A cycle ends after it starts; a backlog has no dates."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"{reverse('objectives:objective-list')}?cycle={self.slug}"

    @property
    def is_backlog(self) -> bool:
        return self.state == CycleState.BACKLOG

    @property
    def is_closed(self) -> bool:
        return self.state == CycleState.CLOSED

    @property
    def span(self) -> Span | None:
        """Its days; None for the backlog."""
        if self.starts_on is None or self.ends_on is None:
            return None
        return Span(self.starts_on, self.ends_on)

    def is_as_long_as(self, other: "Cycle") -> bool:
        mine, theirs = self.span, other.span
        if mine is None or theirs is None:
            return False
        return (mine.months or -mine.days) == (theirs.months or -theirs.days)

    def is_ending(self, on: date) -> bool:
        """Whether it is time to say what becomes of what still runs."""
        soon = on + timedelta(days=ENDING_DAYS)
        return self.state == CycleState.OPEN and self.ends_on is not None and self.ends_on <= soon

    def elapsed(self, on: date) -> float | None:
        """The share of the cycle that is over by ``on``, 0 to 1; None for the backlog."""
        return share_gone(self.starts_on, self.ends_on, on)

    def edit(self, *, by: Person, **values: Any) -> bool:
        """Take these values; a closed one stays as it is."""
        if self.is_closed and self.differing(values):
            raise ValidationError({"state": _("This cycle is closed.")})
        return super().edit(by=by, **values)

    @transaction.atomic
    def close(self, *, by: Person, at: datetime | None = None, **said: str) -> None:
        """End the cycle with what it taught (``said``: keeps, changes, stops); its objectives
        keep their states, which people set one by one."""
        if self.read_again().state == CycleState.OPEN:
            moment = at or timezone.now()
            self.turn(by=by, verb="closed", state=CycleState.CLOSED, closed_at=moment, **said)

    @transaction.atomic
    def reopen(self, *, by: Person) -> None:
        if self.read_again().is_closed:
            self.turn(by=by, verb="reopened", state=CycleState.OPEN, closed_at=None)
