"""The quarters of the demo as rows: objectives, key results, what was said each week, grades.

What watches a KPI is read from its numbers; so this runs once metrics has written them.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random

from objectives import actions
from objectives.choices import Ambition, KeyResultKind, ObjectiveState, Tie, Zone
from objectives.demo.told import Goal, Quarter, Result
from objectives.demo.words import confidence_of, quiet_of, words_of
from objectives.models import CheckIn, Cycle, KeyResult, Objective
from objectives.progress import Levels, maintain_share, progress, zone
from objectives.progress.numbers import SHARE_OF_TARGET
from productops import clock
from productops.demo import Story

WEEKS = 13
WAYS = {
    "steady": lambda gone: gone,
    "late": lambda gone: gone**2.2,
    "early": lambda gone: 1 - (1 - gone) ** 2,
    "steps": lambda gone: int(gone * 4) / 4,
    "stalled": lambda gone: min(1.0, gone * 2.5),
}
Numbers = tuple[list[date], list[float]]  # the last days of closed weeks, and their values


class Telling:
    """One quarter on its way into rows."""

    def __init__(self, story: Story, cycle: Cycle, before: dict[str, Objective]) -> None:
        self.story, self.cycle, self.before = story, cycle, before
        self.ines = story.cast["ines"]
        self.made: dict[str, Objective] = {}
        self.results: list[tuple[Goal, Result, KeyResult]] = []
        self.said: list[CheckIn] = []

    # What was wanted ------------------------------------------------------------------------
    def raise_goals(self, goals: Iterable[Goal]) -> None:
        goals = list(goals)
        for goal in goals:
            self.made[goal.key] = self._raised(goal)
        for goal in goals:
            for other, kind in (
                (goal.serves, Tie.CONTRIBUTES), (goal.needs, Tie.DEPENDS),
                (goal.against, Tie.CONFLICTS),
            ):  # fmt: skip
                if other:
                    begin, end = self.made[goal.key], self.made[other]
                    actions.align(begin=begin, end=end, kind=kind, by=self.ines)
        begun = clock.start_of(self.cycle.starts_on - timedelta(days=2))
        for rows in (Objective.objects, KeyResult.objects):
            keys = self.made.values() if rows.model is Objective else self._keys()
            rows.filter(pk__in=[row.pk for row in keys]).update(created_at=begun)

    def _keys(self) -> list[KeyResult]:
        return [key_result for _goal, _result, key_result in self.results]

    def _raised(self, goal: Goal) -> Objective:
        story, owner = self.story, self.story.cast[goal.who]
        former = self.before.get(goal.carried)
        about = story.cast[goal.about or "organisation"]
        proposed = story.cast.setdefault("proposals", {}).pop(goal.title, None)
        if proposed is not None:
            objective = proposed
            values = {"cycle": self.cycle, "why": goal.why, "ambition": goal.ambition}
            actions.change_objective(objective=objective, by=owner, **values)
        elif former is not None:
            kept = {result.title for result in goal.results}
            rows = [each for each in former.key_results.all() if each.title in kept]
            objective = actions.carry_over(
                objective=former, cycle=self.cycle, key_results=rows, title=goal.title, by=owner
            )
            objective.edit(by=owner, why=goal.why, ambition=goal.ambition)
        else:
            objective = actions.raise_objective(
                title=goal.title,
                why=goal.why,
                cycle=self.cycle,
                subject=getattr(about, "subject", about),
                owner=owner,
                ambition=Ambition(goal.ambition),
                pillar=story.cast[f"pillar {goal.pillar}"] if goal.pillar else None,
                by=owner,
            )
        objective.approve(by=self.ines, on=self.cycle.starts_on)
        carried = {each.title: each for each in objective.key_results.all()} if former else {}
        models = {each.title: each for each in former.key_results.all()} if former else {}
        for result in goal.results:
            row = carried.get(result.title)
            row = row or self._added(objective, goal, result, models.get(result.title))
            row.objective = objective
            self.results.append((goal, result, row))
        return objective

    def _added(
        self, objective: Objective, goal: Goal, result: Result, former: KeyResult | None
    ) -> KeyResult:
        kind = KeyResultKind.METRIC
        if result.zones:
            kind = KeyResultKind.ORDINAL
        elif result.low is not None or result.high is not None:
            kind = KeyResultKind.MAINTAIN
        numbers = (former.baseline, former.target) if former else (result.baseline, result.target)
        row = actions.add_key_result(
            objective=objective,
            title=result.title,
            owner=self.story.cast[result.who or goal.who],
            by=objective.owner,
            kind=kind,
            series=self.story.cast[result.slug] if result.slug else None,
            baseline=numbers[0],
            target=numbers[1],
            low=result.low,
            high=result.high,
            zones=result.zones,
        )
        if former is not None:
            row.carried_from = former
            row.save(update_fields=["carried_from"])
        return row

    # What was said --------------------------------------------------------------------------
    def speak(self) -> None:
        """Weekly check-ins, all of the quarter in one statement."""
        for goal, result, key_result in self.results:
            last = self._last_day(goal)
            rows = list(self._check_ins(goal, result, key_result, last))
            self.said += rows
        made = CheckIn.objects.bulk_create(self.said)
        newest: dict[int, CheckIn] = {}
        for one in made:  # of each key result the oldest first
            newest[one.key_result_id] = one
        for key_result in self._keys():
            key_result.last_said = newest.get(key_result.pk)
        KeyResult.objects.bulk_update(self._keys(), ["last_said"])

    def _last_day(self, goal: Goal) -> date:
        ends = self.cycle.ends_on
        if goal.dropped_in:
            ends = self.cycle.starts_on + timedelta(weeks=goal.dropped_in)
        return min(ends, self.story.on)

    def _check_ins(
        self, goal: Goal, result: Result, row: KeyResult, last: date
    ) -> Iterator[CheckIn]:
        luck = Random(f"{row.title} {self.cycle.slug} {self.story.seed}")
        offset = luck.randrange(3, 6)
        told = {week: said for week, *said in result.said}
        former: float | None = None
        for week in range(WEEKS):
            on = self.cycle.starts_on + timedelta(days=7 * week + offset)
            is_last = on + timedelta(days=7) > last
            is_asked = week in told or is_last or luck.random() >= quiet_of(goal.who)
            if on > last or not is_asked:
                continue
            value = self.value(result, row, on)
            words = told.get(week) or words_of(former, value, row, luck)
            ends = self._ends(result, row)
            yield CheckIn(
                key_result=row,
                author=row.owner,
                on=on,
                value=value,
                zone=self._zone(result, on) if row.is_ordinal else "",
                confidence=confidence_of(row, goal.who, self._gone(on), ends, luck),
                changed=words[0],
                blockers=words[1] if len(words) > 1 else "",
            )
            former = value

    def _gone(self, on: date) -> float:
        return self.cycle.elapsed(on) or 0.0

    def _ends(self, result: Result, row: KeyResult) -> float | None:
        """How far it will get, as whoever tells the story knows; None where numbers say."""
        if result.zones or row.series_id or row.baseline is None:
            return None
        return progress(row.baseline, row.target, float(result.end))

    # How it went ----------------------------------------------------------------------------
    def value(self, result: Result, row: KeyResult, on: date) -> float | None:
        """What it was on a day: of the series where it watches one, else on its way."""
        if row.is_ordinal:
            return None
        if row.series_id:
            days, values = self.numbers(row)
            at = bisect_right(days, on)
            return values[at - 1] if at else None
        done = WAYS[result.way](self._gone(on))
        value = row.baseline + (float(result.end) - row.baseline) * done
        is_whole = all(float(each).is_integer() for each in (row.baseline, row.target, result.end))
        return float(round(value)) if is_whole else round(value, 1)

    def numbers(self, row: KeyResult) -> Numbers:
        kept = self.story.cast.setdefault("numbers", {})
        if row.series_id not in kept:
            rows = row.series.snapshots.known().order_by("period").values_list("period", "value")
            kept[row.series_id] = (
                [period + timedelta(days=6) for period, _value in rows],
                [value for _period, value in rows],
            )
        return kept[row.series_id]

    def _zone(self, result: Result, on: date) -> str:
        order = list(Zone)
        reached = order.index(Zone(str(result.end))) * self._gone(on)
        return str(order[round(reached)])

    # What came of it ------------------------------------------------------------------------
    def grade(self, goals: Iterable[Goal]) -> None:
        """Close each with its grade and what was learned."""
        for goal in goals:
            on = self._last_day(goal)
            rows = [(result, row) for told, result, row in self.results if told is goal]
            for result, row in rows:
                self._keep(result, row, on)
            known = [row.final_progress for _r, row in rows if row.final_progress is not None]
            self._close(goal, sum(known) / len(known) if known else None, on)
        kept = ["final_progress", "final_value", "final_zone", "graded_on"]
        KeyResult.objects.bulk_update(self._keys(), kept)

    def _keep(self, result: Result, row: KeyResult, on: date) -> None:
        row.graded_on, row.final_value = on, self.value(result, row, on)
        if row.is_ordinal:
            row.final_zone = self._zone(result, on)
            row.final_progress = SHARE_OF_TARGET[Zone(row.final_zone)]
        elif row.is_maintain:
            days, values = self.numbers(row)
            first, last = bisect_right(days, self.cycle.starts_on), bisect_right(days, on)
            row.final_progress = maintain_share(values[first:last], low=row.low, high=row.high)
        elif row.final_value is not None:
            levels = Levels(row.baseline, row.commit, row.target, row.stretch)
            row.final_zone = zone(levels, row.final_value)
            row.final_progress = progress(row.baseline, row.target, row.final_value)

    def _close(self, goal: Goal, grade: float | None, on: date) -> None:
        objective = self.made[goal.key]
        is_success = grade is not None and round(grade, 9) >= objective.success_from
        outcome = ObjectiveState.ACHIEVED if is_success else ObjectiveState.MISSED
        if goal.dropped_in:
            outcome = ObjectiveState.DROPPED
        usual = goal.learning if is_success or not goal.otherwise else goal.otherwise
        objective.close(
            outcome=outcome,
            learning=usual,
            grade=grade,
            by=objective.owner,
            on=on,
            keeps=goal.keeps,
            changes=goal.changes,
            stops=goal.stops,
        )
        if goal.proposal:
            proposed = actions.propose(objective=objective, title=goal.proposal, by=objective.owner)
            self.story.cast.setdefault("proposals", {})[goal.proposal] = proposed


def tell_quarter(
    story: Story, cycle: Cycle, told: Quarter, before: dict[str, Objective]
) -> Telling:
    """A quarter until the day on which the story ends."""
    telling = Telling(story, cycle, before)
    telling.raise_goals(told.goals)
    telling.speak()
    return telling
