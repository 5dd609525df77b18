"""KPIs in groups, for somebody to read."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from objectives.models import Series
from productops.models import Discardable, KeptManager
from teams.models import Person


class DashboardQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self if person.role else self.none()

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
