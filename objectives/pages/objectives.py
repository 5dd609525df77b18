"""What pages of objectives and key results show of rows, worked out here so that templates only
place it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.db.models import Q

from audits.models import Gap, Node
from objectives import wording
from objectives.ages import Age
from objectives.choices import ObjectiveState
from objectives.graph import Counted, counted, standings_of
from objectives.models import Cycle, KeyResult, Kpi, Objective, Series
from objectives.pages.ages import age_of_key_result, age_of_objective
from objectives.pages.meaning import MeaningChange, meaning_change
from objectives.standing import Standing
from productops import clock, numbers
from teams.models import Person, Subject

OBJECTIVE_COLUMNS = (
    "cycle", "objective", "about", "owner", "state", "status", "progress", "expected",
    "confidence", "last_check_in",
)  # fmt: skip
MOST_SUGGESTED = 8


@dataclass(frozen=True)
class ObjectiveRow:
    """One objective of a list."""

    objective: Objective
    standing: Standing
    today: date

    @cached_property
    def status(self) -> tuple[str, str]:
        return wording.status_of(self.objective, self.standing)

    @property
    def kind(self) -> str:
        return self.status[0]

    @property
    def word(self) -> str:
        return self.status[1]

    @property
    def confidence(self) -> str:
        return wording.confidence(self.standing)

    @property
    def track_name(self) -> str:
        """What the picture says to those who do not see it."""
        return f"{self.objective.title}: {numbers.percent(self.standing.progress)}"

    @cached_property
    def age(self) -> Age | None:
        """Of when its progress is."""
        return age_of_objective(self.objective, self.today)

    @cached_property
    def key_results(self) -> list["KeyResultRow"]:
        return [key_result_row(each, self.today) for each in self.objective.key_results.all()]


@dataclass(frozen=True)
class KeyResultRow(ObjectiveRow):
    """One key result of a list."""

    key_result: KeyResult

    @cached_property
    def status(self) -> tuple[str, str]:
        return wording.status_of_key_result(self.key_result, self.standing)

    @property
    def wanted(self) -> str:
        return wording.wanted(self.key_result)

    @property
    def reached(self) -> str:
        return wording.reached(self.key_result, self.standing)

    @property
    def meaning_change(self) -> MeaningChange | None:
        return meaning_change(self.key_result)

    @property
    def track_name(self) -> str:
        return f"{self.key_result.title}: {numbers.percent(self.standing.progress)}"

    @cached_property
    def age(self) -> Age | None:
        return age_of_key_result(self.key_result, self.today)


def objective_row(objective: Objective, on: date) -> ObjectiveRow:
    return objective_rows([objective], on)[0]


def objective_rows(objectives: Iterable[Objective], on: date) -> list[ObjectiveRow]:
    """Rows with all that rolls up into them, in a constant number of queries."""
    objectives = list(objectives)
    standings = standings_of(objectives, on)
    return [ObjectiveRow(each, standings[each.pk], on) for each in objectives]


def shown_rows(keys: Iterable[int], rows: Any, found: Counted, on: date) -> list[ObjectiveRow]:
    """Of what was counted the objectives that a page shows, in order: they alone are read in
    full, as ``rows`` fetches them."""
    keys = list(keys)
    full = rows.in_bulk(keys)
    return [ObjectiveRow(full[key], found.standings[key], on) for key in keys if key in full]


def key_result_row(key_result: KeyResult, on: date) -> KeyResultRow:
    return KeyResultRow(key_result.objective, key_result.standing(on), on, key_result)


def objective_lines(objectives: Any, on: date) -> Iterator[list[Any]]:
    """The list as a file."""
    standings = counted(objectives, on).standings
    rows = objectives.prefetch_related(None).select_related("cycle", "subject", "owner")
    for each in rows:
        found = standings[each.pk]
        yield [
            each.cycle.slug, each.title, each.subject.reference, each.owner.email, each.state,
            found.status, found.progress, found.expected, found.confidence, found.said_on,
        ]  # fmt: skip


def beginning(gaps: list[Gap], person: Person, on: date) -> dict[str, Any]:
    """What a new objective starts with: all that its gaps already say."""
    cycle = Cycle.objects.visible_to(person).current(on)
    initial: dict[str, Any] = {"owner": person.pk, "cycle": cycle}
    if not gaps:
        return initial
    first = gaps[0]
    subjects = {gap.subject for gap in gaps}
    subject = first.subject if len(subjects) == 1 else Subject.organisation()
    return initial | {
        "title": first.title,
        "why": "\n".join(why_line(gap) for gap in gaps),
        "subject": subject,
        "owner": (first.owner or person).pk,
    }


def closing_beginning(row: ObjectiveRow) -> dict[str, Any]:
    """The outcome that the numbers speak for; a person decides."""
    if row.standing.progress is None:
        return {}
    is_success = round(row.standing.progress, 9) >= row.objective.success_from
    return {"outcome": ObjectiveState.ACHIEVED if is_success else ObjectiveState.MISSED}


def why_line(gap: Gap) -> str:
    """One gap as a line of the reason, with the level it was found at."""
    found = gap.finding or gap.title
    text = gap.title if found == gap.title else f"{gap.title}: {found}"
    if gap.level is None or gap.target is None:
        return text
    return f"{text} ({numbers.number(gap.level)} → {numbers.number(gap.target)})"


def suggested_slugs(gaps: Iterable[Gap]) -> set[str]:
    """The KPIs that the questions behind these gaps suggest: a gap is found in a section, and
    its questions say what to watch."""
    places = [Q(version=n.version_id, order__range=(n.order, n.last)) for n in nodes_of(gaps)]
    if not places:
        return set()
    found = Node.objects.filter(reduce(or_, places)).values_list("suggests", flat=True)
    return {slug for suggests in found for slug in suggests.get("kpis", ())}


def nodes_of(gaps: Iterable[Gap]) -> list[Node]:
    return [gap.node for gap in gaps if gap.node]


def suggested_kpis(slugs: set[str]) -> list[Kpi]:
    return list(Kpi.objects.filter(slug__in=slugs)[:MOST_SUGGESTED]) if slugs else []


def key_result_beginning(objective: Objective, kpi: Kpi | None) -> dict[str, Any]:
    """What a new key result starts with: of a series its KPI's name, its owner and where it
    stands."""
    initial: dict[str, Any] = {
        "owner": objective.owner_id,
        "subject": objective.subject_id,
        "weight": 1,
    }
    if kpi is None:
        return initial
    series = Series.objects.with_state().of(kpi).about(objective.subject_id).first()
    found = {"kpi": kpi.slug, "title": kpi.name}
    if series is not None:
        found["baseline"] = series.starting_value(clock.today())
        if series.owner and series.owner.is_active and series.owner.role:
            found["owner"] = series.owner_id
    return initial | found
