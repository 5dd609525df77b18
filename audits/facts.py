"""What the record says, on the scale of a question: the level that a measured value amounts to,
and whether somebody's answer differs from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

TOLERANCE = 1.0  # levels by which answer and record may differ: neither is exact to a level
FRESH_DAYS = 60  # a measure of the quarter before says nothing about today


@dataclass(frozen=True)
class FactRule:
    """How a question reads its measure. ``levels`` are the lowest values of each level, the
    lowest level first: rising where more is better (0, 20, 40, 60, 80), falling where less is
    (90, 60, 30, 14, 7: a value of 30 or less has reached the third). ``steps`` are the numbers of
    the levels, 0, 1, 2 and so on where they are left out. Answer and record differ beyond
    ``tolerance`` levels. ``days`` after it was measured a fact is stale."""

    levels: Sequence[float]
    steps: Sequence[float] = ()
    tolerance: float = TOLERANCE
    days: int = FRESH_DAYS

    @property
    def is_falling(self) -> bool:
        return len(self.levels) > 1 and self.levels[0] > self.levels[-1]

    def level_of(self, value: float) -> float | None:
        """The level that a value amounts to; what reaches none has the lowest. None without
        levels: such a question shows its fact and compares nothing."""
        if not self.levels:
            return None
        reached = max(0, sum(self._reaches(value, bound) for bound in self.levels) - 1)
        return sorted(self.steps)[min(reached, len(self.steps) - 1)] if self.steps else reached

    def _reaches(self, value: float, bound: float) -> bool:
        return value <= bound if self.is_falling else value >= bound

    def differs(self, answer: float, level: float) -> bool:
        return abs(answer - level) > self.tolerance

    def is_stale(self, measured_on: date, on: date) -> bool:
        return measured_on + timedelta(days=self.days) < on


def fact_rule(fact: Mapping[str, Any], steps: Sequence[float] = ()) -> FactRule:
    """The rule that a question carries (``Node.fact``): {"levels", "tolerance", "days"}."""
    return FactRule(
        levels=tuple(fact.get("levels") or ()),
        steps=tuple(steps),
        tolerance=fact.get("tolerance", TOLERANCE),
        days=fact.get("days", FRESH_DAYS),
    )


@dataclass(frozen=True)
class Compared:
    """What people say at one place, and what the record says there."""

    said: float | None
    value: float
    measured_on: date
    rule: FactRule

    @property
    def level(self) -> float | None:
        return self.rule.level_of(self.value)

    @property
    def differs(self) -> bool:
        if self.said is None or self.level is None:
            return False
        return self.rule.differs(self.said, self.level)

    def is_stale(self, on: date) -> bool:
        return self.rule.is_stale(self.measured_on, on)

    def agrees_on(self, on: date) -> bool | None:
        """Whether both say the same; None where one of them says nothing that counts today."""
        if self.said is None or self.level is None or self.is_stale(on):
            return None
        return not self.differs
