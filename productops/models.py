"""Rows that every app leans on: the organisation, the record of changes, links, queues."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


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


class Organisation(models.Model):
    """The one organisation of this installation."""

    name = models.CharField(_("name"), max_length=200)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    time_zone = models.CharField(max_length=64, blank=True, editable=False)  # of the observations
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="organisation_is_the_only_one", condition=Q(pk=1)),
        ]

    def __str__(self):
        return self.name


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

    class Meta:
        indexes = [models.Index(fields=["kind", "row", "-at"], name="change_of_a_row")]
        constraints = [
            models.CheckConstraint(
                name="change_place_and_hash_together",
                condition=Q(place=None, hash="") | (Q(place__isnull=False) & ~Q(hash="")),
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.row}: {self.verb}"


class Link(models.Model):
    """A personal address without an account. The token is the id plus an HMAC over id and
    nonce, so that no raw token stands in the database (productops/links.py)."""

    class Purpose(models.TextChoices):
        ANSWER = "a", _("Answer an audit")
        ACKNOWLEDGE = "k", _("Acknowledge a process")
        TASK = "t", _("One task")
        SHARE = "share", _("A frozen dashboard")
        TV = "tv", _("A dashboard on a wall")

    purpose = models.CharField(max_length=10, choices=Purpose)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="links"
    )
    target = models.CharField(max_length=60, blank=True)  # key of the row it opens
    nonce = models.CharField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"{self.get_purpose_display()} {self.pk}"


class ApiToken(models.Model):
    """A secret for programs: only its SHA-256 is kept."""

    class Scope(models.TextChoices):
        READ = "read", _("Read")
        WRITE = "write", _("Read and write")
        INGEST = "ingest", _("Send observations only")
        ADMIN = "admin", _("All that its owner may do")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens"
    )
    name = models.CharField(_("name"), max_length=100, blank=True)
    scope = models.CharField(_("scope"), max_length=10, choices=Scope)
    prefix = models.CharField(max_length=12)  # shown, so that people can tell tokens apart
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"{self.prefix}… {self.name}"


class IdempotencyKey(models.Model):
    """What was answered to a request that carried a key; kept for 30 days."""

    token = models.ForeignKey(ApiToken, null=True, on_delete=models.CASCADE)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    key = models.CharField(max_length=200)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "token", "key"],
                name="idempotency_key_once_for_each_token",
                nulls_distinct=False,
            ),
        ]

    def __str__(self):
        return self.key


class StoredFile(models.Model):
    """A file that somebody sent, kept under its hash in DATA_DIR/files."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.name


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

    def __str__(self):
        return f"{self.kind} {self.name}"


class OutboxMessage(models.Model):
    """A mail or webhook that is to go out: written with the change that causes it, sent by the
    relay, at least once. A link inside is kept as its id and becomes a URL only when sent."""

    class Kind(models.TextChoices):
        MAIL = "mail", _("Mail")
        WEBHOOK = "webhook", _("Webhook")

    kind = models.CharField(max_length=10, choices=Kind)
    destination = models.CharField(max_length=500)
    payload = models.JSONField()
    # One event makes one message for one destination, whoever runs twice.
    once = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    not_before = models.DateTimeField(null=True)
    rung_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="outbox_waiting", condition=Q(sent_at=None)),
        ]

    def __str__(self):
        return f"{self.kind} to {self.destination}"


class DueJob(models.Model):
    """One recurring job of schedule.py: claimed by compare-and-swap on ``next_run_at``."""

    name = models.CharField(max_length=80, unique=True)
    next_run_at = models.DateTimeField()
    last_run_at = models.DateTimeField(null=True)
    last_seconds = models.FloatField(null=True)
    last_error = models.TextField(blank=True)

    def __str__(self):
        return self.name


class Heartbeat(models.Model):
    """The last sign of life of a worker or relay, for health and the watchdog."""

    name = models.CharField(max_length=80, unique=True)
    at = models.DateTimeField()

    def __str__(self):
        return self.name


def stale_or_current(queryset, version: int):
    """Bump ``version`` of the one row in ``queryset`` if it still is ``version``; tell whether
    it was: the compare-and-swap behind every edit form and If-Match."""
    return queryset.filter(version=version).update(version=F("version") + 1) == 1
