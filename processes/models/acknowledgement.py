"""Who was asked to read a published revision, and who did."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from processes.choices import RevisionState
from processes.models.revision import Revision
from productops import changelog
from productops.models import Link
from teams.models import Person


class AcknowledgementQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self if person.sees_all else self.filter(person=person)

    def missing(self):
        return self.filter(done_at=None)

    def in_force(self):
        """Of revisions that are published now, of processes that are not in the trash."""
        return self.filter(
            revision__state=RevisionState.PUBLISHED, revision__process__deleted_at=None
        )


class Acknowledgement(models.Model):
    """A named person is asked to read a published revision, and says so when they have."""

    revision = models.ForeignKey(
        Revision, on_delete=models.CASCADE, related_name="acknowledgements"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acknowledgements")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(_("until"), null=True, blank=True)
    link = models.OneToOneField(
        Link, null=True, on_delete=models.SET_NULL, related_name="acknowledgement"
    )
    done_at = models.DateTimeField(null=True)

    objects = AcknowledgementQuerySet.as_manager()

    class Meta:
        ordering = ["revision", "person__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "person"], name="acknowledged_once_for_each_revision"
            ),
        ]

    def __str__(self):
        return f"{self.person} · {self.revision}"

    def get_absolute_url(self):
        revision = self.revision
        return reverse("processes:revision-read", args=[revision.process_id, revision.number])

    @property
    def is_in_force(self) -> bool:
        """Whether there still is something to read: published, and not in the trash."""
        revision = self.revision
        return revision.state == RevisionState.PUBLISHED and revision.process.deleted_at is None

    def acknowledge(self) -> None:
        """The person says that they have read and understood it; twice changes nothing."""
        if self.done_at is None:
            self.done_at = timezone.now()
            self.save(update_fields=["done_at"])
            changelog.record(by=self.person, row=self.revision, verb="acknowledged")
