"""What was agreed with a vendor: how many seats, at which price, until when."""

import math
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from productops import changelog
from productops.models import Discardable, KeptManager
from teams.models import Person
from tooling.choices import PERIODS_A_YEAR, BillingPeriod, PriceModel, RenewalDecision
from tooling.models.tool import Tool


class ContractQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """What a tool costs is for those who see everything."""
        return self if person.sees_all else self.none()

    def running_on(self, day: date):
        return self.filter(Q(from_on__lte=day) & (Q(until_on=None) | Q(until_on__gte=day)))

    def ending_within(self, first: date, last: date):
        """Those whose last day lies in these days, in the order of that day."""
        found = self.filter(until_on__gte=first, until_on__lte=last)
        return found.order_by("until_on", "pk")

    def undecided(self):
        """Nobody has said what happens at the end, and no later contract follows."""
        later = Contract.objects.filter(tool=OuterRef("tool"), from_on__gt=OuterRef("until_on"))
        return self.filter(~Exists(later), decision="")

    def kept_by(self, person: Person):
        """Contracts that a person looks after: their own, and ownerless ones of their tools."""
        return self.filter(Q(owner=person) | Q(owner=None, tool__owner=person))

    def naming(self, words: str):
        found = self
        for word in words.split()[:8]:
            found = found.filter(
                Q(name__icontains=word)
                | Q(reference__icontains=word)
                | Q(tool__name__icontains=word)
            )
        return found

    def matching(self, filters: dict, on: date):
        """What the filter form of the contracts asks for."""
        found = self.naming(filters.get("q") or "")
        if filters.get("state") == "running":
            found = found.running_on(on)
        if filters.get("state") == "ended":
            found = found.filter(until_on__lt=on)
        if filters.get("price_model"):
            found = found.filter(price_model=filters["price_model"])
        return found


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
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="EUR",
        validators=[RegexValidator("^[A-Z]{3}$", _("Write three capital letters, such as EUR."))],
    )
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
    decision = models.CharField(
        _("what happens at its end"), max_length=10, choices=RenewalDecision, blank=True
    )
    decision_reason = models.TextField(_("why"), blank=True)

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
                name="contract_amount_is_not_negative",
                condition=Q(amount__gte=0),
            ),
            models.CheckConstraint(
                name="contract_per_seat_counts_its_seats",
                condition=~Q(price_model=PriceModel.PER_SEAT) | Q(seats__isnull=False),
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

    def clean(self):
        """Tell what the constraints refuse by the field that is to be put right."""
        problems = {}
        if self.from_on and self.until_on and self.until_on < self.from_on:
            problems["until_on"] = _("A contract does not end before it begins.")
        if self.amount is not None and self.amount < 0:
            problems["amount"] = _("Write an amount of 0 or more.")
        if self.price_model in (PriceModel.PER_SEAT, PriceModel.PACK) and self.seats is None:
            problems["seats"] = _("This price needs the number of seats.")
        if self.price_model == PriceModel.PACK and not self.pack_size:
            problems["pack_size"] = _("Write how many seats are in a pack.")
        if problems:
            raise ValidationError(problems)

    @property
    def units(self) -> int:
        """How many times the amount is paid each period: seats, packs, or once."""
        if self.price_model == PriceModel.PER_SEAT:
            return self.seats or 0
        if self.price_model == PriceModel.PACK:
            return math.ceil((self.seats or 0) / (self.pack_size or 1))
        return 1

    @property
    def yearly_cost(self) -> Decimal:
        """What a year costs, in the contract's currency; by usage: what is expected."""
        return self.amount * self.units * PERIODS_A_YEAR[BillingPeriod(self.period)]

    @property
    def seat_cost(self) -> Decimal | None:
        """What a seat costs a year; None where seats are unlimited or none."""
        return self.yearly_cost / self.seats if self.seats else None

    @property
    def grants_seats(self) -> bool:
        """Whether it says how many people may use the tool; paying by usage does not."""
        return self.price_model != PriceModel.USAGE

    @property
    def is_unlimited(self) -> bool:
        """A site licence: everybody may, so that utilisation means nothing."""
        return self.grants_seats and self.seats is None

    @property
    def notice_on(self) -> date | None:
        """The last day on which notice can be given; None for a contract without an end."""
        return self.until_on and self.until_on - timedelta(days=self.notice_days)

    def decide(self, *, decision: str, reason: str, by: Person) -> None:
        """Say what happens at the end of the term, and why."""
        before = {"decision": self.get_decision_display(), "reason": self.decision_reason}
        self.decision, self.decision_reason = decision, reason
        self.version += 1
        self.save(update_fields=["decision", "decision_reason", "version", "updated_at"])
        after = {"decision": self.get_decision_display(), "reason": reason}
        changelog.record(by=by, row=self, verb="decided", before=before, after=after)
