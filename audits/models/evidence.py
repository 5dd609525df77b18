"""What shows an answer or a gap: a paper or an address, with every revision of it."""

from datetime import date

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.models.answer import Answer
from audits.models.gap import Gap
from productops.models import StoredFile
from teams.models import Person, Subject


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(
            Q(gap__in=Gap.objects.visible_to(person).values("pk"))
            | Q(answer__in=Answer.objects.visible_to(person).values("pk"))
        )

    def changeable_by(self, person: Person):
        """Evidence of gaps, and of answers about subjects, that the person may change."""
        subjects = Subject.objects.changeable_by(person).values("pk")
        return self.visible_to(person).filter(
            Q(gap__subject__in=subjects) | Q(answer__scope__subject__in=subjects)
        )

    def with_newest(self):
        """Each with the number of its newest revision as ``newest`` and what that one says."""
        return self.annotate(
            newest=Subquery(_newest().values("number")[:1]),
            holds_until=Subquery(_newest().values("valid_until")[:1]),
        ).filter(newest__isnull=False)

    def holding_on(self, day: date):
        """Those whose newest revision still holds on that day."""
        found = self.with_newest()
        return found.filter(Q(holds_until=None) | Q(holds_until__gte=day))

    def over_by(self, day: date):
        """Those whose newest revision does not hold beyond that day."""
        return self.with_newest().filter(holds_until__lte=day)


def _newest():
    return EvidenceRevision.objects.filter(evidence=OuterRef("pk")).order_by("-number")


class Evidence(models.Model):
    """Belongs to a gap or to an answer."""

    title = models.CharField(_("title"), max_length=200)
    gap = models.ForeignKey(Gap, null=True, on_delete=models.CASCADE, related_name="evidence")
    answer = models.ForeignKey(Answer, null=True, on_delete=models.CASCADE, related_name="evidence")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(
                name="evidence_belongs_to_a_gap_or_an_answer",
                condition=Q(gap__isnull=False, answer=None) | Q(gap=None, answer__isnull=False),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("audits:evidence-detail", args=[self.pk])

    @property
    def about(self) -> Gap | Answer:
        found = self.gap or self.answer
        assert found is not None, "a constraint of the table sees to it"
        return found

    @property
    def subject(self) -> Subject:
        """Whoever may change what is said of it may change its evidence."""
        return self.gap.subject if self.gap else self.answer.scope.subject


class EvidenceRevision(models.Model):
    """One state of a piece of evidence: a file or an address, and until when it holds."""

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    url = models.URLField(_("link"), blank=True, max_length=500)
    note = models.TextField(_("note"), blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["evidence", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "number"], name="evidence_revision_once"),
        ]

    def __str__(self):
        return f"{self.evidence} r{self.number}"

    def is_over_on(self, day: date) -> bool:
        return self.valid_until is not None and self.valid_until < day
