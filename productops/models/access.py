"""Ways in for people without an account and for programs."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LinkQuerySet(models.QuerySet):
    def visible_to(self, person):
        return self if person.changes_all else self.filter(person=person)

    def revoke(self) -> int:
        """End the links that are not over yet, at once; how many that were."""
        return self.filter(revoked_at=None).update(revoked_at=timezone.now())


class Link(models.Model):
    """A personal address without an account. The token is the id plus an HMAC over id and
    nonce, so that no raw token stands in the database (productops/links.py)."""

    class Purpose(models.TextChoices):
        ANSWER = "a", _("Answer an audit")
        ACKNOWLEDGE = "k", _("Acknowledge a process")
        TASK = "t", _("One task")
        SHARE = "share", _("A frozen dashboard")
        TV = "tv", _("A dashboard on a wall")
        MAILS = "m", _("Mails that one gets")
        WORKSHOP = "w", _("Vote in a workshop")
        FOLLOWED = "f", _("Objectives that one follows")

    purpose = models.CharField(max_length=10, choices=Purpose)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="links"
    )
    target = models.CharField(max_length=60, blank=True)  # key of the row it opens
    nonce = models.CharField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = LinkQuerySet.as_manager()

    def __str__(self):
        return f"{self.get_purpose_display()} {self.pk}"

    def is_over(self, now: datetime) -> bool:
        return self.revoked_at is not None or (
            self.expires_at is not None and self.expires_at <= now
        )

    def revoke(self) -> None:
        """End the link at once; a second call changes nothing."""
        if self.revoked_at is None:
            self.revoked_at = timezone.now()
            self.save(update_fields=["revoked_at"])


class ApiTokenQuerySet(models.QuerySet):
    def visible_to(self, person):
        return self if person.is_admin else self.filter(person=person)

    def of(self, person):
        return self.filter(person=person)

    def alive(self, now: datetime | None = None):
        """Tokens that are neither revoked nor over."""
        not_over = Q(expires_at=None) | Q(expires_at__gt=now or timezone.now())
        return self.filter(not_over, revoked_at=None)


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

    objects = ApiTokenQuerySet.as_manager()

    def __str__(self):
        return f"{self.prefix}… {self.name}"

    def revoke(self) -> None:
        """End the token at once; a second call changes nothing."""
        if self.revoked_at is None:
            self.revoked_at = timezone.now()
            self.save(update_fields=["revoked_at"])

    def mark_used(self, now: datetime) -> None:
        ApiToken.objects.filter(pk=self.pk).update(used_at=now)


class IdempotencyKey(models.Model):
    """What was answered to a request that carried a key; kept for 30 days."""

    token = models.ForeignKey(ApiToken, null=True, on_delete=models.CASCADE)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    key = models.CharField(max_length=200)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField(null=True)  # while the first request is under way
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            # Two constraints, since SQLite has no way to say that two nulls are the same.
            models.UniqueConstraint(
                fields=["token", "key"],
                name="idempotency_key_once_for_each_token",
                condition=Q(token__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["person", "key"],
                name="idempotency_key_once_for_each_person",
                condition=Q(token=None),
            ),
        ]

    def __str__(self):
        return self.key
