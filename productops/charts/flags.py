"""Numbered flags above the process-behaviour chart; the table below it says what they mean."""

from productops.charts.plot import LETTER, Plot
from productops.charts.shapes import Flag, finite

RADIUS = 9.5
APART = 2 * RADIUS + 2
HEIGHT = 12.0


def draw(plot: Plot) -> None:
    """Draw the flags in order of time; neighbours in one place step aside."""
    in_sight = [f for f in plot.shape.flags if 0 <= f.index < len(plot.shape.points)]
    if plot.layout.is_short:  # there is room for what people have noted, and for no more
        in_sight = [flag for flag in in_sight if not flag.letter]
    ordered = sorted(in_sight, key=lambda flag: (flag.index, flag.number))
    aside: list[float] = []
    for flag in ordered:
        aside.append(max(_place(plot, flag), aside[-1] + APART) if aside else _place(plot, flag))
    for position, flag in enumerate(ordered):
        following = aside[position + 1] if position + 1 < len(aside) else plot.layout.width
        _flag(plot, flag, aside[position], following)


def _place(plot: Plot, flag: Flag) -> float:
    return plot.span(flag.index, flag.index + 1)[0] if flag.divides else plot.x(flag.index)


def _flag(plot: Plot, flag: Flag, x: float, following: float) -> None:
    true_place = _place(plot, flag)
    plot.pen.path(
        "c-div" if flag.divides else "c-drop",
        *("M", x, HEIGHT + RADIUS, "L", true_place, HEIGHT + RADIUS + 5, "V", _foot(plot, flag)),
    )
    plot.pen.circle("c-flag", x, HEIGHT, RADIUS)
    plot.pen.text("c-flag-t", x, HEIGHT + 4, flag.letter or str(flag.number), "middle")
    if flag.url:
        box = (x - RADIUS, HEIGHT - RADIUS, 2 * RADIUS, 2 * RADIUS)
        name = f"{flag.letter or flag.number}: {flag.told or flag.text}".rstrip(": ")
        plot.pen.link(flag.url, box, name, is_stop=False, role="c-told")
    if flag.text and len(flag.text) * LETTER < following - x - APART - RADIUS:
        plot.pen.text("c-note", x + RADIUS + 6, HEIGHT + 4, flag.text)


def _foot(plot: Plot, flag: Flag) -> float:
    """How far down a flag's line goes: to the axis where it divides, else to its point. That of a
    letter ends soon: it is a remark, and shall not outshout the numbers."""
    if flag.letter:
        return HEIGHT + RADIUS + 12
    value = finite(plot.shape.points[flag.index].value)
    if flag.divides or value is None:
        return plot.layout.height - plot.layout.bottom
    return max(plot.y(value) - 8, HEIGHT + RADIUS + 5)
