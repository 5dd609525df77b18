"""Teams, who is in them and when, and the seats of the ProductOps team."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from productops import changelog
from productops.models import Record
from teams.choices import (
    AccountRole,
    Profile,
    SubjectKind,
    TeamType,
)
from teams.models.person import Person
from teams.models.product import Product
from teams.models.subject import HasSubject, Subject


class TeamQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        if person.sees_all:
            return self
        if person.role != AccountRole.PM:
            return self.none()
        return self.filter(subject__in=Subject.objects.of_pm(person).values("pk"))

    def current(self):
        return self.filter(archived_at=None)

    def of_type(self, kind: str):
        return self.filter(kind=kind)

    def naming(self, words: str):
        found = self
        for word in words.split()[:8]:
            found = found.filter(Q(name__icontains=word) | Q(mission__icontains=word))
        return found


class Team(HasSubject, Record):
    subject_kind = SubjectKind.TEAM

    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    kind = models.CharField(_("type"), max_length=12, choices=TeamType, default=TeamType.STREAM)
    mission = models.TextField(_("mission"), blank=True)
    products = models.ManyToManyField(
        Product, through="ProductTeam", related_name="teams", blank=True
    )
    people = models.ManyToManyField(Person, through="Membership", related_name="teams")
    archived_at = models.DateTimeField(null=True, editable=False)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def get_absolute_url(self):
        return reverse("teams:team-detail", args=[self.pk])


class ProductTeam(models.Model):
    product = models.ForeignKey(Product, on_delete=models.CASCADE)
    team = models.ForeignKey(Team, on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "team"], name="team_once_on_a_product"),
        ]

    def __str__(self):
        return f"{self.product} · {self.team}"


class MembershipQuerySet(models.QuerySet):
    def of(self, team: Team):
        return self.filter(team=team)

    def on(self, day: date):
        return self.filter(Q(from_on__lte=day) & (Q(until_on=None) | Q(until_on__gt=day)))


class Membership(models.Model):
    """A person in a team from one day until another (not included), with a share of their time."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    from_on = models.DateField(_("from"), default=timezone.localdate)
    until_on = models.DateField(_("until"), null=True, blank=True)
    share = models.PositiveSmallIntegerField(_("share of time, %"), default=100)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["person__name", "-from_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "team", "from_on"], name="membership_begins_once_a_day"
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")),
            ),
            models.CheckConstraint(
                name="membership_share_from_1_to_100", condition=Q(share__gte=1, share__lte=100)
            ),
        ]

    def __str__(self):
        return f"{self.person} · {self.team}"

    def end(self, *, on: date, by: Person) -> None:
        """The person leaves; what they did there stays. Ending it twice changes nothing."""
        if self.until_on is None:
            # Who leaves on the day of joining was there for that day.
            self.until_on = max(on, self.from_on + timedelta(days=1))
            self.save(update_fields=["until_on"])
            changelog.record(
                by=by, row=self.team, verb="left", after={"person": self.person, "until": on}
            )


class RoleQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """What a role is for is no secret among people with one of their own."""
        return self if person.role else self.none()


class Role(Record):
    """What somebody is there for (analyst, process lead). A person fills it by a seat."""

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=200)
    profile = models.CharField(_("profile"), max_length=20, choices=Profile)
    purpose = models.TextField(_("purpose"), blank=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("teams:role-detail", args=[self.pk])


class SeatQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(team__in=Team.objects.visible_to(person))

    def on(self, day: date):
        return self.filter(Q(from_on__lte=day) & (Q(until_on=None) | Q(until_on__gt=day)))

    def open(self):
        return self.filter(person=None)


class Seat(models.Model):
    """A place in the ProductOps team, filled or open."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="seats")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="seats")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="seats"
    )
    from_on = models.DateField(_("from"), default=timezone.localdate)
    until_on = models.DateField(_("until"), null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["team", "role__name", "pk"]

    def __str__(self):
        return f"{self.role} · {self.person or _('open')}"

    def fill(self, *, person: Person | None, by: Person) -> None:
        """Give the seat to somebody, or open it again with None."""
        before, self.person = self.person, person
        self.save(update_fields=["person"])
        changelog.record(
            by=by,
            row=self.team,
            verb="seat",
            before={"role": self.role, "person": before},
            after={"role": self.role, "person": person},
        )
