"""Tools: who uses them, what they cost, which are chosen, and how they are rolled out."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from productops.models import Discardable, KeptManager, Record
from teams.choices import AccountRole, SubjectKind
from teams.models import HasSubject, Person, Subject, Team
from tooling.choices import BillingPeriod, PriceModel, Ring, RolloutState, Strength


class Vendor(HasSubject, Record):
    subject_kind = SubjectKind.VENDOR

    class Meta:
        ordering = ["name", "pk"]


class Capability(Record):
    """What a tool is for; two tools with one capability overlap, none is a gap."""

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        verbose_name_plural = _("capabilities")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name


class ToolQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """Tools are shared: everybody whose scope is not empty reads them."""
        return self.filter(subject__in=Subject.objects.visible_to(person).values("pk"))

    def current(self):
        return self.filter(archived_at=None)


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
                condition=Q(active_days__gte=1, active_days__lte=366),
            ),
        ]

    def get_absolute_url(self):
        return reverse("tooling:tool-detail", args=[self.pk])


class RingChange(models.Model):
    """A tool moved between rings on a day, for a reason. The first has no former ring."""

    tool = models.ForeignKey(Tool, on_delete=models.CASCADE, related_name="ring_changes")
    before = models.CharField(max_length=10, choices=Ring, blank=True)
    after = models.CharField(_("ring"), max_length=10, choices=Ring)
    on = models.DateField(default=timezone.localdate)
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["tool", "-on", "-pk"]

    def __str__(self):
        return f"{self.tool}: {self.before or '–'} → {self.after}"


class ContractQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """What a tool costs is for those who see everything."""
        return self if person.sees_all else self.none()

    def running_on(self, day: date):
        return self.filter(Q(from_on__lte=day) & (Q(until_on=None) | Q(until_on__gte=day)))


class Contract(Discardable):
    """What was agreed with a vendor for a tool. ``seats`` None: unlimited."""

    tool = models.ForeignKey(Tool, on_delete=models.PROTECT, related_name="contracts")
    name = models.CharField(_("name"), max_length=200)
    reference = models.SlugField(_("reference"), max_length=120, unique=True)
    price_model = models.CharField(
        _("price model"), max_length=10, choices=PriceModel, default=PriceModel.PER_SEAT
    )
    # Of one seat, one pack, or the whole, for one billing period.
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    period = models.CharField(
        _("billed every"), max_length=6, choices=BillingPeriod, default=BillingPeriod.YEAR
    )
    seats = models.PositiveIntegerField(_("seats bought"), null=True, blank=True)
    pack_size = models.PositiveIntegerField(_("seats in a pack"), null=True, blank=True)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)
    notice_days = models.PositiveSmallIntegerField(_("notice, days"), default=90)
    auto_renews = models.BooleanField(_("renews by itself"), default=False)
    owner = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="contracts"
    )

    objects = KeptManager.from_queryset(ContractQuerySet)()
    with_trash = ContractQuerySet.as_manager()

    class Meta:
        ordering = [F("until_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                name="contract_ends_after_it_begins",
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")),
            ),
            models.CheckConstraint(
                name="contract_amount_is_not_negative", condition=Q(amount__gte=0)
            ),
            models.CheckConstraint(
                name="contract_packs_have_a_size",
                condition=~Q(price_model=PriceModel.PACK)
                | Q(pack_size__gte=1, seats__isnull=False),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("tooling:contract-detail", args=[self.pk])


class SeatAssignmentQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self if person.sees_all else self.filter(person=person)

    def on(self, day: date):
        return self.filter(Q(from_on__lte=day) & (Q(until_on=None) | Q(until_on__gt=day)))


class SeatAssignment(models.Model):
    """A person holds a seat of a tool from one day until another (not included)."""

    tool = models.ForeignKey(Tool, on_delete=models.CASCADE, related_name="seat_assignments")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tool_seats")
    from_on = models.DateField(_("from"), default=timezone.localdate)
    until_on = models.DateField(_("until"), null=True, blank=True)

    objects = SeatAssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tool", "person", "from_on"], name="tool_seat_begins_once_a_day"
            ),
            models.CheckConstraint(
                name="tool_seat_ends_after_it_begins",
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")),
            ),
        ]

    def __str__(self):
        return f"{self.tool} · {self.person}"


class UsageQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """Who used what is personal; counts are for those who see everything."""
        return self if person.sees_all else self.filter(person=person)

    def within(self, first: date, last: date):
        return self.filter(on__gte=first, on__lte=last)


class Usage(models.Model):
    """A person was seen using a tool on a day, or ``count`` people were (a person unnamed)."""

    tool = models.ForeignKey(Tool, on_delete=models.CASCADE, related_name="usage")
    on = models.DateField()
    person = models.ForeignKey(
        Person, null=True, on_delete=models.CASCADE, related_name="tool_usage"
    )
    count = models.PositiveIntegerField(null=True)  # active people in the window that ends then
    strength = models.CharField(max_length=6, choices=Strength, default=Strength.WEAK)

    objects = UsageQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("usage")
        constraints = [
            # Two constraints, since SQLite has no way to say that two nulls are the same.
            models.UniqueConstraint(
                fields=["tool", "on", "person"],
                name="usage_of_a_person_once_a_day",
                condition=Q(person__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["tool", "on"],
                name="usage_without_a_person_once_a_day",
                condition=Q(person=None),
            ),
            models.CheckConstraint(
                name="usage_names_a_person_or_counts_people",
                condition=Q(person__isnull=False, count=None)
                | Q(person=None, count__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.tool} on {self.on}"


class RolloutQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        if person.sees_all:
            return self
        if person.role != AccountRole.PM:
            return self.none()
        return self.filter(waves__team__in=Team.objects.visible_to(person)).distinct()


class Rollout(Discardable):
    """A tool comes to teams, wave by wave. An improvement of kind tool."""

    tool = models.ForeignKey(Tool, on_delete=models.PROTECT, related_name="rollouts")
    title = models.CharField(_("title"), max_length=200)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="rollouts")
    state = models.CharField(
        _("state"), max_length=10, choices=RolloutState, default=RolloutState.PLANNED
    )
    # Active people that would make it a rollout that happened: the dose.
    target_people = models.PositiveIntegerField(_("people to reach"), default=1)
    notes = models.TextField(_("training, data, what goes away"), blank=True)

    objects = KeptManager.from_queryset(RolloutQuerySet)()
    with_trash = RolloutQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("tooling:rollout-detail", args=[self.pk])


class RolloutWave(models.Model):
    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="waves")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="rollout_waves")
    go_live_on = models.DateField(_("goes live"))
    done_on = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["rollout", "go_live_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["rollout", "team"], name="team_once_in_a_rollout"),
        ]

    def __str__(self):
        return f"{self.rollout} · {self.team}"
