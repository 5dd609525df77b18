"""Who wants to hear of what, how often, and where: people, addresses and rooms of chat programs."""

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metrics.choices import AlertsWhen
from metrics.models.dashboards import Dashboard
from objectives.models import Series
from productops import clock, vault
from productops.account import zone_of
from productops.models import Link, Record
from teams.models import Person


class ChannelQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self if person.changes_all else self.none()

    def changeable_by(self, person: Person):
        return self.visible_to(person)


class Channel(Record):
    """A room of a chat program. Its address is a secret: locked, and never shown again."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    locked_address = models.TextField(editable=False)
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="channels", verbose_name=_("owner")
    )
    tested_at = models.DateTimeField(null=True, editable=False)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    @property
    def address(self) -> str:
        """Where messages go. Raises vault.Locked where SECRET_KEY is another one now."""
        return vault.unlock(self.locked_address)

    @address.setter
    def address(self, plain: str) -> None:
        self.locked_address = vault.lock(plain)


class SubscriptionQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """One's own; product operations sees all."""
        return self if person.changes_all else self.filter(person=person)

    def changeable_by(self, person: Person):
        return self.visible_to(person)

    def active(self):
        """Confirmed where that is asked, not paused, and nobody involved has left."""
        active = Q(person=None, by__is_active=True) | Q(person__is_active=True)
        kept = Q(dashboard=None) | Q(dashboard__deleted_at=None)
        return self.filter(active, kept, paused_at=None, confirmed_at__isnull=False).exclude(
            person__role=""
        )

    def of_reader(self, subscription: "Subscription"):
        """All of the same reader."""
        return self.filter(
            person=subscription.person_id,
            channel=subscription.channel_id,
            address__iexact=subscription.address,
        )

    def for_alerts(self, when: str):
        return self.active().filter(alerts=when)

    def due(self, now: datetime):
        """Whose digest is wanted by now; a fault puts one off."""
        return self.active().filter(next_at__lte=now)

    def with_names(self):
        return self.select_related(
            "person", "channel", "by", "dashboard", "series__kpi", "series__subject"
        )


class Subscription(Record):
    """Who hears of what, how often: a person, an address without an account, or a channel."""

    person = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="subscriptions",
        verbose_name=_("person"),
    )
    address = models.EmailField(_("e-mail address"), blank=True)
    channel = models.ForeignKey(
        Channel,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="subscriptions",
        verbose_name=_("channel"),
    )
    dashboard = models.ForeignKey(
        Dashboard,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="subscriptions",
        verbose_name=_("dashboard"),
    )
    series = models.ForeignKey(
        Series,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="subscriptions",
        verbose_name=_("KPI"),
    )
    # Neither dashboard nor series: everything that the person owns.
    alerts = models.CharField(
        _("signals"), max_length=5, choices=AlertsWhen, default=AlertsWhen.NOW
    )
    is_weekly = models.BooleanField(_("weekly digest"), default=True)
    weekday = models.PositiveSmallIntegerField(_("weekday"), default=0)  # Monday is 0
    hour = models.PositiveSmallIntegerField(_("hour"), default=8)
    # Alerts at once wait for the end of these hours; both or neither.
    quiet_from = models.PositiveSmallIntegerField(_("quiet from"), null=True, blank=True)
    quiet_until = models.PositiveSmallIntegerField(_("quiet until"), null=True, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    # An address must say itself that it wants mail; people and channels are known.
    confirmed_at = models.DateTimeField(null=True, editable=False)
    paused_at = models.DateTimeField(null=True, editable=False)
    link = models.OneToOneField(
        Link, null=True, on_delete=models.SET_NULL, related_name="subscription", editable=False
    )
    next_at = models.DateTimeField(null=True, db_index=True, editable=False)  # of the next digest
    # Up to when the digests have told of alerts, and when the last weekly one was due.
    told_until = models.DateTimeField(editable=False, default=timezone.now)
    weekly_until = models.DateTimeField(editable=False, default=timezone.now)
    last_error = models.CharField(max_length=500, blank=True, editable=False)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="subscription_has_one_reader",
                condition=Q(person__isnull=False, address="", channel=None)
                | (Q(person=None, channel=None) & ~Q(address=""))
                | Q(person=None, address="", channel__isnull=False),
            ),
            models.CheckConstraint(
                name="subscription_is_about_one_thing",
                condition=Q(dashboard=None)
                & (Q(series__isnull=False) | Q(series=None, person__isnull=False))
                | Q(dashboard__isnull=False, series=None),
            ),
            models.CheckConstraint(
                name="subscription_weekday_and_hour_are_real",
                condition=Q(weekday__lte=6, hour__lte=23),
            ),
            models.CheckConstraint(
                name="subscription_quiet_hours_have_both_ends",
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__lte=23, quiet_until__lte=23),
            ),
        ]

    def __str__(self):
        return f"{self.reader}: {self.about}"

    def get_absolute_url(self):
        return reverse("metrics:subscription-edit", args=[self.pk])

    @property
    def reader(self) -> str:
        """Who is told, as people write it."""
        return str(self.person or self.channel or self.address)

    @property
    def about(self) -> str:
        return str(self.dashboard or self.series or _("All KPIs that one owns"))

    @property
    def eyes(self) -> Person:
        """Through whose eyes it is read: one's own, else of who set it up."""
        return self.person or self.by

    @property
    def key(self) -> str:
        """One reader, however many subscriptions: what is told once is told once to them."""
        if self.person_id:
            return f"person-{self.person_id}"
        return f"channel-{self.channel_id}" if self.channel_id else self.address.lower()

    @property
    def zone(self):
        return zone_of(self.person) if self.person else clock.zone()

    @property
    def has_digest(self) -> bool:
        return self.is_weekly or self.alerts == AlertsWhen.DAILY

    def is_weekly_on(self, day: date) -> bool:
        return self.is_weekly and day.weekday() == self.weekday

    def slot_on(self, day: date) -> datetime:
        """The hour of a day at which its digest goes out, in the reader's zone."""
        return datetime(day.year, day.month, day.day, self.hour, tzinfo=self.zone)

    def slot_after(self, moment: datetime) -> datetime | None:
        """The next moment at which a digest is wanted; None where none ever is."""
        if not self.has_digest:
            return None
        here = moment.astimezone(self.zone).date()
        days = (here + timedelta(days=ahead) for ahead in range(9))
        return next(
            slot
            for day in days
            if (self.alerts == AlertsWhen.DAILY or self.is_weekly_on(day))
            and (slot := self.slot_on(day)) > moment
        )

    def owes_weekly(self, by: datetime) -> bool:
        """Whether a weekly digest has come due by then that was not sent; the newest counts."""
        if not self.is_weekly:
            return False
        here = by.astimezone(self.zone).date()
        days = (here - timedelta(days=back) for back in range(8))
        slots = (self.slot_on(day) for day in days if self.is_weekly_on(day))
        return next(slot for slot in slots if slot <= by) > self.weekly_until

    def loud_from(self, moment: datetime) -> datetime | None:
        """When a message of ``moment`` may go out: None at once, else the end of quiet hours."""
        first, until = self.quiet_from, self.quiet_until
        if first is None or until is None or first == until:
            return None
        local = moment.astimezone(self.zone)
        if not is_within(local.hour, first, until):
            return None
        day = local.date() + timedelta(days=local.hour >= until)
        return datetime(day.year, day.month, day.day, until, tzinfo=self.zone)


def is_within(hour: int, first: int, until: int) -> bool:
    """Whether an hour lies from ``first`` to before ``until``, which may be after midnight."""
    return first <= hour < until if first < until else hour >= first or hour < until
