"""Sources: drafted, set up step by step, started, changed, paused, read on demand."""

import secrets as random
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from metrics import freshness
from metrics.actions.source_reading import locked, sample_of, secrets_of
from metrics.choices import Every, SourceState
from metrics.connectors import Fetched, SourceError
from metrics.models import PUSH, Source
from productops import changelog, parsing
from productops.changelog import HIDDEN
from productops.forms import take_version
from teams.models import Person

# What decides which rows come: where one of these changes, reading begins anew.
READING = ("settings", "secret", "since")
SECRET_BYTES = 32
RESERVED = {"new", "runs"}  # words of our own addresses


@transaction.atomic
def draft_source(
    *,
    kind: str,
    name: str,
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
    by: Person,
    mapping: Mapping[str, Any] | None = None,
    **others: Any,
) -> Source:
    """Begin a source: it reads nothing until it is started. What is sent to us needs a secret, so
    one is made where none is given."""
    given = dict(secrets)
    if kind == PUSH and not given.get("secret"):
        given["secret"] = random.token_urlsafe(SECRET_BYTES)
    if kind == PUSH:
        others = {"every": Every.HAND} | others
    source = Source.objects.create(
        kind=kind,
        name=name,
        slug=free_slug(name),
        settings=dict(settings),
        secret=locked(given),
        mapping=dict(mapping or {}),
        **{"owner": by} | others,
    )
    after = {"kind": kind, "name": name, "settings": dict(settings)}
    changelog.record(by=by, row=source, verb="drafted", after=after | _hidden(given))
    return source


def free_slug(name: str) -> str:
    """The name as it can stand in an address, which no source has yet. Raises Unreadable."""
    slug = parsing.to_slug(name)[:100].strip("-")
    begun = Source.with_trash.filter(slug__startswith=slug)
    taken = {*begun.values_list("slug", flat=True), *RESERVED}
    numbered = (f"{slug}-{number}" for number in range(2, len(taken) + 3))
    return next(free for free in (slug, *numbered) if free not in taken)


@transaction.atomic
def change_source(
    *, source: Source, by: Person, secrets: Mapping[str, str] | None = None, **changes: Any
) -> Source:
    """Change a source; ``secrets`` holds those that are entered anew, the others stay.

    A run that is under way gives up, for it reads what was wanted before.
    """
    if secrets := {name: text for name, text in (secrets or {}).items() if text}:
        changes["secret"] = locked(_kept_secrets(source) | secrets)
    before = {name: getattr(source, name) for name in changes}
    changed = {name: value for name, value in changes.items() if value != before[name]}
    if not changed:
        return source
    take_version(source)
    for name, value in changed.items():
        setattr(source, name, value)
    if not changed.keys().isdisjoint(READING):
        source.cursor, source.sample = {}, {}
    _let_go(source, timezone.now())
    source.save()
    was = {name: before[name] for name in changed if name != "secret"}
    now = {name: changed[name] for name in changed if name != "secret"}
    hidden = _hidden(secrets)
    changelog.record(by=by, row=source, verb="changed", before=was | hidden, after=now | hidden)
    return source


def _kept_secrets(source: Source) -> dict[str, str]:
    try:
        return secrets_of(source)
    except SourceError:
        return {}  # of another SECRET_KEY: gone for good, and entered anew


def _hidden(secrets: Mapping[str, str]) -> dict[str, str]:
    return {name: HIDDEN for name, text in secrets.items() if text}


def _let_go(source: Source, now: datetime) -> None:
    """Take a source out of the hands that hold it, and begin its waiting anew."""
    source.lease_until = source.rung_at = source.asked_by = None
    source.attempts = 0
    is_active = source.state == SourceState.ACTIVE
    slot = freshness.next_slot(source.every, source.at, source.weekday, now)
    source.next_run_at = slot if is_active else None


@transaction.atomic
def start_source(*, source: Source, by: Person) -> Source:
    """Let a draft that is set up, or a source that pauses, be read by its schedule: for the first
    time at once, unless it is read by hand."""
    if source.state == SourceState.ACTIVE:
        return source
    is_first = source.is_draft
    before = {"state": source.state}
    take_version(source)
    source.state = SourceState.ACTIVE
    _let_go(source, timezone.now())
    if is_first and source.next_run_at:
        source.next_run_at = timezone.now()
    source.save()
    verb = "started" if is_first else "resumed"
    changelog.record(by=by, row=source, verb=verb, before=before, after={"state": source.state})
    return source


@transaction.atomic
def pause_source(*, source: Source, by: Person) -> Source:
    """Read a source no more until it is resumed. One that failed is no longer waited for."""
    if source.state != SourceState.ACTIVE:
        return source
    take_version(source)
    source.state = SourceState.PAUSED
    _let_go(source, timezone.now())
    source.save()
    changelog.record(by=by, row=source, verb="paused", before={"state": SourceState.ACTIVE})
    return source


@transaction.atomic
def ask_to_run(*, source: Source, by: Person) -> Source:
    """Have a source read as soon as a worker is free; one that is being read stays as it is."""
    now = timezone.now()
    fetched = Source.objects.exclude(kind=PUSH).exclude(state=SourceState.DRAFT)
    free = fetched.exclude(lease_until__gt=now)
    asked = free.filter(pk=source.pk).update(
        next_run_at=now, asked_by=by, rung_at=None, lease_until=None
    )
    if asked:
        changelog.record(by=by, row=source, verb="asked to run")
    return source


@transaction.atomic
def discard_source(*, source: Source, by: Person) -> None:
    """Put a source into the trash; what it brought stays."""
    if source.deleted_at is None:
        source.deleted_at = timezone.now()
        _let_go(source, source.deleted_at)
        source.next_run_at = None
        source.save()
        changelog.record(by=by, row=source, verb="discard")


def keep_sample(*, source: Source, fetched: Fetched, now: datetime) -> Source:
    """Keep the first rows of what was read for looking at; it is no change of the source."""
    source.sample = sample_of(fetched, _kept_secrets(source), now)
    Source.objects.filter(pk=source.pk).update(sample=source.sample)
    return source


@transaction.atomic
def renew_secret(*, source: Source, by: Person) -> str:
    """A new secret for what is sent to us; the old one opens nothing any more."""
    secret = random.token_urlsafe(SECRET_BYTES)
    change_source(source=source, by=by, secrets={"secret": secret})
    return secret
