"""Trying a source while somebody waits: does it answer, and with what?"""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from metrics.actions.source_reading import (
    hidden,
    locked,
    read_within,
    secrets_of,
    sentence_of,
)
from metrics.actions.sources import keep_sample
from metrics.connectors import Fetched, SourceError
from metrics.models import Source

TRY_S = 20.0  # as long as a person waits for a page


@dataclass(frozen=True)
class Trial:
    """What came of it: a table, or a sentence and the setting that it is about."""

    fetched: Fetched | None = None
    field: str = ""
    sentence: str = ""

    @property
    def is_good(self) -> bool:
        return self.fetched is not None


def try_source(
    source: Source,
    *,
    settings: Mapping[str, Any] | None = None,
    secrets: Mapping[str, str] | None = None,
) -> Trial:
    """Read a source from its beginning, as it stands or with other settings that are not saved."""
    tried = copy(source)
    if settings is not None:
        tried.settings = dict(settings)
    known: dict[str, str] = {}
    try:
        known = (secrets_of(source) if source.secret else {}) | dict(secrets or {})
        tried.secret = locked(known)
        return Trial(read_within(TRY_S, tried, timezone.now(), from_start=True))
    except SourceError as problem:
        return Trial(field=problem.field, sentence=hidden(problem.sentence, known))
    except Exception as problem:  # told by sentence_of without what faults of ours may hold
        return Trial(sentence=hidden(sentence_of(problem), known))


def look_at(source: Source) -> Trial:
    """Read a source and keep its first rows, for its mapping to be made and shown."""
    trial = try_source(source)
    if trial.fetched is not None:
        keep_sample(source=source, fetched=trial.fetched, now=timezone.now())
    return trial
