"""The smallest legal rows of processes."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from processes.choices import Family, RevisionState
from processes.models import Acknowledgement, Adoption, Process, Revision, Step
from tests.factories.teams import PersonFactory, ProductFactory


class ProcessFactory(DjangoModelFactory):
    class Meta:
        model = Process

    title = factory.Sequence(lambda n: f"Process {n}")
    slug = factory.Sequence(lambda n: f"process-{n}")
    family = Family.PLANNING
    owner = factory.SubFactory(PersonFactory)


class RevisionFactory(DjangoModelFactory):
    class Meta:
        model = Revision

    process = factory.SubFactory(ProcessFactory)
    number = 1
    summary = "First version"
    author = factory.SubFactory(PersonFactory)


class StepFactory(DjangoModelFactory):
    class Meta:
        model = Step

    revision = factory.SubFactory(RevisionFactory)
    order = factory.Sequence(lambda n: n + 1)
    title = "Take the request in"


class PublishedFactory(RevisionFactory):
    """A revision that readers see."""

    class Meta:
        model = Revision
        skip_postgeneration_save = True

    state = RevisionState.PUBLISHED
    approver = factory.SubFactory(PersonFactory)
    published_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def on_top(self, create, extracted, **kwargs):
        self.process.published = self
        self.process.reviewed_on = self.published_at.date()
        self.process.save()


class AcknowledgementFactory(DjangoModelFactory):
    class Meta:
        model = Acknowledgement

    revision = factory.SubFactory(PublishedFactory)
    person = factory.SubFactory(PersonFactory)
    asked_by = factory.SubFactory(PersonFactory)


class AdoptionFactory(DjangoModelFactory):
    class Meta:
        model = Adoption

    process = factory.SubFactory(ProcessFactory)
    subject = factory.LazyAttribute(lambda _row: ProductFactory().subject)
    state = "adopted"
