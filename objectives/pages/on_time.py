"""Whether people still look at what they promised, by what it is about, by owner and by week."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from objectives.access import habits
from objectives.choices import CHECK_IN_EVERY_DAYS
from objectives.discipline import Discipline, Looked, discipline, share, together, trend
from objectives.models import Objective
from productops import cadences, clock, numbers
from productops.charts.shapes import Lane, Lanes
from teams.models import Person, Subject

EVERY = timedelta(days=CHECK_IN_EVERY_DAYS)
WEEKS = 12
MOST_WITHOUT = 20
COLUMNS = ("by", "name", "key_results", "due", "said", "on_time", "fed_by_numbers")


@dataclass(frozen=True)
class Part:
    """Some of a whole, as a count and a share."""

    some: int
    whole: int

    @property
    def share(self) -> float | None:
        return share(self.some, self.whole)


@dataclass(frozen=True)
class OnTime:
    """What the page says; every list is sorted by name, so that nobody is ranked."""

    whole: Discipline
    subjects: list[tuple[Subject, Discipline]]
    owners: list[tuple[Person, Discipline]]
    weeks: list[tuple[date, Part]]
    teams: Part  # teams that have a KPI
    kpis: Part  # KPIs whose numbers have come and are not late
    without_results: list[Objective]
    left: int  # of objectives without key results, those not listed

    @property
    def picture(self) -> Lanes | None:
        """The share said on time over the weeks; None before two weeks had anything due."""
        known = [(end, part) for end, part in self.weeks if part.share is not None]
        if len(known) < 2:
            return None
        return Lanes(
            name=_("Share of check-ins said on time, week by week: the table has the numbers"),
            at=tuple(float(end.toordinal()) for end, _part in known),
            lanes=(
                Lane(
                    _("Said on time"), tuple(part.share for _end, part in known), 0, 1,
                    numbers.percent(0), numbers.percent(1),
                ),
            ),
            first=numbers.short_date(known[0][0], clock.today()),
            last=numbers.short_date(known[-1][0], clock.today()),
        )  # fmt: skip


def on_time_page(person: Person, on: date) -> OnTime:
    """As far as the person sees key results, teams and KPIs; in a constant number of queries."""
    looked = list(_looked(person, on - WEEKS * EVERY))
    by_subject = discipline(looked, on, EVERY, by=lambda row: row.group[0])
    by_owner = discipline(looked, on, EVERY, by=lambda row: row.group[1])
    weeks = trend(looked, on, WEEKS, EVERY)
    without = habits.objectives_without_results(person)
    listed = list(without[: MOST_WITHOUT + 1])
    return OnTime(
        whole=together(by_subject),
        subjects=_named(Subject.objects.in_bulk([one.group for one in by_subject]), by_subject),
        owners=_named(Person.objects.in_bulk([one.group for one in by_owner]), by_owner),
        weeks=[(end, Part(said, due)) for end, said, due in weeks],
        teams=_teams(person),
        kpis=_kpis(person, on),
        without_results=listed[:MOST_WITHOUT],
        left=without.count() - MOST_WITHOUT if len(listed) > MOST_WITHOUT else 0,
    )


def on_time_lines(found: OnTime) -> Iterator[list[Any]]:
    """The report as a file: each table's rows under what they are counted by."""
    rows = [("about", subject.reference, one) for subject, one in found.subjects]
    rows += [("owner", person.email, one) for person, one in found.owners]
    for by, name, one in rows:
        yield [by, name, one.key_results, one.due, one.said, one.on_time, one.integrated]
    for end, part in found.weeks:
        yield ["week", end, "", part.whole, part.some, part.share, ""]


def _looked(person: Person, since: date) -> Iterator[Looked]:
    """Each key result that was worked on since then, under its subject's and owner's keys."""
    rows = habits.key_results_since(person, since)
    said: dict[int, list[date]] = defaultdict(list)
    for pk, day in habits.said_of(rows, since - EVERY):
        said[pk].append(day)
    names = ("pk", "objective__subject", "owner", "series", "created_at", "objective__closed_on")
    for pk, subject, owner, series, created, closed in rows.values_list(*names):
        begun = clock.day_of(created)
        yield Looked((subject, owner), begun, said[pk], series is not None, closed)


def _named(rows: dict, found: list[Discipline]) -> list[tuple[Any, Discipline]]:
    named = [(rows[one.group], one) for one in found if one.group in rows]
    return sorted(named, key=lambda pair: (pair[0].name.casefold(), pair[0].pk))


def _teams(person: Person) -> Part:
    teams = habits.teams_for(person)
    counts = teams.aggregate(
        whole=Count("pk", distinct=True),
        some=Count("pk", distinct=True, filter=Q(subject__series__kpi__deleted_at=None)
                   & Q(subject__series__isnull=False)),
    )  # fmt: skip
    return Part(counts["some"], counts["whole"])


def _kpis(person: Person, on: date) -> Part:
    """KPIs of which any series that the person sees has a number that is not late."""
    cadence = habits.cadences_of_kpis(person, on)
    fresh = {
        kpi
        for kpi, newest in habits.newest_periods(person)
        if kpi in cadence and newest is not None and not cadences.is_late(newest, cadence[kpi], on)
    }
    return Part(len(fresh), len(cadence))
