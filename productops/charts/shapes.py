"""What the charts draw: frozen values, already judged and worded by their caller.

Values are numbers or None; what is not finite (NaN, infinity) is drawn as a gap, like None.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

MINUS = "\u2212"

SIGNALS = ("", "good", "bad", "neutral")


def finite(value: float | None) -> float | None:
    """Return the value as float, or None for what no chart can place."""
    if value is None:
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def plain(value: float) -> str:
    """Write a number without a locale: three significant digits, U+2212 for minus."""
    text = f"{value:.0f}" if 100 <= abs(value) < 1e15 else f"{value:.3g}"
    return text.replace("-", MINUS)


def plain_tick(value: float, decimals: int) -> str:
    """Write an axis number with as many decimals as its step needs."""
    return f"{value:.{decimals}f}".replace("-", MINUS)


@dataclass(frozen=True)
class Words:
    """The words inside pictures, and how numbers are written there."""

    mean: str = "mean"
    upper: str = "upper limit"
    lower: str = "lower limit"
    now: str = "now"
    target: str = "target"
    limit: str = "limit"
    usual: str = "usual"
    trial: str = "trial limits"
    moving_range: str = "Change from one period to the next (moving range)"
    axis_cut: str = "axis cut"
    excluded: str = "left out"
    open: str = "period not over"
    talk: str = "in discussion"
    number: Callable[[float], str] = plain
    tick: Callable[[float, int], str] = plain_tick


ENGLISH = Words()


@dataclass(frozen=True)
class Point:
    """One period of a series."""

    label: str  # as the axis and the tip write it: "16 Nov"
    value: float | None  # None: no data, the line is broken here
    signal: str = ""  # "", "good" (circle), "bad" (diamond), "neutral" (square)
    excluded: str = ""  # the reason, where the point does not count; drawn translucent
    open: bool = False  # the period is not over: hollow, dashed, never judged
    moving_range: float | None = None  # change from the point before, None where there is none
    note: str = ""  # further words of the tip: names of rules, a remark
    url: str = ""  # of its own page
    talk: int = 0  # threads about it that are open


@dataclass(frozen=True)
class Limit:
    """Limits at one point, where they differ from point to point."""

    centre: float | None
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class Segment:
    """One set of limits, from its first point to the next segment's first point.

    Where they differ from point to point, ``limits`` has those of each point of the chart (None
    outside the segment), and ``centre``, ``lower`` and ``upper`` are those of the newest.
    """

    start: int  # index of its first point, 0-based; the first segment may start before the window
    centre: float | None = None
    lower: float | None = None
    upper: float | None = None
    mr_centre: float | None = None
    mr_upper: float | None = None
    provisional: bool = False  # fewer than 12 points: dashed, "trial limits"
    cause: str = ""  # what began it, in a few words
    limits: tuple[Limit | None, ...] = ()
    is_sloped: bool = False  # drawn through the points' limits; else in steps


@dataclass(frozen=True)
class Target:
    """A target: one value, or one for each point; two of them make a band."""

    label: str  # as the right edge writes it: "target ≤ 7.0"
    value: float | None = None
    values: tuple[float | None, ...] = ()

    def at(self, index: int) -> float | None:
        """The target that holds at a point."""
        if self.values:
            return finite(self.values[index]) if index < len(self.values) else None
        return finite(self.value)


@dataclass(frozen=True)
class Flag:
    """A numbered note: the table below the chart says what happened."""

    number: int
    index: int  # of the point where it happened
    text: str = ""  # a few words, drawn where there is room
    divides: bool = False  # a full line between this point and the one before
    letter: str = ""  # drawn instead of the number: what no person has noted
    url: str = ""  # of what it tells
    told: str = ""  # what happened, for its tip


@dataclass(frozen=True)
class Echo:
    """Another line behind the points: the year before, or the same of another subject."""

    label: str  # as the right edge names it
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Sparkline:
    """A series in a row: 26 points, usual range, the newest point marked."""

    name: str  # accessible name: KPI, latest value, reading, usual range
    points: tuple[Point, ...]
    segments: tuple[Segment, ...] = ()
    targets: tuple[Target, ...] = ()
    stale: bool = False  # the newest point is older than its cadence allows


@dataclass(frozen=True)
class Xmr:
    """A process-behaviour chart: values above, moving ranges below."""

    name: str
    description: str  # one or two sentences saying what the picture says
    points: tuple[Point, ...]
    segments: tuple[Segment, ...] = ()
    targets: tuple[Target, ...] = ()
    flags: tuple[Flag, ...] = ()
    unit: str = ""
    echoes: tuple[Echo, ...] = ()


@dataclass(frozen=True)
class Panel:
    """Periods of one length, oldest first, and what each was a year before."""

    points: tuple[Point, ...]
    before: tuple[float | None, ...] = ()
    low: float | None = None  # ends of the target
    high: float | None = None


@dataclass(frozen=True)
class SixTwelve:
    """A KPI of a review: weeks and months side by side."""

    name: str
    description: str
    panels: tuple[Panel, ...]
    own_scales: bool = False  # a month of what is counted is some four weeks of it


@dataclass(frozen=True)
class Bullet:
    """The newest value against the usual range and the target."""

    name: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    target: float | None = None
    target_high: float | None = None  # upper end of a target band


@dataclass(frozen=True)
class Dots:
    """A level then, now and wanted, on one scale."""

    name: str
    now: float | None
    target: float | None = None
    before: float | None = None
    low: float = 0
    high: float = 4
    better: str = "up"  # "up" or "down": on which side of the target one is short of it


@dataclass(frozen=True)
class Stack:
    """How many chose one answer, now and the time before."""

    label: str  # as it stands below: "3"
    count: int = 0
    before: int = 0


@dataclass(frozen=True)
class Spread:
    """Where several people stand on one question: a dot for each, above what they chose."""

    name: str  # accessible name: who chose what, in words
    stacks: tuple[Stack, ...]  # in the order of the scale
    middle: float | None = None  # the median as a place among the stacks, 0 the first


@dataclass(frozen=True)
class Placed:
    """One row among two signals, each as a share (0 to 1) of its axis."""

    x: float | None
    y: float | None
    name: str  # what the link says: the row and both signals in words
    url: str = ""
    kind: str = ""  # "good" (circle), "bad" (diamond), "neutral" (square)


@dataclass(frozen=True)
class Quadrant:
    """Two signals against each other, in four fields with names."""

    name: str
    fields: tuple[str, str, str, str]  # upper left, upper right, lower left, lower right
    across: str  # what the axis to the right says
    up: str
    dots: tuple[Placed, ...] = ()
    split_x: float = 0.5
    split_y: float = 0.5


@dataclass(frozen=True)
class Lane:
    """One signal of several: its values, and the ends of its scale with their words."""

    label: str
    values: tuple[float | None, ...]
    low: float = 0
    high: float = 1
    low_text: str = ""
    high_text: str = ""
    target: float | None = None


@dataclass(frozen=True)
class Lanes:
    """Several signals over the same days, each in a lane of its own."""

    name: str
    at: tuple[float, ...]  # days, as numbers
    lanes: tuple[Lane, ...]
    first: str = ""  # the first day and the last in words
    last: str = ""


@dataclass(frozen=True)
class Interval:
    """An estimate and how far it may be off, on one scale around 0."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    reach: float = 1  # the scale goes from -reach to +reach
    is_sum: bool = False  # of several estimates: drawn as a bar that they are likely to lie in


