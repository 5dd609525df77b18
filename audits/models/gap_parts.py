"""Where a gap was seen, by which answers, and for how long it is accepted."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audits.models.answer import AnswerRevision
from audits.models.audit import Scope
from productops import clock
from teams.models import Person


class GapScope(models.Model):
    """A scope in which the gap was seen, with the level found there."""

    gap = models.ForeignKey("Gap", on_delete=models.CASCADE, related_name="scopes")
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="gaps")
    level = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gap", "scope"], name="gap_scope_once")]

    def __str__(self):
        return f"{self.gap} · {self.scope.subject}"


class GapAnswer(models.Model):
    """The very answer, in the revision it had, that shows the gap."""

    gap = models.ForeignKey("Gap", on_delete=models.CASCADE, related_name="answers")
    revision = models.ForeignKey(AnswerRevision, on_delete=models.PROTECT, related_name="gaps")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gap", "revision"], name="gap_answer_once")]

    def __str__(self):
        return f"{self.gap_id} · {self.revision_id}"


class ExemptionQuerySet(models.QuerySet):
    def running(self):
        return self.filter(ended_on=None)

    def over_on(self, day: date):
        """Still counted as running although their last day has passed."""
        return self.running().filter(until_on__lt=day)


class Exemption(models.Model):
    """A gap accepted for a time, with reason and approver; it opens again by itself."""

    gap = models.ForeignKey("Gap", on_delete=models.CASCADE, related_name="exemptions")
    reason = models.TextField(_("reason"))
    from_on = models.DateField(default=clock.today, editable=False)
    until_on = models.DateField(_("until"))
    ended_on = models.DateField(null=True, editable=False)  # when the gap was taken up again
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = ExemptionQuerySet.as_manager()

    class Meta:
        ordering = ["-until_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="exemption_ends_not_before_it_begins", condition=Q(until_on__gte=F("from_on"))
            ),
        ]

    def __str__(self):
        return f"{self.gap} until {self.until_on}"
