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


SHORTEST = 2
LONGEST = 200
MOST_WORDS = 8

_finders: Registry[Finder] = Registry("finders")


def finder(kind: str):
    """Declare the decorated function as the finder of one noun."""

    def declare(find):
        _finders.add(kind, Finder(kind, find))
        return find

    return declare


def all_finders() -> list[Finder]:
    return list(_finders)


def search(person, text: str, *, kind: str = "", limit: int = 10) -> list[Hit]:
    """What the person may see and the words of ``text`` name, at most ``limit`` of a kind.

    A text of fewer than two characters finds nothing. Each finder asks the database once.
    """
    words = text[:LONGEST].split()[:MOST_WORDS]
    if len("".join(words)) < SHORTEST:
        return []
    finders = [finder for finder in _finders if kind in ("", finder.kind)]
    return [hit for finder in finders for hit in list(finder.find(person, words, limit))[:limit]]
