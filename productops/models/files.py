"""Files that were sent, and what their imports did."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """A file that somebody sent, kept under its hash in DATA_DIR/files."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.name


class ImportRunQuerySet(models.QuerySet):
    def visible_to(self, person):
        return self if person.changes_all else self.filter(by=person)

    def applied(self):
        return self.filter(state=ImportRun.State.APPLIED)


class ImportRun(models.Model):
    """One import: which file, by whom, what came of it."""

    class State(models.TextChoices):
        CHECKED = "checked", _("Checked")
        APPLIED = "applied", _("Applied")
        REFUSED = "refused", _("Refused")

    kind = models.CharField(max_length=40)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT)
    name = models.CharField(max_length=255)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State)
    report = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="imports"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ImportRunQuerySet.as_manager()

    def __str__(self):
        return f"{self.kind} {self.name}"
