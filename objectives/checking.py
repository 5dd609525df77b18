"""What the data says of the numbers of a key result, saved or still being written."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from objectives.actions.key_results import (
    BOUNDS,
    LEVELS,
    Written,
    bounds_of,
    levels_given,
    levels_of,
)
from objectives.choices import KeyResultKind
from objectives.models import Cycle, KeyResult, Kpi, KpiVersion, Series
from objectives.progress import Aim, Realism, aim_of, doubts_about
from productops.cadences import count_between, first_day, next_first


@dataclass(frozen=True)
class Proposal:
    """A key result as somebody writes it. ``series`` is None where none has begun yet, ``kpi``
    where no KPI is watched; ``numbers`` are those written, by name."""

    kind: KeyResultKind
    kpi: Kpi | None = None
    series: Series | None = None
    cycle: Cycle | None = None
    numbers: Written = field(default_factory=dict)

    @classmethod
    def of(cls, key_result: KeyResult) -> "Proposal":
        """One that stands; it comes ``with_standing``."""
        series = key_result.series
        return cls(
            kind=KeyResultKind(key_result.kind),
            kpi=series.kpi if series else None,
            series=series,
            cycle=key_result.objective.cycle,
            numbers={name: getattr(key_result, name) for name in (*LEVELS, *BOUNDS)},
        )

    def without_numbers(self) -> "Proposal":
        return replace(self, numbers={})

    @property
    def is_metric(self) -> bool:
        return self.kind == KeyResultKind.METRIC

    @property
    def state(self) -> Any:
        """What metrics knows of the series, None before the first number."""
        return self.series.known if self.series else None

    def definition(self, on: date) -> KpiVersion | None:
        """What the newest number is counted by."""
        latest = self.state.latest_period if self.state else None
        return self.kpi.version_on(latest or on) if self.kpi else None


@dataclass(frozen=True)
class Check:
    """What is found of a proposal. ``numbers`` are filled in as far as they follow; the target
    was met in ``met`` of ``counted`` periods; ``mean`` is the realism of the mean over all
    ``buckets`` periods of the cycle."""

    proposal: Proposal
    definition: KpiVersion | None
    numbers: Written
    now: float | None = None
    realism: Realism | None = None
    met: int = 0
    counted: int = 0
    mean: Realism | None = None
    buckets: int = 0
    doubts: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        return self.definition.unit if self.definition else ""

    @property
    def is_counted(self) -> bool:
        """Whether the probability is what was counted, and no estimate."""
        return self.realism is not None and self.realism.basis == "empirical"

    @property
    def has_probability(self) -> bool:
        return self.realism is not None and self.realism.probability is not None

    @property
    def followed(self) -> set[str]:
        """The numbers that nobody wrote: they follow from the others."""
        written = self.proposal.numbers
        return {
            name
            for name, value in self.numbers.items()
            if value is not None and written.get(name) is None
        }


def checked(proposal: Proposal, on: date) -> Check:
    """Look at the numbers beside the series. Raises ValidationError that names the field where
    they cannot be meant; what is only missing yet is left out."""
    series, definition = proposal.series, proposal.definition(on)
    now = series.starting_value(on) if series else None
    numbers = _filled(proposal, now)
    direction = str(definition.direction) if definition else ""
    ends = {"baseline": numbers.get("baseline"), "target": numbers.get("target")}
    return Check(
        proposal,
        definition,
        numbers,
        now,
        doubts=doubts_about(**ends, now=now, direction=direction) if proposal.is_metric else (),
        **_realism(proposal, numbers, definition, on),
    )


def _realism(
    proposal: Proposal, numbers: Written, definition: KpiVersion | None, on: date
) -> dict[str, Any]:
    """How likely the target is met by itself, one period or their mean; {} where nothing is
    aimed at or known."""
    series, cycle = proposal.series, proposal.cycle
    if series is None or definition is None:
        return {}
    start = numbers.get("baseline")
    ends = {name: numbers.get(name) for name in ("target", *BOUNDS)}
    aim = aim_of(start=start, direction=str(definition.direction), **ends)
    if aim is None:
        return {}
    found = {"realism": series.realism(aim, on)} | _counted(series, aim, on)
    return found | _over_cycle(series, aim, cycle, str(definition.cadence), on)


def _filled(proposal: Proposal, now: float | None) -> Written:
    """The numbers with those that follow, once there are enough of them."""
    if proposal.is_metric:
        given = levels_given(proposal.numbers, start=now)
        few = sum(value is not None for value in given.values()) < 2
        return given if few else dict(levels_of(given))
    written = {name: proposal.numbers.get(name) for name in BOUNDS}
    if proposal.kind == KeyResultKind.ORDINAL or written == dict.fromkeys(BOUNDS):
        return {}
    return bounds_of(written, is_watched=proposal.kpi is not None)


def _counted(series: Series, aim: Aim, on: date) -> dict[str, int]:
    """In how many of the remembered periods the target was met."""
    values, (target, direction) = series.judged_values(on), aim
    return {
        "met": sum(_meets(value, target, direction) for value in values),
        "counted": len(values),
    }


def _meets(value: float, target: float | tuple[float, float], direction: str) -> bool:
    if isinstance(target, tuple):
        return target[0] <= value <= target[1]
    return value >= target if direction == "up" else value <= target


def _over_cycle(series: Series, aim: Aim, cycle: Cycle | None, cadence: str, on: date) -> dict:
    """The realism of the mean over the periods that begin in the cycle."""
    buckets = periods_in(cycle, cadence) if cycle else 0
    if buckets < 2:
        return {}
    return {"mean": series.realism(aim, on, buckets), "buckets": buckets}


def periods_in(cycle: Cycle, cadence: str) -> int:
    """How many periods begin in a cycle; 0 in a backlog."""
    if cycle.starts_on is None or cycle.ends_on is None:
        return 0
    first = first_day(cycle.starts_on, cadence)
    if first < cycle.starts_on:
        first = next_first(first, cadence)
    return max(0, count_between(first, first_day(cycle.ends_on, cadence), cadence) + 1)
