"""People, teams, products, and what every number, answer and gap is about: subjects."""

from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from productops.models import Discardable, KeptManager, Record
from teams.choices import (
    SHARED_KINDS,
    AccountRole,
    PlanState,
    Profile,
    RatingKind,
    SubjectKind,
    TeamType,
    Theme,
)

SEES_ALL = (AccountRole.ADMIN, AccountRole.OPS, AccountRole.EXEC)
CHANGES_ALL = (AccountRole.ADMIN, AccountRole.OPS)


class PersonQuerySet(models.QuerySet):
    def visible_to(self, person: "Person"):
        """Names are no secret among people with a role; a respondent sees themself alone."""
        return self if person.role else self.filter(pk=person.pk)

    def active(self):
        return self.filter(is_active=True)

    def with_role(self, *roles):
        return self.filter(role__in=roles)

    def members_of(self, team, on: date):
        return self.filter(memberships__in=Membership.objects.of(team).on(on))


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):
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

    def may_change(self, subject: "Subject") -> bool:
        """Admin and ops change all; a pm what belongs to their products and those teams."""
        if self.changes_all:
            return True
        return self.role == AccountRole.PM and Subject.objects.of_pm(self).contains(subject)


class SubjectQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """All for admin, ops and exec; a pm's own products, their teams, and shared rows."""
        if person.sees_all:
            return self
        if person.role == AccountRole.PM:
            scope = PersonProduct.objects.filter(person=person)
            shared = Q(kind__in=SHARED_KINDS) & Q(models.Exists(scope))
            return self.filter(shared | Q(pk__in=Subject.objects.of_pm(person).values("pk")))
        return self.none()

    def changeable_by(self, person: Person):
        if person.changes_all:
            return self
        if person.role == AccountRole.PM:
            return self.filter(pk__in=Subject.objects.of_pm(person).values("pk"))
        return self.none()

    def of_pm(self, person: Person):
        """Subjects of the products that a pm answers for and of those products' teams."""
        return self.filter(
            Q(product__people=person) | Q(team__products__people=person)
        ).distinct()

    def of_kind(self, kind: SubjectKind):
        return self.filter(kind=kind)

    def named(self, reference: str):
        """The subject that ``kind:key`` names."""
        kind, _colon, key = reference.partition(":")
        return self.filter(kind=kind, key=key)


class Subject(models.Model):
    """What a number, an answer or a gap is about. The app that owns a kind adds its rows."""

    kind = models.CharField(max_length=12, choices=SubjectKind)
    key = models.SlugField(max_length=120)
    name = models.CharField(max_length=200)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="subject_key_once_in_its_kind"),
        ]

    def __str__(self):
        return self.name

    @property
    def reference(self) -> str:
        return f"{self.kind}:{self.key}"

    @classmethod
    def organisation(cls) -> "Subject":
        """The one subject that stands for the whole organisation."""
        subject, _created = cls.objects.get_or_create(
            kind=SubjectKind.ORGANISATION,
            key="organisation",
            defaults={"name": str(_("Organisation"))},
        )
        return subject


class HasSubject(models.Model):
    """A noun that numbers, answers and gaps can be about: it keeps its subject in step."""

    subject_kind: SubjectKind

    subject = models.OneToOneField(
        Subject, on_delete=models.PROTECT, editable=False, related_name="%(class)s"
    )
    slug = models.SlugField(_("short name"), max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        if self.subject_id is None:
            self.subject = Subject.objects.get_or_create(
                kind=self.subject_kind, key=self.slug, defaults={"name": self.name}
            )[0]
        if (self.subject.key, self.subject.name) != (self.slug, self.name):
            Subject.objects.filter(pk=self.subject_id).update(key=self.slug, name=self.name)
        super().save(*args, **kwargs)


class ProductQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        if person.sees_all:
            return self
        return self.filter(people=person) if person.role == AccountRole.PM else self.none()

    def current(self):
        return self.filter(archived_at=None)


class Product(HasSubject, Record):
    subject_kind = SubjectKind.PRODUCT

    description = models.TextField(_("description"), blank=True)
    # 1 to 3; weighs gaps (formulae 4.2).
    criticality = models.PositiveSmallIntegerField(_("criticality"), default=2)
    people = models.ManyToManyField(
        Person, through="PersonProduct", related_name="products", blank=True
    )
    archived_at = models.DateTimeField(null=True, editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="product_criticality_from_1_to_3",
                condition=Q(criticality__gte=1, criticality__lte=3),
            ),
        ]

    def get_absolute_url(self):
        return reverse("teams:product-detail", args=[self.pk])


