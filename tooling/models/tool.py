"""The catalogue: tools, who makes them, what they are for, and how far they are recommended."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from productops.models import Record
from teams.choices import AccountRole, SubjectKind
from teams.models import HasSubject, Person, Subject, Team
from tooling.choices import MOST_WINDOW, Ring


class VendorQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(subject__in=Subject.objects.visible_to(person).values("pk"))


class Vendor(HasSubject, Record):
    subject_kind = SubjectKind.VENDOR

    objects = VendorQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]


class CapabilityQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """The list of what tools are for is shared."""
        return self if person.role else self.none()


class Capability(Record):
    """What a tool is for; two tools with one capability overlap, none is a gap."""

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=200)

    objects = CapabilityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("capabilities")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name


class ToolQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """Tools are shared: everybody whose scope is not empty reads them."""
        return self.filter(subject__in=Subject.objects.visible_to(person).values("pk"))

    def changeable_by(self, person: Person):
        """Product operations keeps the catalogue; a pm keeps the tools that they own."""
        if person.changes_all:
            return self
        return self.filter(owner=person) if person.role == AccountRole.PM else self.none()

    def current(self):
        return self.filter(archived_at=None)

    def naming(self, words: str):
        """Every word stands in the name, the purpose, the category or the vendor's name."""
        found = self
        for word in words.split()[:8]:
            found = found.filter(
                Q(name__icontains=word)
                | Q(purpose__icontains=word)
                | Q(category__icontains=word)
                | Q(vendor__name__icontains=word)
            )
        return found

    def matching(self, filters: dict):
        """What the filter form of the catalogue asks for."""
        found = self.naming(filters.get("q") or "")
        if filters.get("ring"):
            found = found.filter(ring=filters["ring"])
        if filters.get("capability"):
            found = found.filter(capabilities=filters["capability"])
        if filters.get("team"):
            found = found.filter(teams=filters["team"])
        is_archived = filters.get("state") == "archived"
        return found.filter(archived_at__isnull=not is_archived)


class Tool(HasSubject, Record):
    subject_kind = SubjectKind.TOOL

    vendor = models.ForeignKey(
        Vendor, null=True, blank=True, on_delete=models.PROTECT, related_name="tools"
    )
    owner = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="tools_owned"
    )
    purpose = models.TextField(_("what it is for"), blank=True)
    category = models.CharField(_("category"), max_length=100, blank=True)
    ring = models.CharField(_("ring"), max_length=10, choices=Ring, default=Ring.ASSESS)
    data_class = models.CharField(_("data it holds"), max_length=100, blank=True)
    # A person counts as active when seen within so many days.
    active_days = models.PositiveSmallIntegerField(_("active within … days"), default=30)
    capabilities = models.ManyToManyField(Capability, related_name="tools", blank=True)
    teams = models.ManyToManyField(Team, related_name="tools", blank=True)
    archived_at = models.DateTimeField(null=True, editable=False)

    objects = ToolQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="tool_activity_window_from_1_to_366_days",
                condition=Q(active_days__gte=1, active_days__lte=MOST_WINDOW),
            ),
        ]

    def get_absolute_url(self):
        return reverse("tooling:tool-detail", args=[self.pk])

    def active_from(self, on: date) -> date:
        """The first day of the window that ends on ``on``: who was seen since then is active."""
        return on - timedelta(days=self.active_days - 1)


class RingChangeQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(tool__in=Tool.objects.visible_to(person).values("pk"))

    def since(self, day: date):
        return self.filter(on__gte=day)


class RingChange(models.Model):
    """A tool moved between rings on a day, for a reason. The first has no former ring."""

    tool = models.ForeignKey(Tool, on_delete=models.CASCADE, related_name="ring_changes")
    before = models.CharField(max_length=10, choices=Ring, blank=True)
    after = models.CharField(_("ring"), max_length=10, choices=Ring)
    on = models.DateField(default=timezone.localdate)
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    objects = RingChangeQuerySet.as_manager()

    class Meta:
        ordering = ["tool", "-on", "-pk"]

    def __str__(self):
        return f"{self.tool}: {self.before or '–'} → {self.after}"
