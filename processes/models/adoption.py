"""Which products and teams work by a process, from which day on."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from processes.choices import AdoptionState
from processes.models.process import Process
from teams.models import Person, Subject


class AdoptionQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(subject__in=Subject.objects.visible_to(person).values("pk"))

    def on(self, day: date):
        """The state of each process and subject on ``day``: the newest that began by then."""
        newer = Adoption.objects.filter(
            process=models.OuterRef("process"), subject=models.OuterRef("subject"), on__lte=day
        ).order_by("-on", "-pk")
        return self.filter(pk=models.Subquery(newer.values("pk")[:1]))


class Adoption(models.Model):
    """Whether a product or team works by a process, from a day on. A change is a new row."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="adoptions")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="adoptions")
    state = models.CharField(_("state"), max_length=10, choices=AdoptionState)
    on = models.DateField(_("since"), default=timezone.localdate)
    until_on = models.DateField(_("exempt until"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    objects = AdoptionQuerySet.as_manager()

    class Meta:
        ordering = ["process", "subject", "-on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["process", "subject", "on"], name="adoption_changes_once_a_day"
            ),
            models.CheckConstraint(
                name="exemption_from_a_process_has_a_reason_and_an_end",
                condition=~Q(state=AdoptionState.EXEMPT)
                | (Q(until_on__isnull=False) & ~Q(reason="")),
            ),
        ]

    def __str__(self):
        return f"{self.process} · {self.subject}: {self.state}"

    def counts_on(self, on: date) -> bool | None:
        """Whether the subject works by the process; None while it is exempt."""
        if self.state == AdoptionState.EXEMPT:
            return None if self.until_on >= on else False
        return self.state in (AdoptionState.ADOPTED, AdoptionState.ADAPTED)
