"""The demo organisation and bulk data: each app loads its own part, in the order of the apps.

A part that needs what later apps load, such as an audit that asks about tools, is a late one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from productops.registry import Registry


@dataclass
class Story:
    """What the parts hand on to each other. ``on`` is the day on which the story ends."""

    on: date
    seed: int = 1
    cast: dict[str, Any] = field(default_factory=dict)  # people, products, gaps ... by a short name


@dataclass(frozen=True)
class Size:
    """How much ``seed`` makes."""

    products: int
    kpis: int
    observations: int
    people: int
    seed: int


_parts: Registry[Callable[[Story], None]] = Registry("parts of the demo")
_late_parts: Registry[Callable[[Story], None]] = Registry("late parts of the demo")
_bulks: Registry[Callable[[Size], None]] = Registry("parts of the seed")


def demo_part(name: str, *, late: bool = False):
    def declare(load: Callable[[Story], None]):
        return (_late_parts if late else _parts).add(name, load)

    return declare


def seed_part(name: str):
    def declare(make: Callable[[Size], None]):
        return _bulks.add(name, make)

    return declare


def demo_parts() -> list[Callable[[Story], None]]:
    """The late ones after all others."""
    return [*_parts, *_late_parts]


def seed_parts() -> list[Callable[[Size], None]]:
    return list(_bulks)
