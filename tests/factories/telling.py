"""The smallest legal rows of who is told of what."""

from datetime import date, datetime

import factory
from factory.django import DjangoModelFactory

from metrics.choices import AlertsWhen, Side, Variation
from metrics.models import Alert, Subscription
from productops import links
from productops.models import Link
from tests.factories.metrics import NOW
from tests.factories.objectives import SeriesFactory
from tests.factories.teams import PersonFactory


class AlertFactory(DjangoModelFactory):
    class Meta:
        model = Alert

    series = factory.SubFactory(SeriesFactory)
    since = date(2026, 6, 22)
    seen_in = factory.SelfAttribute("since")
    side = Side.HIGH
    variation = Variation.WORSE
    names = ["outside"]
    value = 20.0
    raised_at = NOW


class SubscriptionFactory(DjangoModelFactory):
    """One who has confirmed; of everything that a person owns unless something is named."""

    class Meta:
        model = Subscription
        skip_postgeneration_save = True

    person = factory.Maybe(
        "address", yes_declaration=None, no_declaration=factory.SubFactory(PersonFactory)
    )
    address = ""
    by = factory.LazyAttribute(lambda one: one.person or PersonFactory(role="ops"))
    alerts = AlertsWhen.NOW
    confirmed_at = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    told_until = datetime.fromisoformat("2026-01-01T00:00:00+00:00")

    @factory.post_generation
    def with_link(self, create, given, **_options):
        self.link = links.make(Link.Purpose.MAILS, person=self.person, target=self.pk)
        self.save(update_fields=["link"])
