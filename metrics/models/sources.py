"""Where numbers come from by themselves: sources, their runs, what they feed, saved mappings."""

from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metrics.choices import Every, RunState, SourceState, Trigger
from objectives.models import Series
from productops.models import Discardable, KeptManager, Record
from teams.models import Person

PUSH = "push"  # the kind that is sent to us and never fetched


class SourceQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """Settings say where an organisation keeps its data: they are for who runs it."""
        return self if person.changes_all else self.none()

    def running(self):
        """What a person set up to the end and has not stopped."""
        return self.filter(state=SourceState.ACTIVE)

    def due(self, now: datetime):
        """What is to be read now: by its schedule, or because somebody asked (even of a source
        that pauses)."""
        return self.exclude(state=SourceState.DRAFT).filter(
            Q(state=SourceState.ACTIVE) | Q(asked_by__isnull=False),
            deleted_at=None,
            next_run_at__lte=now,
        )

    def claimable(self, now: datetime):
        """What is due and in nobody's hands."""
        return self.due(now).filter(Q(lease_until=None) | Q(lease_until__lte=now))

    def failing(self):
        return self.running().exclude(failing_since=None)


class Source(Discardable):
    """Where numbers of some KPIs come from, how to read them, and how that went.

    The row is the queue: ``next_run_at`` and ``lease_until`` say what is due and in whose hands.
    """

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("short name"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=40)
    settings = models.JSONField(_("settings"), default=dict)
    # Locked by productops.vault, as JSON of name to text; never shown again.
    secret = models.TextField(blank=True, editable=False)
    mapping = models.JSONField(_("mapping"), default=dict)
    # What was read last for looking at: header, first rows, note and moment.
    sample = models.JSONField(default=dict, editable=False)
    owner = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="sources"
    )
    since = models.DateField(_("read from"), null=True, blank=True)
    every = models.CharField(_("read"), max_length=10, choices=Every, default=Every.DAY)
    at = models.TimeField(_("at"), null=True, blank=True)
    weekday = models.PositiveSmallIntegerField(
        _("weekday"), null=True, blank=True, validators=[MaxValueValidator(6)]
    )
    stale_hours = models.PositiveIntegerField(_("old after hours"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=SourceState, default=SourceState.DRAFT)
    cursor = models.JSONField(default=dict, editable=False)
    asked_by = models.ForeignKey(
        Person, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    next_run_at = models.DateTimeField(null=True, editable=False)
    rung_at = models.DateTimeField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    last_ok_at = models.DateTimeField(null=True, editable=False)
    last_error = models.TextField(blank=True, editable=False)

    objects = KeptManager.from_queryset(SourceQuerySet)()
    with_trash = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="source_weekday_is_one_of_seven", condition=Q(weekday=None) | Q(weekday__lte=6)
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_run_at"], name="source_due", condition=Q(next_run_at__isnull=False)
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("metrics:source-detail", args=[self.slug])

    def restored(self, *, by: Person) -> None:
        """Back from the trash, it is read at once where it was read before."""
        if self.state == SourceState.ACTIVE and not self.is_pushed:
            self.next_run_at = timezone.now()
            self.save(update_fields=["next_run_at"])

    @property
    def is_draft(self) -> bool:
        return self.state == SourceState.DRAFT

    @property
    def is_paused(self) -> bool:
        return self.state == SourceState.PAUSED

    @property
    def is_pushed(self) -> bool:
        return self.kind == PUSH

    @property
    def is_failing(self) -> bool:
        return self.failing_since is not None


class SourceRunQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(source__in=Source.objects.visible_to(person).values("pk"))

    def of(self, source: Source):
        return self.filter(source=source).order_by("-pk")

    def done(self):
        return self.filter(state=RunState.DONE)


class SourceRun(models.Model):
    """One reading of a source: when, why, and what became of its rows."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    trigger = models.CharField(max_length=10, choices=Trigger)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.RUNNING)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)  # the first hundred
    refused_in_all = models.PositiveIntegerField(default=0)
    note = models.TextField(blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    # Of what was sent to us: the sender's name for the delivery, and the digest that was signed.
    delivery = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    objects = SourceRunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "digest"],
                name="delivery_taken_once_by_its_digest",
                condition=Q(state=RunState.DONE) & ~Q(digest=""),
            ),
            models.UniqueConstraint(
                fields=["source", "delivery"],
                name="delivery_taken_once_by_its_name",
                condition=Q(state=RunState.DONE) & ~Q(delivery=""),
            ),
        ]

    def __str__(self):
        return f"{self.source} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def took(self) -> timedelta | None:
        return self.ended_at - self.started_at if self.ended_at else None

    @property
    def read(self) -> int:
        """How many observations it brought, new or known."""
        return self.created + self.updated + self.unchanged


class SourceSeries(models.Model):
    """A series that a source feeds, since when and when last."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="fed")
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="fed_by")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "series"], name="source_feeds_a_series_once"),
        ]

    def __str__(self):
        return f"{self.source} · {self.series}"


class ColumnMappingQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """One's own, and those that were shared with everybody."""
        return self.filter(Q(owner=person) | Q(is_shared=True)) if person.role else self.none()

    def changeable_by(self, person: Person):
        return self if person.changes_all else self.filter(owner=person)


class ColumnMapping(Record):
    """How a kind of file is read, kept under a name for the next file of its kind."""

    name = models.CharField(_("name"), max_length=100)
    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="column_mappings")
    options = models.JSONField(default=dict)
    is_shared = models.BooleanField(_("for everybody"), default=False)

    objects = ColumnMappingQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"], name="column_mapping_named_once_by_its_owner"
            ),
        ]

    def __str__(self):
        return self.name
