"""The weekly business review: a dashboard gone through block by block, and what was said."""

from datetime import date

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from metrics.choices import ReviewState
from metrics.models.dashboards import Dashboard
from objectives.models import Action, Series
from productops.models import Record
from teams.models import Person


class ReviewQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(dashboard__deleted_at=None) if person.role else self.none()

    def changeable_by(self, person: Person):
        """Product operations, and whoever holds the chair."""
        mine = self.visible_to(person)
        return mine if person.changes_all else mine.filter(chair=person)

    def open(self):
        return self.filter(state=ReviewState.OPEN)

    def closed(self):
        return self.filter(state=ReviewState.CLOSED)

    def with_neighbours(self):
        """With ``last_pk`` and ``next_pk``: the reviews before and after, of the same dashboard."""
        same = Review.objects.filter(dashboard=OuterRef("dashboard"))
        before = same.filter(week__lt=OuterRef("week")).order_by("-week")
        after = same.filter(week__gt=OuterRef("week")).order_by("week")
        return self.annotate(
            last_pk=Subquery(before.values("pk")[:1]), next_pk=Subquery(after.values("pk")[:1])
        )

    def with_names(self):
        return self.select_related("dashboard", "chair").defer("content")


class Review(Record):
    """One week's review of one dashboard. Closed, it keeps what was shown and its SHA-256."""

    dashboard = models.ForeignKey(Dashboard, on_delete=models.PROTECT, related_name="reviews")
    week = models.DateField(_("week"))  # its Monday: the newest week that is looked at
    on = models.DateField(_("held on"))
    state = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.OPEN)
    chair = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reviews",
        verbose_name=_("chaired by"),
    )
    attendees = models.ManyToManyField(
        Person, blank=True, related_name="reviews_attended", verbose_name=_("attendees")
    )
    # The text of its JSON: databases write numbers of JSON columns anew, and the SHA-256 is over
    # what was kept.
    content = models.TextField(blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    minutes_sent_at = models.DateTimeField(null=True, editable=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-week", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dashboard", "week"], name="review_once_a_week_of_a_dashboard"
            ),
            models.CheckConstraint(
                name="review_keeps_its_content_exactly_when_closed",
                condition=Q(state=ReviewState.OPEN, closed_at=None, content="", sha256="")
                | (
                    Q(state=ReviewState.CLOSED, closed_at__isnull=False)
                    & ~Q(content="")
                    & ~Q(sha256="")
                ),
            ),
        ]

    def __str__(self):
        return f"{self.dashboard} · {self.week}"

    def get_absolute_url(self):
        return reverse("metrics:review-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == ReviewState.OPEN

    def may_be_held_by(self, person: Person) -> bool:
        return person.changes_all or person.pk == self.chair_id


class OfReviewQuerySet(models.QuerySet):
    """What was said on a series is seen by those who see the series."""

    def visible_to(self, person: Person):
        held = Review.objects.visible_to(person).values("pk")
        seen = Series.objects.visible_to(person).values("pk")
        return self.filter(Q(series=None) | Q(series__in=seen), review__in=held)


class ReviewNote(models.Model):
    """What was said in a review, of one KPI or of the whole."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="notes")
    series = models.ForeignKey(
        Series, null=True, blank=True, on_delete=models.CASCADE, related_name="review_notes"
    )
    text = models.CharField(_("note"), max_length=1_000)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = OfReviewQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return self.text


class ReviewActionQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        held = Review.objects.visible_to(person).values("pk")
        seen = Action.objects.visible_to(person).values("pk")
        return self.filter(review__in=held, action__in=seen)


class ReviewAction(models.Model):
    """A follow-up that a review asked for. Its word, owner and day are the action's."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="actions")
    action = models.OneToOneField(Action, on_delete=models.CASCADE, related_name="asked_in")

    objects = ReviewActionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return str(self.action)

    def is_late(self, on: date) -> bool:
        return self.action.is_late(on)
