"""Flags above the process-behaviour chart: numbers on top, letters in a smaller row below them; the
table under the chart says what they mean."""

from collections.abc import Sequence
from dataclasses import dataclass

from productops.charts.plot import LETTER, Plot
from productops.charts.shapes import Flag, finite


@dataclass(frozen=True)
class Row:
    """Where flags of one sort stand."""

    height: float
    radius: float

    @property
    def apart(self) -> float:
        return 2 * self.radius + 2


NUMBERS, LETTERS = Row(12.0, 9.5), Row(33.0, 7.5)


def draw(plot: Plot) -> None:
    """Draw the flags in order of time; neighbours in one place step aside. On a small picture
    there is room for what people have noted, and for no more."""
    in_sight = [f for f in plot.shape.flags if 0 <= f.index < len(plot.shape.points)]
    ordered = sorted(in_sight, key=lambda flag: (flag.index, flag.number))
    if not plot.layout.is_short:
        _row(plot, LETTERS, [flag for flag in ordered if flag.letter])
    _row(plot, NUMBERS, [flag for flag in ordered if not flag.letter])


def _row(plot: Plot, row: Row, ordered: Sequence[Flag]) -> None:
    aside: list[float] = []
    for flag in ordered:
        place = _place(plot, flag)
        aside.append(max(place, aside[-1] + row.apart) if aside else place)
    for position, flag in enumerate(ordered):
        following = aside[position + 1] if position + 1 < len(aside) else plot.layout.width
        _flag(plot, row, flag, aside[position], following)


def _place(plot: Plot, flag: Flag) -> float:
    return plot.span(flag.index, flag.index + 1)[0] if flag.divides else plot.x(flag.index)


def _flag(plot: Plot, row: Row, flag: Flag, x: float, following: float) -> None:
    below, true_place = row.height + row.radius, _place(plot, flag)
    plot.pen.path(
        "c-div" if flag.divides else "c-drop",
        *("M", x, below, "L", true_place, below + 5, "V", _foot(plot, flag, below)),
    )
    plot.pen.circle("c-flag", x, row.height, row.radius)
    plot.pen.text("c-flag-t", x, row.height + 4, flag.letter or str(flag.number), "middle")
    if flag.url:
        box = (x - row.radius, row.height - row.radius, 2 * row.radius, 2 * row.radius)
        name = f"{flag.letter or flag.number}: {flag.told or flag.text}".rstrip(": ")
        plot.pen.link(flag.url, box, name, is_stop=False, role="c-told")
    if flag.text and len(flag.text) * LETTER < following - x - row.apart - row.radius:
        plot.pen.text("c-note", x + row.radius + 6, row.height + 4, flag.text)


def _foot(plot: Plot, flag: Flag, below: float) -> float:
    """How far down a flag's line goes: to the axis where it divides, else to its point. That of a
    letter ends soon: it is a remark, and shall not outshout the numbers."""
    if flag.letter:
        return below + 9
    value = finite(plot.shape.points[flag.index].value)
    if flag.divides or value is None:
        return plot.layout.height - plot.layout.bottom
    return max(plot.y(value) - 8, below + 5)
