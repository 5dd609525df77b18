"""The chain of hashes over the change log: sealed in batches by the relay, walked by ``verify``.

Each entry's hash covers its content and the hash before it. Whoever changes or removes a sealed
entry breaks the chain there; a cut end no longer fits the seal, which remembers the last hash.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.db import transaction

from productops.models import ChangeEntry, ChangeSeal
from productops.verify import Difference, check

BATCH = 500


def seal(limit: int = BATCH) -> int:
    """Bind up to ``limit`` loose entries to the end of the chain; how many that were.

    Any number of sealers may run: the one row of ChangeSeal is their lock.
    """
    if not ChangeEntry.objects.unsealed().exists():
        return 0
    ChangeSeal.objects.get_or_create(pk=1)
    with transaction.atomic():
        end = ChangeSeal.objects.select_for_update().get(pk=1)
        loose = list(ChangeEntry.objects.unsealed()[:limit])
        for entry in loose:
            end.place, end.hash = end.place + 1, hash_of(entry, end.hash)
            entry.place, entry.hash = end.place, end.hash
        # An upsert by key: the table's own update() refuses, and one statement is enough.
        ChangeEntry.objects.bulk_create(
            loose, update_conflicts=True, unique_fields=["id"], update_fields=["place", "hash"]
        )
        end.save()
    return len(loose)


def hash_of(entry: ChangeEntry, former: str) -> str:
    """SHA-256 of the former hash and the entry's content, the same on every database."""
    content = {
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": entry.by_id,
        "former": former,
        **{name: getattr(entry, name) for name in ("kind", "row", "title", "verb", "request")},
        "before": _plain(entry.before),
        "after": _plain(entry.after),
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """One spelling of every number: PostgreSQL gives back 1e22 as a whole number."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return repr(float(value))
    return value


@check("changes")
def broken_places() -> Iterator[Difference]:
    """Walk the chain and name each entry that was changed, is missing, or was cut off."""
    place, former = 0, ""
    for entry in ChangeEntry.objects.sealed().iterator(chunk_size=2000):
        if entry.place != place + 1:
            yield _missing(place + 1, entry.place - 1)
        elif (expected := hash_of(entry, former)) != entry.hash:
            yield Difference("changes", f"entry {entry.pk} ({entry})", entry.hash, expected)
        place, former = entry.place, entry.hash
    end = ChangeSeal.objects.filter(pk=1).first() or ChangeSeal()
    if end.place > place:
        yield _missing(place + 1, end.place)
    elif (end.place, end.hash) != (place, former):
        yield Difference("changes", "the seal", f"{end.place} {end.hash}", f"{place} {former}")


def _missing(first: int, last: int) -> Difference:
    places = f"place {first}" if first == last else f"places {first} to {last}"
    return Difference("changes", places, "no entry", "an entry of the chain")
