"""Entries of the change log as `{% timeline %}` shows them, on record pages and in the log."""

from collections.abc import Iterable

from django.apps import apps
from django.utils.translation import gettext as _

from productops.models import ChangeEntry


def events_of(entries: Iterable[ChangeEntry]) -> list[dict]:
    """What the fragment needs of each entry; entries come with their people."""
    return [event_of(entry) for entry in entries]


def event_of(entry: ChangeEntry) -> dict:
    return {
        "at": entry.at,
        "who": str(entry.by) if entry.by else _("ProductOps"),
        "what": f"{words(entry.verb)} {noun(entry.kind)} {entry.title}".strip(),
        "changes": [
            (words(name), shown(entry.before.get(name)), shown(entry.after.get(name)))
            for name in {**entry.before, **entry.after}
        ],
    }


def words(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")


def noun(kind: str) -> str:
    """What people call the rows of a kind: "objectives.keyresult" is "key result"."""
    try:
        return str(apps.get_model(kind)._meta.verbose_name)
    except (LookupError, ValueError):
        return kind.partition(".")[2]


def shown(value) -> str:
    """A kept value in short; lists by commas."""
    if isinstance(value, list):
        return ", ".join(shown(item) for item in value)
    return "" if value is None else str(value)[:200]
