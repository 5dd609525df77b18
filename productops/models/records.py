"""What every record that people edit has in common."""

from django.db import models
from django.db.models import F


class Record(models.Model):
    """A row that people edit: ``version`` lets a stale edit be refused instead of lost."""

    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class KeptManager(models.Manager):
    """Rows that are not in the trash."""

    def get_queryset(self):
        return super().get_queryset().filter(deleted_at=None)


class Discardable(Record):
    """A record made by hand: deleting puts it into the trash for 30 days, with undo.

    A concrete model sets ``objects = KeptManager.from_queryset(ItsQuerySet)()`` and
    ``with_trash = ItsQuerySet.as_manager()``.
    """

    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True


def stale_or_current(queryset, version: int):
    """Bump ``version`` of the one row in ``queryset`` if it still is ``version``; tell whether
    it was: the compare-and-swap behind every edit form and If-Match."""
    return queryset.filter(version=version).update(version=F("version") + 1) == 1
