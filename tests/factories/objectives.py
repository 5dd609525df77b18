"""The smallest legal rows of objectives."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from objectives.formula import read_formula
from objectives.models import (
    CheckIn,
    Cycle,
    KeyResult,
    Kpi,
    KpiInput,
    KpiVersion,
    Objective,
    Series,
    Target,
)
from objectives.models.kpi import BEGINNING
from productops.measures import Aggregation, Cadence
from teams.models import Subject
from tests.factories.teams import PersonFactory, ProductFactory


class CycleFactory(DjangoModelFactory):
    class Meta:
        model = Cycle

    slug = factory.Sequence(lambda n: f"cycle-{n}")
    name = factory.Sequence(lambda n: f"Cycle {n}")
    starts_on = date(2026, 1, 1)
    ends_on = date(2026, 12, 31)


class ObjectiveFactory(DjangoModelFactory):
    class Meta:
        model = Objective

    title = factory.Sequence(lambda n: f"Objective {n}")
    cycle = factory.SubFactory(CycleFactory)
    subject = factory.LazyFunction(Subject.organisation)
    owner = factory.SubFactory(PersonFactory)


class KpiFactory(DjangoModelFactory):
    """A KPI without a definition: give it one by ``KpiVersionFactory`` or ``define``."""

    class Meta:
        model = Kpi

    slug = factory.Sequence(lambda n: f"kpi-{n}")
    name = factory.Sequence(lambda n: f"KPI {n}")


class KpiVersionFactory(DjangoModelFactory):
    class Meta:
        model = KpiVersion
        skip_postgeneration_save = True

    kpi = factory.SubFactory(KpiFactory)
    number = factory.LazyAttribute(lambda version: version.kpi.versions.count() + 1)
    valid_from = BEGINNING
    cadence = Cadence.WEEK
    aggregation = Aggregation.MEAN

    @factory.post_generation
    def inputs(version, create, _extracted, **_words):  # noqa: N805  factory_boy's way
        if create and version.expression:
            slugs = read_formula(version.expression).inputs
            rows = Kpi.objects.filter(slug__in=slugs)
            KpiInput.objects.bulk_create(KpiInput(version=version, kpi=kpi) for kpi in rows)


class SeriesFactory(DjangoModelFactory):
    """A series of a KPI that is counted by weeks; words of the version may be given with
    ``version__``, for instance ``version__cadence="month"``."""

    class Meta:
        model = Series
        skip_postgeneration_save = True

    kpi = factory.SubFactory(KpiFactory)
    subject = factory.LazyAttribute(lambda _series: ProductFactory().subject)

    @factory.post_generation
    def version(series, create, extracted, **kwargs):  # noqa: N805  factory_boy's way
        if create and extracted is not False and not series.kpi.versions.exists():
            KpiVersionFactory(kpi=series.kpi, **kwargs)


class TargetFactory(DjangoModelFactory):
    class Meta:
        model = Target

    series = factory.SubFactory(SeriesFactory)
    from_on = date(2020, 1, 1)
    low = 1.0


class KeyResultFactory(DjangoModelFactory):
    class Meta:
        model = KeyResult

    objective = factory.SubFactory(ObjectiveFactory)
    title = factory.Sequence(lambda n: f"Key result {n}")
    owner = factory.SubFactory(PersonFactory)
    baseline = 0.0
    target = 1.0


class CheckInFactory(DjangoModelFactory):
    class Meta:
        model = CheckIn
        skip_postgeneration_save = True

    key_result = factory.SubFactory(KeyResultFactory)
    author = factory.SubFactory(PersonFactory)
    confidence = 5

    @factory.post_generation
    def pointer(self, create, _extracted, **_given):
        """The key result's, as the verb sets it."""
        if create:
            self.key_result.point_at_newest()
