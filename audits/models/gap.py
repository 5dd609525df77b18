"""Gaps: what an audit or a person found missing, why, and for how long it is accepted."""

from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audits.choices import OPEN_GAP_STATES, Cause, Effort, GapSource, GapState
from audits.models.audit import Audit
from audits.models.fact import Fact
from audits.models.framework import Node
from audits.models.gap_parts import Exemption, GapScope
from audits.scoring import GapPriority
from productops import changelog, clock, trash
from productops.models import Discardable, KeptManager
from teams.models import Person, Subject

STANDING = {
    GapState.IDENTIFIED: "flat",
    GapState.PLANNED: "good",
    GapState.ACCEPTED: "flat",
    GapState.CLOSED: "done",
}
USUAL_RANGE = 4  # levels 0 to 4, where no framework says otherwise


class GapQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(subject__in=Subject.objects.visible_to(person).values("pk"))

    def changeable_by(self, person: Person):
        return self.filter(subject__in=Subject.objects.changeable_by(person).values("pk"))

    def open(self):
        return self.filter(state__in=OPEN_GAP_STATES)

    def not_closed(self):
        return self.exclude(state=GapState.CLOSED)

    def owned_by(self, person: Person):
        return self.filter(owner=person)

    def ranked(self):
        return self.order_by(F("priority").desc(nulls_last=True), "pk")

    def found_by(self, on: date):
        return self.filter(found_on__lte=on)

    def open_on(self, on: date):
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=on))

    def not_accepted_on(self, on: date):
        """Without those that somebody had accepted for a time that includes the day."""
        accepted = Exemption.objects.filter(gap=OuterRef("pk"), from_on__lte=on, until_on__gte=on)
        return self.exclude(Exists(accepted.filter(ended_on=None))).exclude(
            Exists(accepted.filter(ended_on__gt=on))
        )

    def found_in(self, audit: Audit):
        """Found by this audit, also where a later one found them again."""
        return self.filter(
            Q(audit=audit) | Exists(GapScope.objects.filter(gap=OuterRef("pk"), scope__audit=audit))
        )


