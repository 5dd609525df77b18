"""Whether the people at hand can do what the work needs, on a given day."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from productops.figures import above, at_least, finite, whole


@dataclass(frozen=True)
class Holding:
    """A level that a person was found to have in a skill, from the day it was issued.

    ``level`` None takes the skill away (revoked, or does not apply). ``expires`` is the last day
    on which it holds, None for ever. Levels are numbers of one scale, 0 the lowest.
    """

    person: Hashable
    skill: Hashable
    level: float | None
    issued: date
    expires: date | None = None


@dataclass(frozen=True)
class Demand:
    """A level that a person is required to have in a skill."""

    person: Hashable
    skill: Hashable
    level: float


@dataclass(frozen=True)
class Compliance:
    """``met`` of ``required`` demands; ``share`` in 0..1 is None where nothing is required."""

    met: int
    required: int
    share: float | None
    unmet: tuple[Demand, ...]


@dataclass(frozen=True)
class TeamBusFactor:
    """The smallest number of able people over the critical skills, and the skills that have it."""

    number: int
    skills: tuple[Hashable, ...]


@dataclass(frozen=True)
class SkillCover:
    """A skill's weight (``criticality``), people able to do it, and people needed."""

    criticality: float
    able: int
    needed: int


def levels_on(
    holdings: Iterable[Holding], on: date
) -> dict[tuple[Hashable, Hashable], float | None]:
    """The level of each (person, skill) on the day ``on``: the one issued last, while it is valid.

    Counts by the day of issue, not of entry. Of two issued on one day the later in order holds.
    An expired holding does not bring back an older one.
    """
    latest: dict[tuple[Hashable, Hashable], Holding] = {}
    for holding in holdings:
        at = holding.person, holding.skill
        _check(holding)
        if holding.issued <= on and (at not in latest or holding.issued >= latest[at].issued):
            latest[at] = holding
    return {
        at: holding.level
        for at, holding in latest.items()
        if holding.expires is None or on <= holding.expires
    }


def compliance(demands: Iterable[Demand], holdings: Iterable[Holding], *, on: date) -> Compliance:
    """Compliant required over required: a level below the demanded one is unmet, not partly met.

    Source: AG5, formulae 4.9.
    """
    levels = levels_on(holdings, on)
    required = list(demands)
    unmet = tuple(
        demand
        for demand in required
        if not _reaches(levels.get((demand.person, demand.skill)), demand.level)
    )
    met = len(required) - len(unmet)
    return Compliance(met, len(required), met / len(required) if required else None, unmet)


def competency(level: float, target: float) -> float:
    """Share in 0..1 of the target level that is reached: min(1, level / target). Skills Base."""
    return min(1.0, at_least(level, 0, "level") / above(target, 0, "target"))


def supervisor_gap(own: float, supervisor: float) -> float:
    """Supervisor's rating less one's own, in levels: below 0 the person rates higher."""
    return finite(supervisor, "supervisor") - finite(own, "own")


def able_people(
    holdings: Iterable[Holding],
    skill: Hashable,
    level: float,
    *,
    on: date,
    without: Collection[Hashable] = (),
) -> frozenset[Hashable]:
    """Who has ``skill`` at ``level`` or above on that day.

    ``without`` asks what would be if these people left or were on leave.
    """
    return frozenset(
        person
        for (person, of), held in levels_on(holdings, on).items()
        if of == skill and person not in without and _reaches(held, level)
    )


def bus_factor(
    holdings: Iterable[Holding],
    skill: Hashable,
    level: float,
    *,
    on: date,
    without: Collection[Hashable] = (),
) -> int:
    """How many people can do ``skill`` at ``level``: at 1, one absence stops the work."""
    return len(able_people(holdings, skill, level, on=on, without=without))


def team_bus_factor(bus_factors: Mapping[Hashable, int]) -> TeamBusFactor | None:
    """The lowest bus factor over the critical skills given, by skill; None without any."""
    counts = {skill: whole(count, 0, "bus_factors") for skill, count in bus_factors.items()}
    if not counts:
        return None
    lowest = min(counts.values())
    return TeamBusFactor(lowest, tuple(skill for skill, n in counts.items() if n == lowest))


def capability_gap(needed: int, able: int) -> int:
    """People missing: max(0, needed - able). Source: Skills Base, formulae 4.9."""
    return max(0, whole(needed, 0, "needed") - whole(able, 0, "able"))


def weighted_coverage(skills: Iterable[SkillCover]) -> float | None:
    """Share in 0..1: sum of criticality * min(1, able / needed) / sum of criticality.

    Skills of which nobody is needed leave; None where no weight is left. Source: formulae 4.9.
    """
    total = covered = 0.0
    for skill in skills:
        weight = at_least(skill.criticality, 0, "criticality")
        able, needed = whole(skill.able, 0, "able"), whole(skill.needed, 0, "needed")
        if needed:
            total += weight
            covered += weight * min(1.0, able / needed)
    return covered / total if total else None


def _reaches(held: float | None, level: float) -> bool:
    return held is not None and held >= finite(level, "level")


def _check(holding: Holding) -> None:
    if holding.level is not None:
        at_least(holding.level, 0, "holdings, level")
    for name in ("issued", "expires"):
        day = getattr(holding, name)
        is_day = isinstance(day, date) and not isinstance(day, datetime)
        if not is_day and (name == "issued" or day is not None):
            raise ValueError(f"holdings, {name} has to be a date.")
