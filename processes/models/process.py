"""A way of working, and which of its revisions readers see."""

from datetime import date

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from processes.choices import Family, RevisionState
from productops import changelog
from productops.models import Discardable, KeptManager
from teams.models import Person, Role


class ProcessQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """A standard is for everybody with a role; a respondent sees what they acknowledge."""
        if person.role:
            return self
        return self.filter(revisions__acknowledgements__person=person).distinct()

    def changeable_by(self, person: Person):
        """Standards are kept by product operations; a pm keeps those that they own."""
        return self if person.changes_all else self.filter(owner=person).exclude(owner__role="")

    def published(self):
        return self.exclude(published=None)

    def of_family(self, family: str):
        return self.filter(family=family)

    def naming(self, words: str):
        """Every word stands in the title or the purpose."""
        found = self
        for word in words.split()[:8]:
            found = found.filter(Q(title__icontains=word) | Q(purpose__icontains=word))
        return found

    def matching(self, filters: dict):
        """What the register's filter form asks for."""
        found = self.naming(filters.get("q") or "")
        if filters.get("family"):
            found = found.of_family(filters["family"])
        if filters.get("state"):
            found = found.filter(published__isnull=filters["state"] != RevisionState.PUBLISHED)
        return found

    def with_readers(self):
        """Annotate ``asked`` and ``read``: readers of the published revision."""
        readers = Count("published__acknowledgements")
        read = Count("published__acknowledgements__done_at")
        return self.annotate(asked=readers, read=read)


class Process(Discardable):
    """A way of working. Readers see the published revision while a draft is being written."""

    slug = models.SlugField(_("short name"), max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=200)
    family = models.CharField(_("family"), max_length=20, choices=Family)
    purpose = models.TextField(_("purpose"), blank=True)
    trigger = models.TextField(_("what starts it"), blank=True)
    inputs = models.TextField(_("what it needs"), blank=True)
    outputs = models.TextField(_("what it gives"), blank=True)
    criticality = models.PositiveSmallIntegerField(_("criticality"), default=2)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="processes")
    owner_role = models.ForeignKey(
        Role, null=True, blank=True, on_delete=models.PROTECT, related_name="processes"
    )
    review_months = models.PositiveSmallIntegerField(_("review every … months"), default=12)
    reviewed_on = models.DateField(null=True, editable=False)
    published = models.OneToOneField(
        "Revision", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = KeptManager.from_queryset(ProcessQuerySet)()
    with_trash = ProcessQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("processes")
        ordering = ["family", "title", "pk"]
        constraints = [
            models.CheckConstraint(
                name="process_criticality_from_1_to_3",
                condition=Q(criticality__gte=1, criticality__lte=3),
            ),
            models.CheckConstraint(
                name="process_review_from_1_to_60_months",
                condition=Q(review_months__gte=1, review_months__lte=60),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("processes:process-detail", args=[self.pk])

    @property
    def review_due_on(self) -> date | None:
        """The day by which somebody has to say that it still holds; None before publication."""
        if self.reviewed_on is None:
            return None
        months = self.reviewed_on.month - 1 + self.review_months
        year, month = self.reviewed_on.year + months // 12, months % 12 + 1
        # The 28th exists in every month: a review is not due on a day that matters.
        return date(year, month, min(self.reviewed_on.day, 28))

    def review_is_overdue(self, on: date) -> bool:
        due = self.review_due_on
        return due is not None and due < on

    def confirm_review(self, *, by: Person, on: date) -> None:
        """Looked at, nothing to change."""
        before, self.reviewed_on = self.reviewed_on, on
        self.save(update_fields=["reviewed_on", "updated_at"])
        changelog.record(
            by=by, row=self, verb="reviewed", before={"reviewed": before}, after={"reviewed": on}
        )
