"""Whether two numbers of a KPI mean the same: a definition may have changed between them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

# Where the meaning of the number changes with them, and so the series breaks.
MEANING = (
    "formula",
    "expression",
    "numerator",
    "denominator",
    "unit",
    "direction",
    "cadence",
    "aggregation",
    "empty",
)


class Compared(NamedTuple):
    """What has to be read of a version to compare it, by the names of its columns."""

    pk: int
    number: int
    valid_from: date
    restates_history: bool
    formula: str
    expression: str
    numerator: str
    denominator: str
    unit: str
    direction: str
    cadence: str
    aggregation: str
    empty: str


def means(version: Any) -> tuple:
    """What a version of a definition says of the number; another target is no other meaning."""
    return tuple(getattr(version, name) for name in MEANING)


def counting(versions: Sequence[Any], period: date) -> Any | None:
    """The version that counts the period beginning on ``period``; None without any.

    The newest that began by then, else the oldest, which holds from ever. What restates history
    holds from ever as well, and what was numbered before it holds no more.
    """
    held = _held(versions)
    begun = [version for version in held[1:] if version.valid_from <= period]
    newest = max(begun, key=lambda version: (version.valid_from, version.number), default=None)
    return newest or (held[0] if held else None)


def _held(versions: Sequence[Any]) -> list[Any]:
    """The versions that still count anything, led by the one that holds from ever."""
    numbered = sorted(versions, key=lambda version: version.number)
    places = [place for place, version in enumerate(numbered) if version.restates_history]
    return numbered[places[-1] :] if places else numbered


def written_for(versions: Sequence[Any], meant_by: int | None) -> Any | None:
    """The version (by its key) that numbers were written for; the first where nobody said."""
    first = min(versions, key=lambda version: version.number, default=None)
    return next((version for version in versions if version.pk == meant_by), first)


def differs(versions: Sequence[Any], meant_by: int | None, period: date) -> bool:
    """Whether what counts ``period`` means something else than the numbers were written for."""
    if len(versions) < 2:
        return False
    return means(written_for(versions, meant_by)) != means(counting(versions, period))


def counted_from(versions: Sequence[Any], meant_by: int | None) -> date | None:
    """The first day whose numbers mean what was written; None where that is so from ever."""
    if len(versions) < 2:
        return None
    written, held = written_for(versions, meant_by), _held(versions)
    if written is held[0] or means(written) == means(held[0]):
        return None
    alike = [version.valid_from for version in held if means(version) == means(written)]
    return min(alike, default=None)
