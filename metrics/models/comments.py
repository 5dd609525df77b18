"""What people say to each other about a point of a series."""

import re
from datetime import date

from django.db import models
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from metrics.models.limits import OnSeriesQuerySet
from objectives.models import Action, Series
from productops.models import Record
from teams.models import Person

MARKS = re.compile(r"\*\*|__|`|^[#>*+\-]+\s+")


class CommentQuerySet(OnSeriesQuerySet):
    def visible_to(self, person: Person):
        return super().visible_to(person).filter(series__kpi__deleted_at=None)

    def changeable_by(self, person: Person):
        """What one has written; whoever sees a series may answer and resolve besides."""
        return self.visible_to(person).filter(author=person)

    def of(self, series: Series):
        return self.filter(series=series)

    def at(self, series: Series, period: date):
        return self.filter(series=series, period=period)

    def threads(self):
        """The first comments, each with what was answered."""
        return self.filter(parent=None)

    def open(self):
        return self.threads().filter(resolved_at=None)

    def with_answers(self):
        answers = Comment.objects.with_people().order_by("created_at", "pk")
        return self.with_people().prefetch_related(Prefetch("answers", answers))

    def with_people(self):
        return self.select_related("author", "resolved_by", "action__owner", "series__kpi")


class Comment(Record):
    """One thing that somebody said about a period of a series. Answers have a ``parent``; what
    is resolved, and may be taken up again, is the thread."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="comments")
    period = models.DateField()  # its first day
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="answers"
    )
    text = models.TextField(_("comment"))
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="comments")
    edited_at = models.DateTimeField(null=True, editable=False)
    resolved_at = models.DateTimeField(null=True, editable=False)
    resolved_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    # The follow-up that came of it.
    action = models.ForeignKey(
        Action, null=True, on_delete=models.SET_NULL, related_name="comments", editable=False
    )
    people = models.ManyToManyField(
        Person, through="CommentMention", related_name="mentioned_in", editable=False
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        ordering = ["series", "-period", "created_at", "pk"]
        indexes = [models.Index(fields=["series", "period"], name="comments_of_a_point")]
        constraints = [
            models.CheckConstraint(
                name="comment_resolved_at_and_by_together",
                condition=Q(resolved_at=None, resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="comment_resolved_as_a_thread", condition=Q(parent=None) | Q(resolved_at=None)
            ),
        ]

    def __str__(self):
        return self.first_line

    def get_absolute_url(self):
        address = reverse("metrics:point-detail", args=[self.series_id, self.period.isoformat()])
        return f"{address}#comment-{self.pk}"

    @property
    def first_line(self) -> str:
        """What it says, as long as a line of a list, without the marks of Markdown."""
        lines = self.text.strip().splitlines() or [""]
        return Truncator(MARKS.sub("", lines[0])).chars(120)

    @property
    def thread(self) -> "Comment":
        return self.parent or self

    @property
    def is_resolved(self) -> bool:
        return self.thread.resolved_at is not None


class CommentRevision(models.Model):
    """What a comment said before it was edited."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="revisions")
    text = models.TextField()
    replaced_at = models.DateTimeField()

    class Meta:
        ordering = ["comment", "replaced_at", "pk"]

    def __str__(self):
        return self.text[:80]


class CommentMention(models.Model):
    """A person whom a comment speaks to."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="mentions")

    class Meta:
        ordering = ["comment", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["comment", "person"], name="mentioned_once"),
        ]

    def __str__(self):
        return f"{self.person} in {self.comment_id}"
