"""What search may find: each app declares, in its ``search.py``, how to look for its nouns."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from productops.registry import Registry


@dataclass(frozen=True)
class Hit:
    kind: str  # the noun as people read it, e.g. "Gap"
    title: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class Finder:
    """``find(person, words, limit)`` gives hits that the person may see, best first."""

    kind: str
    find: Callable[[object, list[str], int], Iterable[Hit]]


_finders: Registry[Finder] = Registry("finders")


def finder(kind: str):
    """Declare the decorated function as the finder of one noun."""

    def declare(find):
        _finders.add(kind, Finder(kind, find))
        return find

    return declare


def all_finders() -> list[Finder]:
    return list(_finders)
