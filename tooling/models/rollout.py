"""A tool comes to teams, wave by wave."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from productops import changelog
from productops.models import Discardable, KeptManager
from teams.choices import AccountRole
from teams.models import Person, Team
from tooling.choices import RolloutState
from tooling.models.tool import Tool

# From which state to which a rollout may go.
PATHS = {
    RolloutState.PLANNED: (RolloutState.ACTIVE, RolloutState.STOPPED),
    RolloutState.ACTIVE: (RolloutState.DONE, RolloutState.STOPPED),
    RolloutState.STOPPED: (RolloutState.ACTIVE,),
    RolloutState.DONE: (RolloutState.ACTIVE,),
}


class NotAllowed(Exception):  # noqa: N818  a rule of the field, answered with a sentence
    """What was asked for is not possible in the present state; the message says why."""


class RolloutQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """All for those who see all; a pm's own, and those that come to their teams."""
        if person.sees_all:
            return self
        if person.role != AccountRole.PM:
            return self.none()
        teams = Team.objects.visible_to(person).values("pk")
        reaching = RolloutWave.objects.filter(team__in=teams).values("rollout")
        return self.filter(Q(owner=person) | Q(pk__in=reaching))

    def changeable_by(self, person: Person):
        if person.changes_all:
            return self
        return self.filter(owner=person) if person.role == AccountRole.PM else self.none()

    def open(self):
        return self.filter(state__in=(RolloutState.PLANNED, RolloutState.ACTIVE))

    def naming(self, words: str):
        found = self
        for word in words.split()[:8]:
            found = found.filter(Q(title__icontains=word) | Q(tool__name__icontains=word))
        return found

    def matching(self, filters: dict):
        """What the filter form of the rollouts asks for."""
        found = self.naming(filters.get("q") or "")
        return found.filter(state=filters["state"]) if filters.get("state") else found


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
        constraints = [
            models.CheckConstraint(
                name="rollout_reaches_at_least_one_person", condition=Q(target_people__gte=1)
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("tooling:rollout-detail", args=[self.pk])

    def clean(self):
        if self.target_people is not None and self.target_people < 1:
            raise ValidationError({"target_people": _("Write a number of people from 1 on.")})

    @property
    def is_open(self) -> bool:
        return self.state in (RolloutState.PLANNED, RolloutState.ACTIVE)

    @property
    def status_kind(self) -> str:
        """How its state is drawn (templates/ui/status.html)."""
        return {RolloutState.DONE: "done", RolloutState.STOPPED: "stale"}.get(self.state, "flat")

    def become(self, state: str, *, by: Person) -> None:
        """Start, finish, stop or take it up again. Raises NotAllowed for any other step."""
        if state not in PATHS[RolloutState(self.state)]:
            raise NotAllowed(
                _now("This cannot be done while the rollout is “%s”.") % self.get_state_display()
            )
        before, self.state = self.get_state_display(), state
        self.version += 1
        self.save(update_fields=["state", "version", "updated_at"])
        after = self.get_state_display()
        changelog.record(
            by=by, row=self, verb=state, before={"state": before}, after={"state": after}
        )


class RolloutWaveQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(rollout__in=Rollout.objects.visible_to(person).values("pk"))

    def changeable_by(self, person: Person):
        return self.filter(rollout__in=Rollout.objects.changeable_by(person).values("pk"))

    def going_live_by(self, day: date):
        """Waves of open rollouts that are due by ``day`` and not done."""
        kept = Rollout.objects.open().values("pk")
        return self.filter(rollout__in=kept, go_live_on__lte=day, done_on=None)


class RolloutWave(models.Model):
    """The day on which one team gets the tool, and the day on which that was done."""

    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="waves")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="rollout_waves")
    go_live_on = models.DateField(_("goes live"))
    done_on = models.DateField(null=True, blank=True, editable=False)

    objects = RolloutWaveQuerySet.as_manager()

    class Meta:
        ordering = ["rollout", "go_live_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["rollout", "team"], name="team_once_in_a_rollout"),
        ]

    def __str__(self):
        return f"{self.rollout} · {self.team}"

    def complete(self, *, on: date, by: Person) -> None:
        """The team works with the tool now. Saying it twice changes nothing."""
        if self.done_on is None:
            self.done_on = on
            self.save(update_fields=["done_on"])
            after = {"team": self.team, "done": on}
            changelog.record(by=by, row=self.rollout, verb="wave done", after=after)

    def live_on(self, day: date) -> bool:
        """Whether the team had the tool on ``day``: done by then, else as planned."""
        return (self.done_on or self.go_live_on) <= day
