"""Who can do what, read from the tables and handed to ``coverage`` as plain holdings."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from teams import coverage
from teams.choices import RatingKind
from teams.models import Membership, Person, Rating, Requirement, Skill, Team

# Where several kinds of rating exist, the one that more people stand behind counts.
WEIGHT: Mapping[str, int] = {RatingKind.SELF: 0, RatingKind.SUPERVISOR: 1, RatingKind.AGREED: 2}


@dataclass(frozen=True)
class Level:
    """What is known of one person in one skill: own and supervisor's level, and what counts."""

    own: int | None = None
    supervisor: int | None = None
    counts: int | None = None
    rated_on: date | None = None

    @property
    def difference(self) -> int | None:
        """Supervisor's less one's own, in levels; None where one of the two is missing."""
        if self.own is None or self.supervisor is None:
            return None
        return self.supervisor - self.own


def levels_of(people: Iterable[int], on: date) -> dict[tuple[int, int], Level]:
    """The levels by (person id, skill id) as of ``on``, in one query."""
    ratings = Rating.objects.latest(on).filter(person__in=people).exclude(kind=RatingKind.INTEREST)
    found: dict[tuple[int, int], dict[str, Rating]] = defaultdict(dict)
    for rating in ratings:
        found[rating.person_id, rating.skill_id][rating.kind] = rating
    return {key: _level(by_kind) for key, by_kind in found.items()}


def _level(by_kind: dict[str, Rating]) -> Level:
    strongest = max(by_kind.values(), key=lambda rating: WEIGHT[rating.kind])
    own, supervisor = by_kind.get(RatingKind.SELF), by_kind.get(RatingKind.SUPERVISOR)
    return Level(
        own=own.level if own else None,
        supervisor=supervisor.level if supervisor else None,
        counts=strongest.level,
        rated_on=max(rating.on for rating in by_kind.values()),
    )


@dataclass(frozen=True)
class Cover:
    """One requirement of a team: how many people it needs at a level, and how many are able."""

    requirement: Requirement
    able: int

    @property
    def gap(self) -> int:
        return coverage.capability_gap(self.requirement.people, self.able)


def cover_of(teams: Iterable[Team], on: date) -> dict[int, list[Cover]]:
    """The requirements of each team (by id) with the able members on that day; three queries."""
    ids = [team.pk for team in teams]
    members: dict[int, set[int]] = defaultdict(set)
    for person, team in (
        Membership.objects.on(on).filter(team__in=ids).values_list("person", "team")
    ):
        members[team].add(person)
    levels = levels_of(set().union(*members.values()) if members else (), on)
    found: dict[int, list[Cover]] = defaultdict(list)
    for requirement in Requirement.objects.filter(team__in=ids).select_related("skill"):
        able = sum(
            (level := levels.get((person, requirement.skill_id))) is not None
            and level.counts is not None
            and level.counts >= requirement.level
            for person in members[requirement.team_id]
        )
        found[requirement.team_id].append(Cover(requirement, able))
    return found


def share_of(covers: Iterable[Cover]) -> tuple[float, float] | None:
    """(covered, needed) weighed by criticality (critical skills count double); None for none."""
    covered = needed = 0.0
    for cover in covers:
        weight = 2.0 if cover.requirement.skill.is_critical else 1.0
        needed += weight
        covered += weight * min(1.0, cover.able / cover.requirement.people)
    return (covered, needed) if needed else None


def able_people(skill: Skill, level: int, on: date) -> list[tuple[Person, Level]]:
    """Active people whose level in a skill counts at least ``level``, the ablest first."""
    ids = Rating.objects.filter(skill=skill, on__lte=on).values_list("person", flat=True)
    levels = {key[0]: known for key, known in levels_of(set(ids), on).items() if key[1] == skill.pk}
    people = Person.objects.active().filter(pk__in=levels)
    able = [
        (person, levels[person.pk])
        for person in people
        if (levels[person.pk].counts or 0) >= level and levels[person.pk].counts is not None
    ]
    return sorted(able, key=lambda found: (-(found[1].counts or 0), found[0].name))
