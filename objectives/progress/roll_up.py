"""From key results to their objective."""

from collections.abc import Iterable

from productops.figures import at_least, finite

# Worst first. Unknown stands above on_track: what nobody measures is not healthy.
WORST_FIRST = ("at_risk", "lagging", "unknown", "on_track")
KNOWN = frozenset(WORST_FIRST)


def objective_status(statuses: Iterable[str]) -> str:
    """The worst status of the key results; unknown without any. Source: Perdoo, formulae 4.4."""
    found = set(statuses)
    if not found <= KNOWN:
        raise ValueError(f"statuses: {min(found - KNOWN)!r:.40} is not known.")
    return next((status for status in WORST_FIRST if status in found), "unknown")


def objective_progress(
    key_results: Iterable[tuple[float | None, float | None]],
) -> float | None:
    """Weighted mean of (progress, weight): sum of w * p / sum of w.

    A weight of None does not roll up, nor does a progress of None (not known). None where nothing
    is left. Source: formulae 4.4; "do not roll up" as GitLab's users ask for it.
    """
    counted = [
        (finite(progress, "progress"), at_least(weight, 0, "weight"))
        for progress, weight in key_results
        if progress is not None and weight is not None
    ]
    total = sum(weight for _, weight in counted)
    return sum(share * weight for share, weight in counted) / total if total else None
