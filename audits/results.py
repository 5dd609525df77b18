"""What an audit found, from its scores: a row for each dimension, a column for each scope."""

from collections.abc import Collection, Iterable, Mapping
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
    mean_of_means: float | None
    minimum: float | None
    spread: float | None
    respondents: int
    dont_know: int
    target: float | None
    documented: float | None
    agreement: float | None


@dataclass(frozen=True)
class Cell:
    """One dimension in one scope. ``before`` is the level that the former audit found there;
    ``is_hidden`` where showing it would tell who answered what."""

    level: float | None = None
    spread: float | None = None
    before: float | None = None
    respondents: int = 0
    is_hidden: bool = False
    target: float | None = None
    documented: float | None = None
    agreement: float | None = None
    dont_know: int = 0
    mean_of_means: float | None = None

    @property
    def change(self) -> float | None:
        return difference(self.level, self.before)

    @property
    def paper(self) -> float | None:
        """How much more is written down than done; below 0 what is done and not written down."""
        return difference(self.documented, self.level)


@dataclass(frozen=True)
class Row:
    dimension: Dimension
    cells: Mapping[int, Cell]  # by scope

    @property
    def level(self) -> float | None:
        """The plain mean over scopes: each counts the same, however many answered there."""
        return mean(cell.level for cell in self.cells.values())

    @property
    def target(self) -> float:
        """What its scopes want: the mean of their own targets, as they were at closing."""
        own = [cell.target for cell in self.cells.values() if cell.level is not None]
        found = mean(own)
        return self.dimension.target if found is None else found

    @property
    def documented(self) -> float | None:
        """Only over scopes that say both, so that it may be held against what is done there."""
        return mean(cell.documented for cell in self._with_paper)

    @property
    def practised(self) -> float | None:
        """The level where it is known, too, how far things are written down."""
        return mean(cell.level for cell in self._with_paper)

    @property
    def paper(self) -> float | None:
        return difference(self.documented, self.practised)

    @property
    def _with_paper(self) -> list[Cell]:
        return [cell for cell in self.cells.values() if cell.paper is not None]

    @property
    def agreement(self) -> float | None:
        """The plain mean of r_wg(J) over scopes in which five or more people answered."""
        return mean(cell.agreement for cell in self.cells.values())

    @property
    def agreed_in(self) -> int:
        """Scopes in which enough people answered to speak of agreement."""
        return sum(cell.agreement is not None for cell in self.cells.values())

    @property
    def respondents(self) -> int:
        """People, each counted in every scope that they spoke about."""
        return sum(cell.respondents for cell in self.cells.values() if not cell.is_hidden)

    @property
    def dont_know(self) -> int:
        return sum(cell.dont_know for cell in self.cells.values() if not cell.is_hidden)

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
        return difference(self.target, self.level)

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
        """Scopes below what they want themselves."""
        known = [cell for cell in self.cells.values() if cell.level is not None]
        return sum(cell.level < self.wanted(cell) for cell in known)

    def wanted(self, cell: Cell) -> float:
        return self.dimension.target if cell.target is None else cell.target


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
    def has_paper(self) -> bool:
        """Whether anybody was asked how far things are written down."""
        return any(row.paper is not None for row in self.rows)

    @property
    def dont_know(self) -> int:
        return sum(row.dont_know for row in self.rows)

    @property
    def wanted(self) -> float:
        """The mean of the scopes' own targets."""
        found = mean(cell.target for cell in self.overall.values() if cell.level is not None)
        return self.target if found is None else found

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
        return sum(row.before < row.target for row in known) if known else None


def result_of(
    content: Mapping,
    scores: Mapping[tuple[int, str], Scored],
    former: Mapping[tuple[int, str], float | None],
    *,
    hidden: Collection[tuple[int, str]] = (),
) -> Result:
    """Put the scores of one audit side by side.

    ``scores`` by scope and key of node; ``former``: levels of the former audit by the same pairs.
    ``hidden`` are the pairs that may not be shown (``disclosure.unseen``): such a cell counts in no
    mean.
    """
    scopes = sorted({scope for scope, _key in scores})

    def cells(key: str) -> dict[int, Cell]:
        return {
            scope: _cell(scores, former, scope, key, (scope, key) in hidden) for scope in scopes
        }

    rows = [Row(one, cells(one.key)) for one in dimensions(content)]
    overall = cells(ROOT)
    return Result(
        rows=sorted(rows, key=lambda row: _weakness(row.shortfall)),
        scopes=sorted(scopes, key=lambda scope: _weakness(_negative(overall[scope].level))),
        overall=overall,
        target=content["target"],
        low=content["scale"]["min"],
        high=content["scale"]["max"],
        hidden=sum(cell.is_hidden for row in rows for cell in row.cells.values()),
    )


def _cell(scores: Mapping, former: Mapping, scope: int, key: str, is_hidden: bool) -> Cell:
    found = scores.get((scope, key))
    if found is None or (found.mean is None and not found.respondents):
        return Cell()
    if is_hidden:
        return Cell(respondents=found.respondents, is_hidden=True)
    return Cell(
        level=found.mean,
        spread=found.spread,
        before=former.get((scope, key)),
        respondents=found.respondents,
        target=found.target,
        documented=found.documented,
        agreement=found.agreement,
        dont_know=found.dont_know,
        mean_of_means=found.mean_of_means,
    )


def _weakness(shortfall: float | None) -> float:
    """Sorts what lies furthest below first, and what is not known last."""
    return float("inf") if shortfall is None else -shortfall


def _negative(level: float | None) -> float | None:
    return None if level is None else -level


def mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    # Twelve changes that cancel out leave 4e-17, which is no change.
    return round(fmean(known), 12) + 0.0 if known else None


def difference(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else now - before
