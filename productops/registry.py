"""The shape that all registries of the kernel share: name -> entry, no name twice."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from django.core.exceptions import ImproperlyConfigured

Entry = TypeVar("Entry")


class Registry(Generic[Entry]):
    """Entries by name, in the order of the apps; a second entry of one name refuses to start."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._entries: dict[str, Entry] = {}

    def add(self, name: str, entry: Entry) -> Entry:
        if self._entries.get(name, entry) != entry:
            raise ImproperlyConfigured(f"Two {self.what} are named {name!r}.")
        self._entries[name] = entry
        return entry

    def get(self, name: str) -> Entry | None:
        return self._entries.get(name)

    def names(self) -> list[str]:
        return list(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self._entries.values()))

    def __len__(self) -> int:
        return len(self._entries)
