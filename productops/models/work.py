"""Rows that are work to be done, and signs of life of those who do it."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _


class OutboxQuerySet(models.QuerySet):
    def visible_to(self, person):
        return self if person.changes_all else self.none()

    def unsent(self):
        return self.filter(sent_at=None)

    def stuck(self):
        """What failed as often as it may and waits for a person. Mails to addresses that do not
        work wait on a page of their own."""
        bounced = Bounce.objects.standing().values("address")
        failed = self.unsent().filter(attempts__gte=OutboxMessage.MOST_ATTEMPTS)
        return failed.exclude(kind=OutboxMessage.Kind.MAIL, destination__in=bounced)

    def due(self, now: datetime):
        """What may go out now: not too early, not in a pause after a failure, not stuck, and not
        behind an older message to the same receiver of chat or webhooks."""
        return (
            self.unsent()
            .filter(
                Q(not_before=None) | Q(not_before__lte=now),
                Q(next_try_at=None) | Q(next_try_at__lte=now),
                attempts__lt=OutboxMessage.MOST_ATTEMPTS,
            )
            .filter(Q(kind=OutboxMessage.Kind.MAIL) | ~Exists(self._before(now)))
        )

    @staticmethod
    def _before(now: datetime):
        """Older messages to the same receiver that go first: one at a time, in their order."""
        return (
            OutboxMessage.objects.unsent()
            .filter(
                Q(not_before=None) | Q(not_before__lte=now),
                pk__lt=OuterRef("pk"),
                kind=OuterRef("kind"),
                destination=OuterRef("destination"),
                holds_up_others=True,
            )
            .filter(Q(attempts__lt=OutboxMessage.MOST_ATTEMPTS) | Q(lease_until__gt=now))
        )

    def unclaimed(self, now: datetime):
        """What is due and in nobody's hands."""
        return self.due(now).filter(Q(lease_until=None) | Q(lease_until__lte=now))


class OutboxMessage(models.Model):
    """A mail, chat message or webhook that is to go out: written with the change that causes it,
    sent at least once. A link inside is kept as its id and becomes a URL only when sent; addresses
    of chat and webhooks are kept locked."""

    MOST_ATTEMPTS = 10

    class Kind(models.TextChoices):
        MAIL = "mail", _("Mail")
        CHAT = "chat", _("Chat")
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
    # Whether the next message to the same receiver waits for this one; not once it was rejected.
    holds_up_others = models.BooleanField(default=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="outbox_waiting", condition=Q(sent_at=None)),
        ]

    def __str__(self):
        return f"{self.kind} to {self.destination}"

    def try_again(self) -> None:
        """Send once more what had failed too often."""
        self.attempts, self.next_try_at, self.rung_at = 0, None, None
        self.save(update_fields=["attempts", "next_try_at", "rung_at"])


class BounceQuerySet(models.QuerySet):
    def visible_to(self, person):
        return self if person.changes_all else self.none()

    def standing(self):
        return self.filter(cleared_at=None)


class Bounce(models.Model):
    """An address that mail did not reach, for good: refused by its server, or told by somebody.

    No reminder goes there until a person says that it is good again.
    """

    address = models.EmailField(unique=True)
    reason = models.TextField()
    times = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)

    objects = BounceQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self):
        return self.address


class DueJob(models.Model):
    """One recurring job of schedule.py: claimed by compare-and-swap on ``next_run_at``."""

    name = models.CharField(max_length=80, unique=True)
    next_run_at = models.DateTimeField()
    rung_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
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
