"""Where a key result or an objective stands on a day: two signals that are never merged.

The pace is computed from progress and the time gone; the confidence is what a person says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from objectives.choices import CONFIDENT_FROM, Pace
from objectives.progress import Numbers, objective_progress, objective_status

KINDS = {Pace.ON_TRACK: "good", Pace.LAGGING: "bad", Pace.AT_RISK: "bad", Pace.UNKNOWN: "flat"}


@dataclass(frozen=True)
class Standing:
    """``progress`` is signed and unclipped (1 is the target), ``expected`` the share of time
    gone, both None where there is none; ``confidence`` is 0 to 10, said on ``said_on``."""

    status: Pace = Pace.UNKNOWN
    progress: float | None = None
    expected: float | None = None
    pace: float | None = None
    current: float | None = None
    confidence: int | None = None
    said_on: date | None = None

    @property
    def kind(self) -> str:
        """Which shape and colour the status has (templates/ui/status.html)."""
        return KINDS[self.status]

    @property
    def word(self) -> str:
        return str(self.status.label)

    @property
    def disagrees(self) -> bool:
        """Whether the number and the person say different things: what to talk about first."""
        if self.confidence is None or self.status == Pace.UNKNOWN:
            return False
        return (self.status == Pace.ON_TRACK) != (self.confidence >= CONFIDENT_FROM)


def standing_of(numbers: Numbers, on: date) -> Standing:
    """Where a key result stands by ``on``; once its objective is closed, where it stood then."""
    day = min(on, numbers.closed_on or on)
    done, gone = numbers.progress(day), numbers.expected(day)
    tempo = numbers.pace(done, gone)
    return Standing(
        status=Pace(numbers.status(done, tempo)),
        progress=done,
        expected=gone,
        pace=tempo,
        current=numbers.current(day),
        confidence=numbers.confidence,
        said_on=numbers.said_on,
    )


def as_closed(found: Standing, grade: float | None) -> Standing:
    """A closed objective keeps the grade that it was closed with."""
    return found if grade is None else replace(found, progress=grade)


def together(standings: Sequence[tuple[Standing, float]]) -> Standing:
    """An objective's standing from those of its key results with their weights (formulae 4.4).

    Worst status, weighted mean progress (a weight of 0 does not roll up), least confidence and
    the check-in that is longest ago.
    """
    each = [standing for standing, _weight in standings]
    shares = [(standing.progress, weight or None) for standing, weight in standings]
    return Standing(
        status=Pace(objective_status(standing.status for standing in each)),
        progress=objective_progress(shares),
        expected=next((one.expected for one in each if one.expected is not None), None),
        confidence=min((s.confidence for s in each if s.confidence is not None), default=None),
        said_on=min((s.said_on for s in each if s.said_on is not None), default=None),
    )
