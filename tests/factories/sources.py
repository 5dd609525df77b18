"""The smallest legal rows of sources."""

import factory
from factory.django import DjangoModelFactory

from metrics.actions.source_reading import locked
from metrics.choices import SourceState
from metrics.models import ColumnMapping, Source, SourceRun
from tests.factories.teams import PersonFactory


class SourceFactory(DjangoModelFactory):
    """A source that is active; ``secrets`` are locked as its verbs lock them."""

    class Meta:
        model = Source

    class Params:
        secrets = None

    name = factory.Sequence(lambda n: f"Source {n}")
    slug = factory.Sequence(lambda n: f"source-{n}")
    kind = "file_url"
    owner = factory.SubFactory(PersonFactory)
    state = SourceState.ACTIVE
    secret = factory.LazyAttribute(lambda source: locked(source.secrets or {}))


class SourceRunFactory(DjangoModelFactory):
    class Meta:
        model = SourceRun

    source = factory.SubFactory(SourceFactory)
    trigger = "schedule"
    state = "done"


class ColumnMappingFactory(DjangoModelFactory):
    class Meta:
        model = ColumnMapping

    name = factory.Sequence(lambda n: f"Mapping {n}")
    owner = factory.SubFactory(PersonFactory)
