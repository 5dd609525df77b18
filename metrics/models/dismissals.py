"""Opportunities that somebody put aside for a while."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from teams.models import Person


class DismissalQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """What is asked of the opportunity that it puts aside: see ``opportunities``."""
        return self if person.role else self.none()

    def holding_on(self, day: date):
        return self.filter(until_on__gte=day)


class Dismissal(models.Model):
    """A "not now" to one opportunity, with a reason and an end. The last word counts."""

    key = models.CharField(max_length=40, unique=True)  # of the opportunity: "gap:12"
    reason = models.CharField(_("why not now"), max_length=500, blank=True)
    until_on = models.DateField(_("until"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="dismissals")
    at = models.DateTimeField(auto_now=True)

    objects = DismissalQuerySet.as_manager()

    class Meta:
        ordering = ["until_on", "pk"]

    def __str__(self):
        return self.key
