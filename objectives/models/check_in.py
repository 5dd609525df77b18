from datetime import date
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

    def of_kept(self):
        """Not of key results or objectives in the trash."""
        return self.filter(key_result__deleted_at=None, key_result__objective__deleted_at=None)

    def newest_first(self):
        """Of one day, the one that was said last."""
        return self.order_by("-on", "-pk")

    def newest_by(self, day: date):
        """Of each key result the newest of those by ``day``; the newest of all has a pointer.

        One pass over the rows, numbered by key result: a subquery a row costs ten times that.
        """
        newest = (F("on").desc(), F("pk").desc())
        place = Window(RowNumber(), partition_by=F("key_result"), order_by=newest)
        return self.filter(on__lte=day).annotate(place=place).filter(place=1)


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
