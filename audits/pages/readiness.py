"""Where one stands until the next audit: the last level, what was closed since, and what closing
all that is planned would come to. An arithmetic, not a forecast, and said so."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from audits import access
from audits.choices import GapState
from audits.models import Audit, Gap
from audits.pages.results import found, when
from audits.results import Result, mean


def readiness(person, on: date) -> dict[str, Any] | None:
    """From the newest closed audit that the person sees and that found gaps; None without one."""
    audit = access.audits_for(person).closed().filter(gaps__isnull=False).distinct()
    audit = audit.order_by("-closed_at").first()
    if audit is None:
        return None
    result, _names = found(person, audit, None)
    gaps = list(access.gaps_for(person).found_in(audit).prefetch_related("scopes__scope"))
    if result.level is None or not gaps:
        return None
    by_state = {state: [gap for gap in gaps if gap.state == state] for state in GapState}
    planned, closed = by_state[GapState.PLANNED], by_state[GapState.CLOSED]
    return {
        "audit": audit,
        "when": when(audit, on),
        "level": result.level,
        "high": result.high,
        "target": result.wanted,
        "gaps": len(gaps),
        "closed": len(closed),
        "planned": len(planned),
        "expected": expected_level(result, lifted(audit, [*planned, *closed])),
    }


def lifted(audit: Audit, gaps: Iterable[Gap]) -> set[tuple[int, str]]:
    """The places that reach their target once these gaps are closed, by scope and dimension."""
    return {
        (place.scope_id, gap.node.key)
        for gap in gaps
        if gap.node
        for place in gap.scopes.all()
        if place.scope.audit_id == audit.pk
    }


def expected_level(result: Result, places: set[tuple[int, str]]) -> float | None:
    """The overall level with these places at their targets and all else as it was."""
    levels = {scope: _level(result, scope, places) for scope in result.scopes}
    return mean(levels.values())


def _level(result: Result, scope: int, places: set[tuple[int, str]]) -> float | None:
    """What the scope had, and what its lifted dimensions add by their weight."""
    overall = result.overall[scope].level
    known = [row for row in result.rows if row.cells[scope].level is not None]
    weights: Mapping[str, float] = {row.dimension.key: row.dimension.weight for row in known}
    total = sum(weights.values())
    if overall is None or not total:
        return overall
    gains = (
        weights[row.dimension.key] * max(0.0, row.wanted(row.cells[scope]) - row.cells[scope].level)
        for row in known
        if (scope, row.dimension.key) in places
    )
    return overall + sum(gains) / total
