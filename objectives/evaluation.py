"""What came of a cycle, counted: by state, by zone, by success. Pure."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean

OUTCOMES = ("achieved", "missed", "dropped")
ZONES = ("stretch", "target", "commit", "fail")


@dataclass(frozen=True)
class Graded:
    """One objective of a cycle. ``progress`` is its grade, or what it is so far; ``zones`` are
    those of its key results ("" where none is known)."""

    group: Hashable
    state: str
    progress: float | None
    success_from: float
    is_committed: bool
    zones: tuple[str, ...] = ()

    @property
    def is_counted(self) -> bool:
        """What was dropped or never begun says nothing about success."""
        return self.state not in ("dropped", "draft") and self.progress is not None

    @property
    def is_success(self) -> bool:
        return (
            self.is_counted
            and self.progress is not None
            and (round(self.progress, 9) >= self.success_from)
        )


@dataclass(frozen=True)
class Tally:
    """``states`` and ``zones`` count objectives and key results; shares are None over nothing.

    ``mean`` is the plain mean of progress, told beside the counts and never instead of them.
    """

    objectives: int = 0
    key_results: int = 0
    states: Mapping[str, int] = field(default_factory=dict)
    zones: Mapping[str, int] = field(default_factory=dict)
    successes: int = 0
    counted: int = 0
    committed_met: int = 0
    committed: int = 0
    mean: float | None = None

    @property
    def zones_unknown(self) -> int:
        """Key results of which nobody knows how far they got."""
        return self.zones.get("", 0)

    @property
    def success_share(self) -> float | None:
        return self.successes / self.counted if self.counted else None

    @property
    def commitments_kept(self) -> float | None:
        """Of what was committed to, the share that was reached: promises are not aspirations."""
        return self.committed_met / self.committed if self.committed else None


def tally(rows: Iterable[Graded]) -> Tally:
    """All of it together. Zones of key results that are not known count as ""."""
    rows = list(rows)
    counted = [row for row in rows if row.is_counted]
    committed = [row for row in counted if row.is_committed]
    return Tally(
        objectives=len(rows),
        key_results=sum(len(row.zones) for row in rows),
        states=Counter(row.state for row in rows),
        zones=Counter(zone for row in rows for zone in row.zones),
        successes=sum(row.is_success for row in counted),
        counted=len(counted),
        committed_met=sum(row.is_success for row in committed),
        committed=len(committed),
        mean=fmean(row.progress for row in counted if row.progress is not None)
        if counted
        else None,
    )


def by_group(rows: Iterable[Graded]) -> dict[Hashable, Tally]:
    """A tally for each group, in the order in which groups first come."""
    groups: dict[Hashable, list[Graded]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    return {group: tally(found) for group, found in groups.items()}
