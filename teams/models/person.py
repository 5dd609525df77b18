"""One human, whether or not they can sign in."""

from datetime import date
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from productops.models import Record
from teams.choices import SHARED_KINDS, AccountRole, Theme

SEES_ALL = (AccountRole.ADMIN, AccountRole.OPS, AccountRole.EXEC)
CHANGES_ALL = (AccountRole.ADMIN, AccountRole.OPS)


class PersonQuerySet(models.QuerySet):
    def visible_to(self, person: "Person"):
        """Names are no secret among people with a role; a respondent sees themself alone."""
        return self if person.role else self.filter(pk=person.pk)

    def active(self):
        return self.filter(is_active=True)

    def naming(self, words: str):
        found = self
        for word in words.split()[:8]:
            found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
        return found

    def with_role(self, *roles):
        return self.filter(role__in=roles)

    def seeing(self, subject):
        """Those who may see a subject: ``Subject.objects.visible_to`` asked the other way."""
        theirs = Q(products__subject=subject) | Q(products__teams__subject=subject)
        if subject.kind in SHARED_KINDS:
            theirs = Q(products__isnull=False)
        pms = self.filter(theirs, role=AccountRole.PM).values("pk")
        return self.filter(Q(role__in=SEES_ALL) | Q(pk__in=pms))

    def rated_by(self, on: date):
        """Whoever was rated in a skill by then."""
        return self.filter(ratings__on__lte=on).distinct()

    def members_of(self, team, on: date):
        return self.filter(
            Q(memberships__until_on=None) | Q(memberships__until_on__gt=on),
            memberships__team=team,
            memberships__from_on__lte=on,
        ).distinct()


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields) -> "Person":
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.full_clean(exclude=["password"])
        person.save()
        return person

    def get_by_natural_key(self, email: str) -> "Person":
        return self.get(email=email.lower())


class Person(AbstractBaseUser, Record):
    """One human, whether or not they can sign in. ``role`` empty: a respondent."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("role"), max_length=10, choices=AccountRole, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    theme = models.CharField(_("theme"), max_length=10, choices=Theme, default=Theme.SYSTEM)
    uses_shortcuts = models.BooleanField(_("single-key shortcuts"), default=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = PersonManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="person_email_is_lower_case", condition=Q(email=Lower("email"))
            ),
        ]

    def __str__(self):
        return self.name or self.email

    def get_absolute_url(self):
        return reverse("teams:person-detail", args=[self.pk])

    @property
    def sees_all(self) -> bool:
        return self.role in SEES_ALL

    @property
    def changes_all(self) -> bool:
        return self.role in CHANGES_ALL

    @property
    def is_admin(self) -> bool:
        return self.role == AccountRole.ADMIN

    @property
    def initials(self) -> str:
        words = (self.name or self.email).split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    def may_change(self, subject: Any) -> bool:
        """Admin and ops change all; a pm what belongs to their products and those teams."""
        if self.changes_all:
            return True
        return self.role == AccountRole.PM and subject.is_of_pm(self)