class PersonProduct(models.Model):
    """A person answers for a product: the scope of a pm."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    product = models.ForeignKey(Product, on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "product"], name="person_once_on_a_product"),
        ]

    def __str__(self):
        return f"{self.person} · {self.product}"


class TeamQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        if person.sees_all:
            return self
        if person.role != AccountRole.PM:
            return self.none()
        return self.filter(subject__in=Subject.objects.of_pm(person).values("pk"))

    def current(self):
        return self.filter(archived_at=None)


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


class Role(Record):
    """What somebody is there for (analyst, process lead). A person fills it by a seat."""

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=200)
    profile = models.CharField(_("profile"), max_length=20, choices=Profile)
    purpose = models.TextField(_("purpose"), blank=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name


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


class Skill(Record):
    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=200)
    category = models.CharField(_("category"), max_length=100)
    profile = models.CharField(_("profile"), max_length=20, choices=Profile, blank=True)
    description = models.TextField(_("description"), blank=True)
    is_critical = models.BooleanField(_("critical"), default=False)

    class Meta:
        ordering = ["category", "name", "pk"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("teams:skill-detail", args=[self.pk])


class SkillLevel(models.Model):
    """What somebody at this level does, so that two raters mean the same."""

    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="levels")
    level = models.PositiveSmallIntegerField(_("level"))
    text = models.TextField(_("what one sees"))

    class Meta:
        ordering = ["skill", "level"]
        constraints = [
            models.UniqueConstraint(fields=["skill", "level"], name="skill_level_once"),
            models.CheckConstraint(name="skill_level_from_0_to_10", condition=Q(level__lte=10)),
        ]

    def __str__(self):
        return f"{self.skill} {self.level}"


class RatingQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """Ratings are personal: one's own, and for those who staff the teams, all."""
        return self if person.changes_all else self.filter(person=person)

    def latest(self, on: date):
        """The newest rating of each person, skill and kind by that day."""
        newer = Rating.objects.filter(
            person=models.OuterRef("person"),
            skill=models.OuterRef("skill"),
            kind=models.OuterRef("kind"),
            on__lte=on,
        ).order_by("-on", "-pk")
        return self.filter(pk=models.Subquery(newer.values("pk")[:1]))


class Rating(models.Model):
    """How able a person is in a skill, said by one rater on one day. Level None: not applicable."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="ratings")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="ratings")
    kind = models.CharField(max_length=10, choices=RatingKind)
    rater = models.ForeignKey(
        Person, null=True, on_delete=models.SET_NULL, related_name="ratings_given"
    )
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    on = models.DateField(default=timezone.localdate)

    objects = RatingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["person", "skill", "kind", "-on"], name="rating_newest")]
        constraints = [
            models.CheckConstraint(
                name="rating_level_from_0_to_10", condition=Q(level=None) | Q(level__lte=10)
            ),
        ]

    def __str__(self):
        return f"{self.person} · {self.skill}: {self.level}"


class Requirement(models.Model):
    """``people`` persons at ``level`` or above in a skill, for a role, a team or a person."""

    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="requirements")
    level = models.PositiveSmallIntegerField(_("level"))
    people = models.PositiveSmallIntegerField(_("people"), default=1)
    role = models.ForeignKey(
        Role, null=True, blank=True, on_delete=models.CASCADE, related_name="requirements"
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.CASCADE, related_name="requirements"
    )
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.CASCADE, related_name="requirements"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="requirement_is_of_one_role_team_or_person",
                condition=Q(role__isnull=False, team=None, person=None)
                | Q(role=None, team__isnull=False, person=None)
                | Q(role=None, team=None, person__isnull=False),
            ),
            # One for each holder, since SQLite has no way to say that two nulls are the same.
            models.UniqueConstraint(
                fields=["skill", "role"],
                name="requirement_once_for_each_role",
                condition=Q(role__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["skill", "team"],
                name="requirement_once_for_each_team",
                condition=Q(team__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["skill", "person"],
                name="requirement_once_for_each_person",
                condition=Q(person__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.skill} ≥ {self.level}"


class LearningPlanQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(subject__in=Subject.objects.visible_to(person).values("pk"))

    def changeable_by(self, person: Person):
        return self.filter(subject__in=Subject.objects.changeable_by(person).values("pk"))

    def open(self):
        return self.filter(state__in=(PlanState.PLANNED, PlanState.ACTIVE))


class LearningPlan(Discardable):
    """Raise a skill: so many people at such a level by a date. An improvement of kind skill."""

    title = models.CharField(_("title"), max_length=200)
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="learning_plans")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="learning_plans")
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="learning_plans", editable=False
    )
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="learning_plans")
    method = models.TextField(_("how"), blank=True)
    target_level = models.PositiveSmallIntegerField(_("level to reach"))
    target_people = models.PositiveSmallIntegerField(_("people to reach it"), default=1)
    starts_on = models.DateField(_("starts"), default=timezone.localdate)
    due_on = models.DateField(_("due"))
    state = models.CharField(
        _("state"), max_length=10, choices=PlanState, default=PlanState.PLANNED
    )

    objects = KeptManager.from_queryset(LearningPlanQuerySet)()
    with_trash = LearningPlanQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="learning_plan_is_due_after_it_starts", condition=Q(due_on__gt=F("starts_on"))
            ),
            models.CheckConstraint(
                name="learning_plan_aims_at_a_level_and_people",
                condition=Q(target_level__gte=1, target_level__lte=10, target_people__gte=1),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("teams:learning-plan-detail", args=[self.pk])

    def save(self, *args, **kwargs):
        # A plan is about the team that learns.
        self.subject_id = self.team.subject_id
        super().save(*args, **kwargs)
