"""KPIs in groups, for somebody to read."""

import hashlib

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from objectives.models import Series
from productops.models import Discardable, KeptManager
from teams.choices import AccountRole
from teams.models import Person, Subject


class DashboardQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """All about the whole, and those about a subject that the person may see."""
        if person.sees_all:
            return self
        about = Subject.objects.visible_to(person).values("pk")
        mine = self.filter(models.Q(subject=None) | models.Q(subject__in=about))
        return mine if person.role else self.none()

    def first_for(self, person: Person):
        """The dashboards in the order in which somebody should meet them: what is about their
        own products or meant for their role first."""
        own = models.Q(subject__in=Subject.objects.of_pm(person).values("pk"))
        return self.annotate(
            nearness=models.Case(
                models.When(own, then=0),
                models.When(role=person.role, then=1),
                models.When(role="", then=2),
                default=3,
                output_field=models.PositiveSmallIntegerField(),
            )
        ).order_by("nearness", "pk")

    def with_counts(self):
        """With ``kpis``, the number of its rows."""
        return self.annotate(kpis=models.Count("rows"))


class Dashboard(Discardable):
    """KPIs in groups and in an order, for somebody to read in two minutes."""

    slug = models.SlugField(_("short name"), max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=200)
    chair = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="dashboards"
    )
    # Where people of a role begin; what it is about, when that is one product or team.
    role = models.CharField(
        _("first page of"), max_length=10, choices=AccountRole, blank=True, default=""
    )
    subject = models.ForeignKey(
        Subject, null=True, blank=True, on_delete=models.PROTECT, related_name="dashboards"
    )
    freezes_monthly = models.BooleanField(_("keep a copy at each month's end"), default=False)

    objects = KeptManager.from_queryset(DashboardQuerySet)()
    with_trash = DashboardQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("metrics:dashboard-detail", args=[self.slug])


class DashboardRowQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(series__in=Series.objects.visible_to(person).values("pk"))

    def of(self, dashboard: Dashboard):
        return self.filter(dashboard=dashboard).order_by("order", "pk")


class DashboardRow(models.Model):
    """One KPI of one subject on a dashboard. Whose rows one sees is asked of the series."""

    dashboard = models.ForeignKey(Dashboard, on_delete=models.CASCADE, related_name="rows")
    group = models.CharField(_("group"), max_length=100, blank=True)
    order = models.PositiveSmallIntegerField()
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="dashboard_rows")

    objects = DashboardRowQuerySet.as_manager()

    class Meta:
        ordering = ["dashboard", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dashboard", "series"], name="series_once_on_a_dashboard"
            ),
        ]

    def __str__(self):
        return f"{self.dashboard} · {self.series}"


class FrozenPeriodQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(dashboard__in=Dashboard.objects.visible_to(person).values("pk"))

    def of(self, dashboard: Dashboard):
        return self.filter(dashboard=dashboard).select_related("by").order_by("-at", "-pk")


class FrozenPeriod(models.Model):
    """A dashboard as it was shown once, kept whatever the data does later.

    ``content`` is the text of ``boards.content.DashboardContent``, not a JSON column: databases
    write numbers of such columns anew, and the SHA-256 is over what was kept.
    """

    dashboard = models.ForeignKey(Dashboard, on_delete=models.CASCADE, related_name="frozen")
    label = models.CharField(_("name"), max_length=100)
    period = models.CharField(max_length=10, blank=True)  # week, month, quarter; "" for the newest
    until_on = models.DateField()  # the last day that it speaks of
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="frozen_periods"
    )  # nobody: at the end of a month
    at = models.DateTimeField(auto_now_add=True)
    note = models.TextField(_("note"), blank=True)

    objects = FrozenPeriodQuerySet.as_manager()

    class Meta:
        ordering = ["dashboard", "-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dashboard", "until_on"],
                condition=models.Q(by=None),
                name="month_frozen_once_by_itself",
            ),
        ]

    def __str__(self):
        return f"{self.dashboard} · {self.label}"

    def get_absolute_url(self):
        return reverse("metrics:frozen-detail", args=[self.dashboard.slug, self.pk])

    @property
    def is_as_kept(self) -> bool:
        """Whether the content is what was kept, to the letter."""
        return sha256_of(self.content) == self.sha256


def sha256_of(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()
