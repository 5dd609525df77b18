"""What came of a cycle, or how it stands: counted by what objectives are about."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from objectives import wording
from objectives.choices import ObjectiveState, Zone
from objectives.evaluation import ZONES, Graded, Tally, by_group, tally
from objectives.graph import Counted, counted
from objectives.models import Cycle, Objective
from objectives.pages.objectives import ObjectiveRow, shown_rows
from objectives.pages.retrospect import Retrospect, retrospect_of
from productops import numbers
from teams.models import Subject

CYCLE_COLUMNS = (
    "cycle", "objective", "about", "owner", "ambition", "state", "progress", "success", "learning",
)  # fmt: skip
PER_PAGE = 50


@dataclass(frozen=True)
class Evaluated:
    """The objectives of one cycle, counted together and by what they are about."""

    counted: Counted
    whole: Tally
    groups: dict[Hashable, Tally]


def evaluated(objectives: Any, on: date) -> Evaluated:
    """The number of queries does not depend on how many they are."""
    found = counted(objectives, on, with_zones=True)
    graded = graded_of(found)
    return Evaluated(found, tally(graded), by_group(graded))


@dataclass(frozen=True)
class CyclePage:
    """``groups``: (subject, rows) of one ``page`` of the objectives; what is counted is all of
    them. ``former`` is the cycle before, ``then`` its counts."""

    cycle: Cycle
    today: date
    now: Evaluated
    subjects: dict[Hashable, Subject]
    page: Page
    groups: list[tuple[Subject, list[ObjectiveRow]]]
    retrospect: Retrospect
    former: Cycle | None = None
    then: Evaluated | None = None

    @property
    def whole(self) -> Tally:
        return self.now.whole

    @property
    def before(self) -> Tally | None:
        """The counts of the cycle before, where it has any."""
        return self.then.whole if self.then and self.then.whole.objectives else None

    @property
    def days(self) -> str:
        """From when until when, "" for a backlog."""
        first, last = self.cycle.starts_on, self.cycle.ends_on
        return numbers.date_range(first, last, self.today) if first and last else ""

    @property
    def gone(self) -> str:
        """How much of its time is over; "" once it is closed, and for a backlog."""
        share = None if self.cycle.is_closed else self.cycle.elapsed(self.today)
        return "" if share is None else _("%s of the time gone") % numbers.percent(share, 0)

    @property
    def facts(self) -> list[str]:
        """Its days, how much of them is gone, and its state, for the head of the page."""
        state = str(self.cycle.get_state_display())
        return [fact for fact in (self.days, self.gone, state) if fact]

    @property
    def sentence(self) -> str:
        """What came of it; while it runs, what would come of it."""
        first, last = self.cycle.starts_on, self.cycle.ends_on
        return wording.verdict_of_cycle(
            self.whole,
            self.before,
            is_over=self.cycle.is_closed or (last is not None and last < self.today),
            has_begun=first is None or first <= self.today,
        )

    @property
    def compared(self) -> list[tuple[str, str, str]]:
        """The same counts of this cycle and of the one before, side by side."""
        then = wording.counts_of(self.before or Tally())
        return [(word, now, then[word]) for word, now in wording.counts_of(self.whole).items()]

    @property
    def tallies(self) -> list[tuple[Subject, Tally, Tally | None]]:
        """Of each subject: what came of it now, and in the cycle before."""
        then = self.then.groups if self.then else {}
        return [
            (self.subjects[key], found, then.get(key)) for key, found in self.now.groups.items()
        ]

    @property
    def states(self) -> list[tuple[str, int, int]]:
        return self._counts(ObjectiveState, "states")

    @property
    def zones(self) -> list[tuple[str, int, int]]:
        return self._counts([Zone(zone) for zone in ZONES], "zones")

    def _counts(self, kinds: Iterable[Any], name: str) -> list[tuple[str, int, int]]:
        """(word, now, before) of each kind that occurs in one of the two."""
        now, then = getattr(self.whole, name), getattr(self.before or Tally(), name)
        return [
            (str(kind.label), now.get(kind, 0), then.get(kind, 0))
            for kind in kinds
            if now.get(kind) or then.get(kind)
        ]


def cycle_page(
    cycle: Cycle,
    objectives: Any,
    on: date,
    number: str | None = None,
    *,
    successors: Iterable[Objective] = (),
    former: Cycle | None = None,
    objectives_before: Any = None,
) -> CyclePage:
    """``objectives``, narrowed and in order. ``number``: which page of them is shown one by one.
    ``successors``: what goes on elsewhere; ``former`` and ``objectives_before``: what to compare
    with."""
    now = evaluated(objectives, on)
    page = Paginator(now.counted.keys, PER_PAGE).get_page(number)
    full = Objective.objects.select_related("cycle", "subject", "owner")
    page.object_list = shown_rows(page.object_list, full, now.counted, on)
    subjects: dict[Hashable, Subject] = dict(Subject.objects.in_bulk(now.groups))
    return CyclePage(
        cycle=cycle,
        today=on,
        now=now,
        subjects=subjects,
        page=page,
        groups=[
            (subjects[key], list(found))
            for key, found in groupby(page, lambda row: row.objective.subject_id)
        ],
        retrospect=retrospect_of(cycle, objectives.that_teach(), successors),
        former=former,
        then=evaluated(objectives_before, on) if former else None,
    )


def graded_of(found: Counted) -> list[Graded]:
    return [
        Graded(
            group=each.subject,
            state=each.state,
            progress=found.standings[each.key].progress,
            success_from=each.success_from,
            is_committed=each.is_committed,
            zones=tuple(found.zones[each.key]),
        )
        for each in found.objectives
    ]


def cycle_lines(objectives: Any, on: date) -> Iterator[list[Any]]:
    """The evaluation as a file."""
    found = counted(objectives, on)
    grades = dict(zip((each.key for each in found.objectives), graded_of(found), strict=True))
    for each in objectives.select_related("cycle", "subject", "owner"):
        graded = grades[each.pk]
        yield [
            each.cycle.slug, each.title, each.subject.reference, each.owner.email, each.ambition,
            each.state, graded.progress, graded.is_success if graded.is_counted else "",
            each.learning,
        ]  # fmt: skip
