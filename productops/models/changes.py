"""The record of who changed what."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class AppendOnly(TypeError):  # noqa: N818  a statement of what the table is
    """Somebody tried to change or delete an entry of the change log."""


class ChangeQuerySet(models.QuerySet):
    def visible_to(self, person):
        """All for those who see all, else what the person changed."""
        return self if person.sees_all else self.filter(by=person)

    def naming(self, words: str):
        """Changes whose row, verb or person the words name; all where there are no words."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(title__icontains=word)
                | Q(verb__icontains=word)
                | Q(kind__icontains=word)
                | Q(by__name__icontains=word)
            )
        return found

    def unsealed(self):
        return self.filter(place=None).order_by("pk")

    def sealed(self):
        return self.exclude(place=None).order_by("place")

    def update(self, **values):
        raise AppendOnly("The change log is append-only.")

    def delete(self):
        raise AppendOnly("The change log is append-only.")


class ChangeEntry(models.Model):
    """Who changed what, from which value to which. Appended in the verb's own transaction;
    sealed later, in batches, into a chain of hashes that ``verify`` walks."""

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="changes"
    )
    kind = models.CharField(max_length=60)  # label of the model, e.g. audits.gap
    row = models.CharField(max_length=60)  # its key as text
    title = models.CharField(max_length=200)  # what it was called then
    verb = models.CharField(max_length=60)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    request = models.CharField(max_length=64, blank=True)
    place = models.PositiveBigIntegerField(null=True, unique=True)  # in the chain, once sealed
    hash = models.CharField(max_length=64, blank=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "row", "-at"], name="change_of_a_row"),
            models.Index(fields=["id"], name="change_unsealed", condition=Q(place=None)),
        ]
        constraints = [
            models.CheckConstraint(
                name="change_place_and_hash_together",
                condition=Q(place=None, hash="") | (Q(place__isnull=False) & ~Q(hash="")),
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.row}: {self.verb}"

    def save(self, **options):
        if not self._state.adding:
            raise AppendOnly("The change log is append-only.")
        super().save(**options)

    def delete(self, **options):
        raise AppendOnly("The change log is append-only.")


class ChangeSeal(models.Model):
    """The end of the chain: one row, which a sealer locks, and by which a cut end is noticed."""

    place = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="change_seal_is_the_only_one", condition=Q(pk=1)),
        ]

    def __str__(self):
        return f"{self.place} {self.hash}"
