from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from objectives.choices import Zone
from productops import changelog, clock
from productops.models import Record
from teams.models import Person, Subject

# Later it is history: then it is corrected, and both stand.
TAKEN_BACK_WITHIN = timedelta(hours=1)
# What a revision keeps of a check-in.
CONTENT = ("on", "value", "zone", "confidence", "changed", "taken", "blockers")


class CheckInQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """One's own, and those about what one sees."""
        subjects = Subject.objects.visible_to(person).values("pk")
        seen = Q(author=person) | Q(key_result__objective__subject__in=subjects)
        return self.of_kept().filter(seen)

    def changeable_by(self, person: Person):
        """One's own, while one owns the key result, and those about what one may change."""
        subjects = Subject.objects.changeable_by(person).values("pk")
        mine = Q(author=person, key_result__owner=person) | Q(
            key_result__objective__subject__in=subjects
        )
        return self.of_kept().filter(mine)

    def said_by(self, person: Person, day: date):
        """What the person said of that day, with what a line about it says."""
        rows = self.of_kept().filter(author=person, on=day)
        rows = rows.select_related("author", "key_result__objective", "key_result__series__kpi")
        return rows.prefetch_related("revisions", "key_result__series__kpi__versions")

    def of_kept(self):
        """Not of key results or objectives in the trash."""
        return self.filter(key_result__deleted_at=None, key_result__objective__deleted_at=None)

    def newest_first(self):
        """Of one day, the one that was said last."""
        return self.order_by("-on", "-pk")

    def newest_two(self):
        """Of each key result the newest and the one before it, in this order, with who said it."""
        return self._newest_of(self.select_related("author"), 2).order_by("key_result", "place")

    def newest_by(self, day: date):
        """Of each key result the newest of those by ``day``; the newest of all has a pointer.

        One pass over the rows, numbered by key result: a subquery a row costs ten times that.
        """
        return self._newest_of(self.filter(on__lte=day))

    def _newest_of(self, rows, number: int = 1):
        newest = (F("on").desc(), F("pk").desc())
        place = Window(RowNumber(), partition_by=F("key_result"), order_by=newest)
        return rows.annotate(place=place).filter(place__lte=number)


class CheckIn(Record):
    """What an owner says of a key result on a day. The number comes with the data where a
    series is watched; the check-in adds meaning."""

    key_result = models.ForeignKey("KeyResult", on_delete=models.CASCADE, related_name="check_ins")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="check_ins")
    on = models.DateField(_("day"), default=clock.today)
    value = models.FloatField(_("value"), null=True, blank=True)
    zone = models.CharField(_("zone"), max_length=10, choices=Zone, blank=True)
    # None where it came from a file: nobody said how sure they were.
    confidence = models.PositiveSmallIntegerField(_("confidence, 0 to 10"), null=True)
    changed = models.TextField(_("what changed"), blank=True)
    taken = models.TextField(_("what we did about it"), blank=True)
    blockers = models.TextField(_("what is in the way"), blank=True)

    objects = CheckInQuerySet.as_manager()

    class Meta:
        verbose_name = _("check-in")
        ordering = ["key_result", "-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="check_in_confidence_from_0_to_10", condition=Q(confidence__lte=10)
            ),
        ]

    def __str__(self):
        return f"{self.key_result} · {self.on}"

    def get_absolute_url(self):
        address = reverse("objectives:key-result-detail", args=[self.key_result_id])
        return f"{address}#check-in-{self.pk}"

    @property
    def content(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in CONTENT}

    def may_be_taken_back(self, now: datetime) -> bool:
        """Whether it was said so lately that nobody has built on it, and stands as it was said."""
        return now - self.created_at < TAKEN_BACK_WITHIN and not self.revisions.all()

    def corrections(self) -> "list[Correction]":
        """What each correction changed, oldest first: (field, before, after). Reads revisions."""
        kept = list(self.revisions.all())
        states = [each.content for each in kept] + [self.content | {"on": self.on.isoformat()}]
        return [
            Correction(each.by, each.at, _changes(before, after))
            for each, before, after in zip(kept, states, states[1:], strict=False)
        ]

    @transaction.atomic
    def correct(self, *, by: Person, **values: Any) -> bool:
        """Take other values; what it said before stays as a revision. Whether anything differed."""
        before = self.content
        after = before | values
        if after == before:
            return False
        kept = before | {"on": self.on.isoformat()}
        CheckInRevision.objects.create(
            check_in=self, number=self.revisions.count() + 1, content=kept, by=by
        )
        for name, value in values.items():
            setattr(self, name, value)
        self.save()
        changelog.record(by=by, row=self, verb="corrected", before=before, after=after)
        return True


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


@dataclass(frozen=True)
class Correction:
    """What one correction of a check-in changed."""

    by: Person
    at: datetime
    changes: list[tuple[str, Any, Any]]


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    names = [name for name in CONTENT if before.get(name) != after.get(name)]
    return [(name, before.get(name), after.get(name)) for name in names]
