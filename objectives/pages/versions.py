"""The versions of a definition side by side: what each one changed, from which words to which."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from objectives.models import KpiVersion
from productops import numbers

COMPARED = (
    "formula", "expression", "numerator", "denominator", "unit", "direction", "cadence",
    "aggregation", "empty", "low", "high",
)  # fmt: skip


@dataclass(frozen=True)
class Changed:
    """One field of a definition: its name, what it was, what it is."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class VersionLine:
    """One version. ``changed``: against the one before it; of the first, nothing."""

    version: KpiVersion
    changed: list[Changed]
    is_first: bool


def version_lines(versions: Iterable[KpiVersion]) -> list[VersionLine]:
    """Newest first, as they come."""
    rows = list(versions)
    lines = [VersionLine(new, _changes(old, new), False) for new, old in pairwise(rows)]
    return lines + [VersionLine(each, [], True) for each in rows[-1:]]


def _changes(old: KpiVersion, new: KpiVersion) -> list[Changed]:
    return [
        Changed(
            str(KpiVersion._meta.get_field(name).verbose_name).capitalize(),
            _words(old, name),
            _words(new, name),
        )
        for name in COMPARED
        if getattr(old, name) != getattr(new, name)
    ]


def _words(version: KpiVersion, name: str) -> str:
    value: Any = getattr(version, name)
    if isinstance(value, float):
        return numbers.quantity(value, version.unit)
    display = getattr(version, f"get_{name}_display", None)
    return str(display()) if display else str(value or numbers.NOTHING)
