"""How the demo tells of a quarter: what was wanted, how it went, and what people said of it."""

from dataclasses import dataclass, field

COMMITTED = "committed"


@dataclass(frozen=True)
class Result:
    """A key result and its way. ``slug``: the KPI that it watches, whose numbers then say how it
    ended; else ``end`` is where it ended. ``zones``: it is described, and ``end`` is a zone.
    ``said``: (week, what changed) or (week, what changed, what is in the way)."""

    title: str
    baseline: float | None = None
    target: float | None = None
    end: float | str = 0
    way: str = "steady"
    slug: str = ""
    low: float | None = None
    high: float | None = None
    zones: dict[str, str] = field(default_factory=dict)
    who: str = ""  # "": the owner of the objective
    said: tuple[tuple, ...] = ()


@dataclass(frozen=True)
class Goal:
    """An objective. ``learning`` is what was learned; ``otherwise`` where the numbers ended on the
    other side. ``carried``: the goal of the quarter before that it goes on with. ``serves``,
    ``needs`` and ``against`` name goals of the same quarter."""

    key: str
    title: str
    about: str  # "", a product, or "team ..."
    who: str
    results: tuple[Result, ...]
    why: str = ""
    ambition: str = "aspirational"
    learning: str = ""
    otherwise: str = ""
    keeps: str = ""
    changes: str = ""
    stops: str = ""
    proposal: str = ""
    pillar: str = ""
    carried: str = ""
    dropped_in: int = 0  # in this week it was dropped; 0: it was not
    serves: str = ""
    needs: str = ""
    against: str = ""


@dataclass(frozen=True)
class Quarter:
    """``keeps``, ``changes`` and ``stops``: what the quarter as a whole taught."""

    goals: tuple[Goal, ...]
    keeps: str = ""
    changes: str = ""
    stops: str = ""