@dataclass(frozen=True)
class Track:
    """Progress from 0 to 1, below and beyond, with a mark where time says one should be."""

    name: str
    progress: float | None
    time: float | None = None


@dataclass(frozen=True)
class Bar:
    """One row of a bar chart."""

    label: str
    value: float | None
    text: str = ""  # the value as people read it
    kind: str = ""  # "", "good", "bad", "flat", "accent"
    url: str = ""


@dataclass(frozen=True)
class Bars:
    """Bars of one measure, longest first, on one scale."""

    name: str
    rows: tuple[Bar, ...]
    limit: float | None = None  # a line across all bars: capacity, budget
    keep_order: bool = field(default=False)  # time or steps keep their own order


@dataclass(frozen=True)
class Box:
    """One place of a chain: in which column, from which row on; ``kind`` marks its status."""

    column: int
    row: float
    title: str
    sub: str = ""
    url: str = ""
    kind: str = ""  # good, bad, flat, done, or nothing
    indent: int = 0


@dataclass(frozen=True)
class Tie:
    """A line between two boxes, by their places in the chain."""

    begin: int
    end: int
    kind: str = "part"  # part, contributes, depends, conflicts; raises or lowers, with a tip
    via: tuple[tuple[int, int], ...] = ()  # (column, row) that one with a tip passes, in order


@dataclass(frozen=True)
class Chain:
    """Boxes in columns from left to right, and what leads from one to another."""

    name: str
    heads: tuple[str, ...]
    boxes: tuple[Box, ...]
    ties: tuple[Tie, ...]
    rows: float
    bands: tuple[tuple[float, str], ...] = ()  # (row, words) that stand above what follows
