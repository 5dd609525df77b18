"""Where one key result is, from its numbers alone: the one rule for rows of the database and for
plain columns of thousands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from objectives.progress import course
from objectives.progress.levels import SHARE_OF_STRETCH, Levels, zone
from objectives.progress.remembered import BEFORE_ALL, Points, closed_values, value_by

METRIC, MAINTAIN, ORDINAL = "metric", "maintain", "ordinal"
# A described result is at its target where the zone "target" is reached.
SHARE_OF_TARGET = {
    "fail": 0.0,
    "commit": SHARE_OF_STRETCH["commit"] / SHARE_OF_STRETCH["target"],
    "target": 1.0,
    "stretch": SHARE_OF_STRETCH["stretch"] / SHARE_OF_STRETCH["target"],
}


def steps_of(plan: Sequence[Sequence]) -> list[tuple[date, float]]:
    """A plan as it is stored, [[ISO day, value]], with days that are days."""
    return [(date.fromisoformat(day), value) for day, value in plan]


@dataclass(frozen=True, slots=True)
class Numbers:
    """All that the standing of a key result is worked out from (formulae 4.4).

    ``starts_on`` and ``ends_on`` are its cycle's, None in a backlog; ``begun_on`` is where its
    plan begins: with the cycle, else when it was written. ``plan`` holds (ISO day, value) in
    order of days. ``said_...`` come from the newest check-in; ``latest``, ``latest_period`` and
    ``recent`` from the series where it ``is_watched``. ``final_...`` count once it ``is_graded``,
    with its objective closed. ``meant_otherwise``: the KPI counts the series' newest period by
    another definition than the numbers were written for, so that they say nothing together;
    periods from ``meant_from`` on are counted by theirs (None: all).
    """

    kind: str
    begun_on: date
    starts_on: date | None = None
    ends_on: date | None = None
    closed_on: date | None = None
    baseline: float | None = None
    commit: float | None = None
    target: float | None = None
    stretch: float | None = None
    low: float | None = None
    high: float | None = None
    plan: Sequence[Sequence] = ()
    said_on: date | None = None
    said_value: float | None = None
    said_zone: str = ""
    confidence: int | None = None
    is_watched: bool = False
    latest: float | None = None
    latest_period: date | None = None
    recent: Points = ()
    meant_otherwise: bool = False
    meant_from: date | None = None
    is_graded: bool = False
    final_progress: float | None = None
    final_value: float | None = None
    final_zone: str = ""

    @property
    def levels(self) -> Levels | None:
        """Its four numbers, where it has all of them."""
        if self.baseline is None or self.commit is None:
            return None
        if self.target is None or self.stretch is None:
            return None
        return Levels(self.baseline, self.commit, self.target, self.stretch)

    def current(self, on: date) -> float | None:
        """The value by ``on``: of the series where it watches one, else of the last check-in; once
        its objective is closed, the value that it had then."""
        if self.is_graded:
            return self.final_value
        if self.is_watched:
            return value_by(on, self.latest, self.latest_period, self.recent)
        return self.said_value

    def zone_reached(self, on: date) -> str:
        """How far it got: by its numbers, or as the last check-in says; "" where unknown."""
        if self.is_graded:
            return self.final_zone
        if self.kind == ORDINAL:
            return self.said_zone
        if self.meant_otherwise:
            return ""
        levels, current = self.levels, self.current(on)
        return "" if levels is None or current is None else zone(levels, current)

    def progress(self, on: date) -> float | None:
        """Signed share of the way, 1 at the target; of a range kept, the share of the cycle's
        closed periods inside it. None where it is not known (formulae 4.4)."""
        if self.is_graded:
            return self.final_progress
        if self.kind == ORDINAL:
            return SHARE_OF_TARGET.get(self.zone_reached(on))
        if self.meant_otherwise:
            return None
        if self.kind == METRIC:
            return self._share_of_way(self.current(on))
        first = max(self.starts_on or BEFORE_ALL, self.meant_from or BEFORE_ALL)
        values = closed_values(self.recent, first, on)
        return course.maintain_share(values, low=self.low, high=self.high)

    def expected(self, on: date) -> float | None:
        """The share of the way that should be done by ``on``: by its plan where it has one, else
        the share of the cycle that is gone; None in a backlog (formulae 4.4)."""
        if not self.plan or self.baseline is None or self.target is None:
            return course.share_gone(self.starts_on, self.ends_on, on)
        later = [step for step in steps_of(self.plan) if step[0] > self.begun_on]
        way = course.planned_value([(self.begun_on, self.baseline), *later], on)
        return self._share_of_way(way)

    def pace(self, done: float | None, gone: float | None) -> float | None:
        """Progress over what was expected; None where nothing was, and of a range to keep, which
        is kept or not, however much time is gone."""
        if gone is None or self.kind == MAINTAIN:
            return None
        return course.pace(done, min(1.0, max(0.0, gone)))

    def status(self, done: float | None, tempo: float | None) -> str:
        """What is computed; a plan by periods has limits of its own (formulae 4.4)."""
        if self.kind == MAINTAIN:
            return course.achievement_status(done)
        if self.plan:
            return course.achievement_status(tempo)
        return course.pace_status(tempo)

    def _share_of_way(self, value: float | None) -> float | None:
        if self.baseline is None or self.target is None:
            return None
        return course.progress(self.baseline, self.target, value)
