"""Who holds a seat of a tool, and who was seen using it."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Max, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from productops import changelog
from teams.models import Person
from tooling.choices import SEAT_ENDED, SeatUse, Strength
from tooling.models.tool import Tool


class SeatAssignmentQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self if person.sees_all else self.filter(person=person)

    def changeable_by(self, person: Person):
        return self.filter(tool__in=Tool.objects.changeable_by(person).values("pk"))

    def on(self, day: date):
        return self.filter(Q(from_on__lte=day) & (Q(until_on=None) | Q(until_on__gt=day)))

    def with_last_use(self, on: date):
        """Annotate ``last_used``: the day on which the holder was last seen, up to ``on``."""
        seen = Usage.objects.filter(
            tool=models.OuterRef("tool"), person=models.OuterRef("person"), on__lte=on
        )
        return self.annotate(last_used=models.Subquery(seen.order_by("-on").values("on")[:1]))

    def of_use(self, use: str, first: date):
        """Seats used in one way; ``first`` is the first day that counts as lately. Needs
        ``with_last_use``."""
        left = Q(person__is_active=False)
        return self.filter(
            {
                SeatUse.LEFT: left,
                SeatUse.NEVER: ~left & Q(last_used=None),
                SeatUse.IDLE: ~left & Q(last_used__lt=first),
                SeatUse.ACTIVE: ~left & Q(last_used__gte=first),
            }[SeatUse(use)]
        )

    def naming(self, words: str):
        found = self
        for word in words.split()[:8]:
            found = found.filter(Q(person__name__icontains=word) | Q(person__email__icontains=word))
        return found


class SeatAssignment(models.Model):
    """A person holds a seat of a tool from one day until another (not included)."""

    tool = models.ForeignKey(Tool, on_delete=models.CASCADE, related_name="seat_assignments")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tool_seats")
    from_on = models.DateField(_("from"), default=timezone.localdate)
    until_on = models.DateField(_("until"), null=True, blank=True)

    last_used: date | None  # where ``with_last_use`` was asked

    objects = SeatAssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["tool", "person__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tool", "person", "from_on"], name="tool_seat_begins_once_a_day"
            ),
            models.CheckConstraint(
                name="tool_seat_ends_after_it_begins",
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")),
            ),
        ]

    def __str__(self):
        return f"{self.tool} · {self.person}"

    def use(self, first: date) -> SeatUse:
        """Whether it is used, and if not, why; ``first`` as in ``of_use``, which it agrees with."""
        if not self.person.is_active:
            return SeatUse.LEFT
        if self.last_used is None:
            return SeatUse.NEVER
        return SeatUse.ACTIVE if self.last_used >= first else SeatUse.IDLE

    def end(self, *, on: date, by: Person) -> None:
        """The seat is free again from ``on``. Ending it twice changes nothing."""
        if self.until_on is None:
            # Who gives it back on the first day held it for that day.
            self.until_on = max(on, self.from_on + timedelta(days=1))
            self.save(update_fields=["until_on"])
            after = {"person": self.person, "until": self.until_on}
            changelog.record(by=by, row=self.tool, verb=SEAT_ENDED, after=after)


class UsageQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """Who used what is personal; counts are for those who see everything."""
        return self if person.sees_all else self.filter(person=person)

    def within(self, first: date, last: date):
        return self.filter(on__gte=first, on__lte=last)

    def of_people(self):
        return self.exclude(person=None)

    def in_windows(self, windows: set[int], on: date):
        """Use within each tool's own window of days that ends on ``on``."""
        found = Q(pk__in=[])
        for days in windows:
            found |= Q(tool__active_days=days, on__gt=on - timedelta(days=days))
        return self.filter(found, on__lte=on)

    def newest_counts(self, on: date):
        """The newest count without names of each tool, up to ``on``."""
        newer = Usage.objects.filter(tool=models.OuterRef("tool"), person=None, on__lte=on)
        return self.filter(pk=models.Subquery(newer.order_by("-on").values("pk")[:1]))

    def by_month(self):
        """For each month: ``people`` named, and ``most`` of the counts without names."""
        months = self.annotate(month=TruncMonth("on")).values("month")
        return months.annotate(
            people=models.Count("person", distinct=True), most=Max("count")
        ).order_by("month")


class Usage(models.Model):
    """A person was seen using a tool on a day, or ``count`` people were (a person unnamed)."""

    tool = models.ForeignKey(Tool, on_delete=models.CASCADE, related_name="usage")
    on = models.DateField()
    person = models.ForeignKey(
        Person, null=True, on_delete=models.CASCADE, related_name="tool_usage"
    )
    count = models.PositiveIntegerField(null=True)  # active people in the window that ends then
    strength = models.CharField(max_length=6, choices=Strength, default=Strength.WEAK)

    objects = UsageQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("usage")
        constraints = [
            # Two constraints, since SQLite has no way to say that two nulls are the same.
            models.UniqueConstraint(
                fields=["tool", "on", "person"],
                name="usage_of_a_person_once_a_day",
                condition=Q(person__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["tool", "on"],
                name="usage_without_a_person_once_a_day",
                condition=Q(person=None),
            ),
            models.CheckConstraint(
                name="usage_names_a_person_or_counts_people",
                condition=Q(person__isnull=False, count=None) | Q(person=None, count__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.tool} on {self.on}"
