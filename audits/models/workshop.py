"""Answering together: one screen, everybody votes from a phone, then they talk."""

from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from audits.choices import AnswerState
from audits.models.audit import Audit, Scope
from audits.models.framework import Node
from productops.models import Link
from teams.models import Person, Subject


class WorkshopQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        audits = Audit.objects.visible_to(person).values("pk")
        scopes = Scope.objects.visible_to(person).filter(audit__in=audits)
        return self.filter(scope__in=scopes.values("pk"))

    def running(self):
        return self.filter(ended_at=None)

    def with_counts(self):
        """``number_joined``, and ``number_voted`` in the round that is on."""
        here = {name: OuterRef(name) for name in ("node", "subject", "round")}
        votes = Vote.objects.filter(participant__workshop=OuterRef("pk"), **here).order_by()
        voted = votes.values("participant__workshop").annotate(n=Count("pk")).values("n")
        return self.annotate(
            number_joined=Count("participants", distinct=True),
            number_voted=Coalesce(Subquery(voted), 0),
        )


class Workshop(models.Model):
    """A meeting about one scope of an open audit, and the question it is at."""

    scope = models.ForeignKey(Scope, on_delete=models.CASCADE, related_name="workshops")
    link = models.OneToOneField(Link, null=True, on_delete=models.SET_NULL, related_name="workshop")
    # [[node, subject]]: what is talked about, most divided first; fixed when it begins.
    places = models.JSONField(default=list)
    # Where it stands; none after the last.
    node = models.ForeignKey(Node, null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(Subject, null=True, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField(default=1)
    is_revealed = models.BooleanField(default=False)
    edition = models.PositiveIntegerField(default=1)  # counts the steps; who steps names it
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scope"],
                name="one_workshop_of_a_scope_at_a_time",
                condition=models.Q(ended_at=None),
            ),
        ]

    def __str__(self):
        return f"{self.scope} {self.begun_at:%Y-%m-%d}"

    def get_absolute_url(self):
        return reverse("audits:workshop-detail", args=[self.pk])

    @property
    def is_running(self) -> bool:
        """Whether people can vote: it was not ended, nor its audit closed meanwhile."""
        audit = self.scope.audit
        return self.ended_at is None and audit.is_open and audit.deleted_at is None

    @property
    def place(self) -> tuple[int, int] | None:
        """The question it is at and whom that is about; None after the last."""
        if self.node_id is None or self.subject_id is None:
            return None
        return self.node_id, self.subject_id

    @property
    def every_place(self) -> list[tuple[int, int]]:
        return [(node, subject) for node, subject in self.places]


class Participant(models.Model):
    """One phone in a workshop. ``mark`` is a digest of what its cookie holds."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="participants")
    name = models.CharField(max_length=60, blank=True)
    mark = models.CharField(max_length=64)
    joined_at = models.DateTimeField()

    class Meta:
        ordering = ["workshop", "joined_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["workshop", "mark"], name="participant_once"),
        ]

    def __str__(self):
        return self.name or f"#{self.pk}"


class VoteQuerySet(models.QuerySet):
    def at(self, workshop: Workshop, round: int | None = None):
        """The votes of a round (this one) at the question where a workshop stands."""
        return self.filter(
            participant__workshop=workshop,
            node=workshop.node_id,
            subject=workshop.subject_id,
            round=workshop.round if round is None else round,
        )


class Vote(models.Model):
    """What one participant says at one question in one round; rounds before stay."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="votes")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=AnswerState)
    number = models.FloatField(null=True)
    chosen = models.JSONField(default=list)
    at = models.DateTimeField()

    objects = VoteQuerySet.as_manager()

    class Meta:
        ordering = ["node__order", "round", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "node", "subject", "round"], name="vote_once_a_round"
            ),
        ]

    def __str__(self):
        return f"{self.participant} · {self.node} · {self.round}"