class Gap(Discardable):
    """Where an organisation, a product or a team stands below what it wants.

    Found by rule when an audit closes (one for each weak section and subject), or by hand.
    Priority P = weight x distance/range x criticality x coverage / effort (formulae 4.2);
    its parts are kept so that they can be shown. A later audit that finds it again while it is
    not closed brings it up to date: ``audit`` is the newest that found it, ``scopes`` keeps all.
    """

    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("what is missing"), blank=True)
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="gaps", verbose_name=_("about")
    )
    audit = models.ForeignKey(
        Audit, null=True, blank=True, on_delete=models.PROTECT, related_name="gaps"
    )
    node = models.ForeignKey(
        Node, null=True, blank=True, on_delete=models.PROTECT, related_name="gaps"
    )
    source = models.CharField(max_length=10, choices=GapSource, default=GapSource.RULE)
    fact = models.ForeignKey(
        Fact, null=True, blank=True, on_delete=models.PROTECT, related_name="gaps"
    )
    whys = models.JSONField(default=list)  # why, and why that, and why that: up to five
    cause = models.CharField(_("root cause"), max_length=10, choices=Cause, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=GapState, default=GapState.IDENTIFIED
    )
    owner = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="gaps",
        verbose_name=_("owner"),
    )
    level = models.FloatField(_("level found"), null=True, blank=True)
    target = models.FloatField(_("level wanted"), null=True, blank=True)
    effort = models.PositiveSmallIntegerField(_("effort"), choices=Effort, default=Effort.M)
    parts = models.JSONField(default=dict, editable=False)  # of the priority
    priority = models.FloatField(null=True, editable=False)
    found_on = models.DateField(editable=False)
    due_on = models.DateField(_("due"), null=True, blank=True)
    closed_on = models.DateField(null=True, editable=False)
    closed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = KeptManager.from_queryset(GapQuerySet)()
    with_trash = GapQuerySet.as_manager()

    class Meta:
        ordering = [F("priority").desc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "node", "subject", "source"],
                name="gap_found_once_in_an_audit",
                condition=Q(audit__isnull=False, node__isnull=False),
            ),
            models.CheckConstraint(
                name="gap_closed_on_exactly_when_closed",
                condition=Q(state=GapState.CLOSED, closed_on__isnull=False)
                | (~Q(state=GapState.CLOSED) & Q(closed_on=None)),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("audits:gap-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_GAP_STATES

    @property
    def is_closed(self) -> bool:
        return self.state == GapState.CLOSED

    @property
    def finding(self) -> str:
        """The first line of what is missing: enough for a row of a list."""
        return self.description.split("\n", 1)[0]

    def plan(self, *, by: Person) -> None:
        """Something is going to be done about it: an objective or an improvement answers it."""
        if self.state == GapState.IDENTIFIED:
            self._become(GapState.PLANNED, by=by, verb="planned")

    def unplan(self, *, by: Person) -> None:
        """Nothing answers it any more."""
        if self.state == GapState.PLANNED:
            self._become(GapState.IDENTIFIED, by=by, verb="unplanned")

    def close(self, *, by: Person, on: date | None = None) -> None:
        if not self.is_closed:
            self.closed_on, self.closed_by = on or clock.today(), by
            self._become(GapState.CLOSED, by=by, verb="closed")

    def reopen(self, *, by: Person | None) -> None:
        """Take it up again after it was closed or accepted."""
        if not self.is_open:
            self.closed_on = self.closed_by = None
            self._become(GapState.IDENTIFIED, by=by, verb="reopened")

    def accept(self, *, by: Person) -> None:
        """Live with it for a time; ``actions.accept_gaps`` writes down why and until when."""
        self._become(GapState.ACCEPTED, by=by, verb="accepted")

    def rank(self) -> None:
        """Work out the priority anew from its parts and the effort; it is saved by the caller."""
        parts = {"weight": 1.0, "criticality": 2.0, "coverage": 1.0} | self.parts
        if self.level is None or self.target is None:
            self.parts, self.priority = {}, None
            return
        parts["shortfall"] = max(0.0, (self.target - self.level) / self._range())
        self.parts = parts | {"effort": float(self.effort)}
        self.priority = GapPriority(**self.parts).priority

    def _range(self) -> float:
        """How wide the scale is on which its level stands."""
        if self.node is None:
            return USUAL_RANGE
        low, high = self.node.low, self.node.high
        if low is None or high is None:
            low, high = self.node.version.low, self.node.version.high
        return abs(high - low)

    def standing(self, on: date) -> tuple[str, str]:
        """What happens next, as a kind of status and a word for it."""
        if self.is_open and self.due_on and self.due_on < on:
            days = (on - self.due_on).days
            return "bad", ngettext("Late %(n)d day", "Late %(n)d days", days) % {"n": days}
        return STANDING[GapState(self.state)], self.get_state_display()

    def assign(self, *, owner: Person, by: Person) -> None:
        if self.owner_id != owner.pk:
            before = str(self.owner or "")
            self.owner = owner
            self.version += 1
            self.save(update_fields=["owner", "version", "updated_at"])
            changelog.record(
                by=by,
                row=self,
                verb="assigned",
                before={"owner": before},
                after={"owner": str(owner)},
            )

    def _become(self, state: GapState, *, by: Person | None, verb: str) -> None:
        before = self.get_state_display()
        self.state = state
        self.version += 1
        self.save(update_fields=["state", "closed_on", "closed_by", "version", "updated_at"])
        after = self.get_state_display()
        changelog.record(
            by=by, row=self, verb=verb, before={"state": str(before)}, after={"state": str(after)}
        )

    def discard(self, *, by: Person) -> None:
        """Put it into the trash, from where it comes back for 30 days."""
        trash.discard(row=self, by=by)
