"""Gaps: what an audit or a person found missing, why, and for how long it is accepted."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audits.choices import LOWEST, OPEN_GAP_STATES, Band, Cause, Effort, GapSource, GapState
from audits.models.audit import Audit
from audits.models.fact import Fact
from audits.models.framework import Node
from audits.models.gap_queries import GapQuerySet
from audits.scoring import GapPriority
from productops import changelog, clock, numbers, trash
from productops.models import Discardable, KeptManager
from teams.models import Person, Subject

STANDING = {
    GapState.IDENTIFIED: "flat",
    GapState.CONFIRMED: "flat",
    GapState.PLANNED: "good",
    GapState.ACCEPTED: "flat",
    GapState.CLOSED: "done",
}
USUAL_RANGE = 4  # levels 0 to 4, where no framework says otherwise
SAID = "criticality_said"  # beside the parts that were found, so that both can be seen


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
    whys = models.JSONField(_("why"), default=list)  # and why that, and why that: up to five
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
    closed_because = models.TextField(_("why it is closed"), blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.SET_NULL,
        related_name="merged",
        editable=False,
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

    def confirm(self, *, by: Person) -> None:
        """Somebody has looked at it: it is real, whatever is going to be done."""
        if self.state == GapState.IDENTIFIED:
            self._become(GapState.CONFIRMED, by=by, verb="confirmed")

    def plan(self, *, by: Person) -> None:
        """Something is going to be done about it: an objective or an improvement answers it."""
        if self.state in (GapState.IDENTIFIED, GapState.CONFIRMED):
            self._become(GapState.PLANNED, by=by, verb="planned")

    def unplan(self, *, by: Person) -> None:
        """Nothing answers it any more."""
        if self.state == GapState.PLANNED:
            self._become(GapState.IDENTIFIED, by=by, verb="unplanned")

    def close(self, *, by: Person | None, on: date | None = None, because: str = "") -> None:
        """It is there no more, by evidence, by a verdict or for the reason that is given."""
        if not self.is_closed:
            self.closed_on, self.closed_by = on or clock.today(), by
            self.closed_because = because
            self._become(GapState.CLOSED, by=by, verb="closed", why=because)

    def reopen(self, *, by: Person | None) -> None:
        """Take it up again after it was closed or accepted."""
        if not self.is_open:
            self.closed_on = self.closed_by = self.merged_into = None
            self.closed_because = ""
            self._become(GapState.IDENTIFIED, by=by, verb="reopened")

    def accept(self, *, by: Person) -> None:
        """Live with it for a time; ``actions.accept_gaps`` writes down why and until when."""
        self._become(GapState.ACCEPTED, by=by, verb="accepted")

    def rank(self) -> None:
        """Work out the priority anew from its parts and the effort; it is saved by the caller."""
        if self.level is None or self.target is None:
            self.parts, self.priority = {}, None
            return
        self.parts = {"weight": 1.0, "criticality": 2.0, "coverage": 1.0} | self.parts
        self.parts["shortfall"] = max(0.0, (self.target - self.level) / self._range())
        self.parts["effort"] = float(self.effort)
        self.priority = self.weighed.priority

    @property
    def weighed(self) -> GapPriority:
        """The parts that make its priority: what a person says goes before what was found."""
        names = ("weight", "shortfall", "criticality", "coverage", "effort")
        found = {name: self.parts[name] for name in names}
        return GapPriority(**found | {"criticality": self.criticality or found["criticality"]})

    @property
    def criticality(self) -> float | None:
        """What a person says instead of the criticality of the products, 1 to 3."""
        return self.parts.get(SAID)

    @criticality.setter
    def criticality(self, said: float | None) -> None:
        kept = {name: value for name, value in self.parts.items() if name != SAID}
        self.parts = kept | ({SAID: float(said)} if said else {})

    @property
    def band(self) -> Band | None:
        """How urgent it is; None where no levels say how much is missing."""
        if self.priority is None:
            return None
        return next(band for band in Band if self.priority >= LOWEST[band])

    @property
    def formula(self) -> str:
        """What its priority is made of: "2 × 0.38 × 2.5 × 64% ÷ 3"."""
        if self.priority is None or not self.parts:
            return ""
        parts = self.weighed
        factors = [
            numbers.number(parts.weight),
            numbers.number(parts.shortfall),
            numbers.number(parts.criticality),
            numbers.percent(parts.coverage, 0),
        ]
        return f"{' × '.join(factors)} ÷ {numbers.number(parts.effort)}"

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

    def _become(self, state: GapState, *, by: Person | None, verb: str, why: str = "") -> None:
        before = self.get_state_display()
        self.state = state
        self.version += 1
        self.save(
            update_fields=[
                *("state", "closed_on", "closed_by", "closed_because", "merged_into"),
                *("version", "updated_at"),
            ]
        )
        after = {"state": str(self.get_state_display())} | ({"reason": why} if why else {})
        changelog.record(by=by, row=self, verb=verb, before={"state": str(before)}, after=after)

    def discard(self, *, by: Person) -> None:
        """Put it into the trash, from where it comes back for 30 days."""
        trash.discard(row=self, by=by)
