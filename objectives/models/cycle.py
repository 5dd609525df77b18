from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from objectives.choices import CycleState
from objectives.models.editing import Editable
from objectives.progress import share_gone
from productops.models import Record
from teams.models import Person, Subject


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

    def elapsed(self, on: date) -> float | None:
        """The share of the cycle that is over by ``on``, 0 to 1; None for the backlog."""
        return share_gone(self.starts_on, self.ends_on, on)

    def edit(self, *, by: Person, **values: Any) -> bool:
        """Take these values; a closed one stays as it is."""
        if self.is_closed and self.differing(values):
            raise ValidationError({"state": _("This cycle is closed.")})
        return super().edit(by=by, **values)

    @transaction.atomic
    def close(self, *, by: Person, **said: str) -> None:
        """End the cycle with what it taught (``said``: keeps, changes, stops); its objectives
        keep their states, which people set one by one."""
        if self.read_again().state == CycleState.OPEN:
            now = timezone.now()
            self.turn(by=by, verb="closed", state=CycleState.CLOSED, closed_at=now, **said)

    @transaction.atomic
    def reopen(self, *, by: Person) -> None:
        if self.read_again().is_closed:
            self.turn(by=by, verb="reopened", state=CycleState.OPEN, closed_at=None)
