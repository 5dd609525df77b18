"""What the app says about itself: whether needed skills are covered and seats filled."""

from datetime import date

from productops.measures import Aggregation, Cadence, Direction, measure
from teams import cover
from teams.choices import SubjectKind
from teams.models import Seat, Subject, Team

Ratio = tuple[float, float]


@measure(
    "teams.team-skills-covered",
    name="Skills covered by team",
    unit="%",
    direction=Direction.UP,
    cadence=Cadence.WEEK,
    aggregation=Aggregation.RATIO,
    subject_kind=SubjectKind.TEAM,
    purpose="Share of what a team needs to be able to do that enough of its people can do.",
)
def skills_covered_by_team(on: date) -> dict[int, Ratio]:
    teams = list(Team.objects.current())
    shares = {subject: cover.share_of(covers) for subject, covers in _covers_by_subject(teams, on)}
    return {subject: share for subject, share in shares.items() if share}


@measure(
    "teams.skills-covered",
    name="Skills covered",
    unit="%",
    direction=Direction.UP,
    cadence=Cadence.WEEK,
    aggregation=Aggregation.RATIO,
    subject_kind=SubjectKind.ORGANISATION,
    purpose="Share of what the teams need to be able to do that enough of their people can do.",
)
def skills_covered(on: date) -> dict[int, Ratio]:
    found = _covers_by_subject(list(Team.objects.current()), on)
    share = cover.share_of(each for _subject, covers in found for each in covers)
    return {Subject.organisation().pk: share} if share else {}


def _covers_by_subject(teams: list[Team], on: date) -> list[tuple[int, list[cover.Cover]]]:
    covers = cover.cover_of(teams, on)
    return [(team.subject_id, covers[team.pk]) for team in teams if team.pk in covers]


@measure(
    "teams.seats-filled",
    name="ProductOps seats filled",
    unit="%",
    direction=Direction.UP,
    cadence=Cadence.WEEK,
    aggregation=Aggregation.RATIO,
    subject_kind=SubjectKind.ORGANISATION,
    purpose="Share of the seats of the ProductOps teams that somebody holds.",
)
def seats_filled(on: date) -> dict[int, Ratio]:
    holders = list(Seat.objects.on(on).values_list("person", flat=True))
    if not holders:
        return {}
    filled = sum(person is not None for person in holders)
    return {Subject.organisation().pk: (float(filled), float(len(holders)))}
