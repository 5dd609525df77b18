"""What an audit found, from its scores: a row for each dimension, a column for each scope."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean, stdev
from typing import Protocol

from audits.framework_file import ROOT
from audits.gap_rule import Dimension, dimensions

FEWEST_CHANGES = 3  # of the same scopes, before anything can be said about chance


class Scored(Protocol):
    """What a row of scores gives here."""

    scope_id: int
    mean: float | None
    spread: float | None
    respondents: int


@dataclass(frozen=True)
class Cell:
    """One dimension in one scope. ``before`` is the level that the former audit found there;
    ``is_hidden`` where showing it would tell who answered what."""

    level: float | None = None
    spread: float | None = None
    before: float | None = None
    respondents: int = 0
    is_hidden: bool = False

    @property
    def change(self) -> float | None:
        return difference(self.level, self.before)


@dataclass(frozen=True)
class Row:
    dimension: Dimension
    cells: Mapping[int, Cell]  # by scope

    @property
    def level(self) -> float | None:
        """The plain mean over scopes: each counts the same, however many answered there."""
        return mean(cell.level for cell in self.cells.values())

    @property
    def before(self) -> float | None:
        return mean(cell.before for cell in self.cells.values())

    @property
    def change(self) -> float | None:
        """Only over scopes that both audits asked; others would move it by coming or going."""
        both = [c for c in self.cells.values() if c.change is not None]
        return mean(cell.change for cell in both)

    @property
    def noise(self) -> float | None:
        """How far a change may be chance: two standard errors of the scopes' changes. None where
        fewer than three scopes were asked twice, which says nothing about chance."""
        changes = [c.change for c in self.cells.values() if c.change is not None]
        if len(changes) < FEWEST_CHANGES:
            return None
        return 2 * stdev(changes) / len(changes) ** 0.5

    @property
    def shortfall(self) -> float | None:
        return None if self.level is None else self.dimension.target - self.level

    @property
    def is_below(self) -> bool:
        return self.shortfall is not None and self.shortfall > 0

    @property
    def spread(self) -> float | None:
        return max((c.spread for c in self.cells.values() if c.spread is not None), default=None)

    @property
    def most_divided(self) -> int | None:
        """The scope in which the answers lie furthest apart."""
        known = {scope: c.spread for scope, c in self.cells.items() if c.spread is not None}
        return max(known, key=known.__getitem__, default=None)

    @property
    def below(self) -> int:
        levels = [c.level for c in self.cells.values() if c.level is not None]
        return sum(level < self.dimension.target for level in levels)


@dataclass(frozen=True)
class Result:
    """``rows`` weakest first, ``scopes`` weakest first. ``overall`` holds the whole framework's
    cell of each scope."""

    rows: list[Row]
    scopes: list[int]
    overall: Mapping[int, Cell]
    target: float
    low: float
    high: float
    hidden: int = field(default=0)

    @property
    def level(self) -> float | None:
        return mean(cell.level for cell in self.overall.values())

    @property
    def change(self) -> float | None:
        return mean(cell.change for cell in self.overall.values() if cell.change is not None)

    @property
    def before(self) -> float | None:
        return mean(cell.before for cell in self.overall.values())

    @property
    def mean_of_dimensions(self) -> float | None:
        return mean(row.level for row in self.rows)

    @property
    def weakest(self) -> Row | None:
        """The lowest dimension: the honest overall figure."""
        known = [row for row in self.rows if row.level is not None]
        return min(known, key=lambda row: row.level, default=None)

    @property
    def largest_gap(self) -> Row | None:
        known = [row for row in self.rows if row.is_below]
        return max(known, key=lambda row: row.shortfall, default=None)

    @property
    def least_agreement(self) -> Row | None:
        known = [row for row in self.rows if row.spread]
        return max(known, key=lambda row: row.spread, default=None)

    @property
    def below(self) -> int:
        return sum(row.is_below for row in self.rows)

    @property
    def below_before(self) -> int | None:
        """How many dimensions were below target in the former audit; None without one."""
        known = [row for row in self.rows if row.before is not None]
        return sum(row.before < row.dimension.target for row in known) if known else None


def result_of(
    content: Mapping,
    scores: Mapping[tuple[int, str], Scored],
    former: Mapping[tuple[int, str], float | None],
    *,
    smallest_group: int = 1,
) -> Result:
    """Put the scores of one audit side by side.

    ``scores`` by scope and key of node; ``former``: levels of the former audit by the same pairs.
    A cell with fewer respondents than ``smallest_group`` is hidden, and so is its share in means.
    """
    scopes = sorted({scope for scope, _key in scores})
    rows = [
        Row(one, {scope: _cell(scores, former, scope, one.key, smallest_group) for scope in scopes})
        for one in dimensions(content)
    ]
    overall = {scope: _cell(scores, former, scope, ROOT, smallest_group) for scope in scopes}
    return Result(
        rows=sorted(rows, key=lambda row: _weakness(row.shortfall)),
        scopes=sorted(scopes, key=lambda scope: _weakness(_negative(overall[scope].level))),
        overall=overall,
        target=content["target"],
        low=content["scale"]["min"],
        high=content["scale"]["max"],
        hidden=sum(cell.is_hidden for row in rows for cell in row.cells.values()),
    )


def _cell(scores: Mapping, former: Mapping, scope: int, key: str, smallest_group: int) -> Cell:
    found = scores.get((scope, key))
    if found is None or not found.respondents:
        return Cell()
    if found.respondents < smallest_group:
        return Cell(respondents=found.respondents, is_hidden=True)
    return Cell(found.mean, found.spread, former.get((scope, key)), found.respondents)


def _weakness(shortfall: float | None) -> float:
    """Sorts what lies furthest below first, and what is not known last."""
    return float("inf") if shortfall is None else -shortfall


def _negative(level: float | None) -> float | None:
    return None if level is None else -level


def mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def difference(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else now - before
