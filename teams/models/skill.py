"""Skills, how able people are in them, what is required, and how a skill is raised."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from productops import changelog
from productops.models import Discardable, KeptManager, Record
from teams.choices import (
    PlanState,
    Profile,
    RatingKind,
)
from teams.models.person import Person
from teams.models.subject import Subject
from teams.models.team import Role, Team


class SkillQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """The catalogue is shared; who has which skill is not (see Rating)."""
        return self if person.role else self.none()

    def naming(self, words: str):
        found = self
        for word in words.split()[:8]:
            found = found.filter(Q(name__icontains=word) | Q(category__icontains=word))
        return found


class Skill(Record):
    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=200)
    category = models.CharField(_("category"), max_length=100)
    profile = models.CharField(_("profile"), max_length=20, choices=Profile, blank=True)
    description = models.TextField(_("description"), blank=True)
    is_critical = models.BooleanField(_("critical"), default=False)

    objects = SkillQuerySet.as_manager()

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

    def become(self, state: str, *, by: Person) -> None:
        before, self.state = self.get_state_display(), state
        self.version += 1
        self.save(update_fields=["state", "version", "updated_at"])
        after = self.get_state_display()
        changelog.record(
            by=by, row=self, verb=state, before={"state": before}, after={"state": after}
        )

    @property
    def is_open(self) -> bool:
        return self.state in (PlanState.PLANNED, PlanState.ACTIVE)
