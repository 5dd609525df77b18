"""A KPI of a review: its last weeks on the left and its months on the right of one time line, thin
behind them what they were a year before, and the target where there is one."""

from dataclasses import dataclass

from productops.charts.palette import STYLESHEET, Palette
from productops.charts.scales import Scale
from productops.charts.series import kind, numbers, stretches
from productops.charts.shapes import ENGLISH, Panel, SixTwelve, Words, finite
from productops.charts.svg import Pen

NOTHING = "\u2013"
GAP = 30.0  # between weeks and months
FEW, WIDER = 8, 1.35  # so few periods are named by their day, which needs more room than a month


@dataclass(frozen=True)
class Sheet:
    """How large the picture is, and whether every point is labelled or only the newest."""

    width: float = 760
    height: float = 176
    top: float = 30
    bottom: float = 24
    side: float = 8
    is_short: bool = False


WIDE_SHEET = Sheet()
NARROW_SHEET = Sheet(width=358, height=150, side=6, is_short=True)


@dataclass(frozen=True)
class Place:
    """A panel in its place."""

    panel: Panel
    x: Scale
    y: Scale
    left: float
    right: float


def six_twelve(
    shape: SixTwelve,
    palette: Palette = STYLESHEET,
    sheet: Sheet = WIDE_SHEET,
    words: Words = ENGLISH,
) -> str:
    """Draw the panels side by side. Panels that are summed differently have scales of their own:
    a month of what is counted is some four weeks of it."""
    pen = Pen(palette)
    for number, place in enumerate(places(shape, sheet)):
        _axis(pen, place, sheet)
        _target(pen, place, words, is_named=not number or shape.own_scales)
        _line(pen, place, "c-echo", place.panel.before)
        _line(pen, place, "c-line", [point.value for point in place.panel.points])
        _points(pen, place, sheet, words)
    return pen.picture("chart six", sheet.width, sheet.height, shape.name, shape.description)


def places(shape: SixTwelve, sheet: Sheet) -> list[Place]:
    """Lay the panels out by how many periods each has."""
    shown = [panel for panel in shape.panels if panel.points]
    slots = sum(map(weight, shown))
    room = sheet.width - 2 * sheet.side - GAP * max(len(shown) - 1, 0)
    everything = [value for panel in shown for value in values_of(panel)]
    found, left = [], sheet.side
    for panel in shown:
        width = room * weight(panel) / slots
        step = width / len(panel.points)
        values = values_of(panel) if shape.own_scales else everything
        x = Scale(0, max(1, len(panel.points) - 1), left + step / 2, left + width - step / 2)
        found.append(Place(panel, x, height(values, sheet), left, left + width))
        left += width + GAP
    return found


def weight(panel: Panel) -> float:
    """How much room a panel needs against the others."""
    count = len(panel.points)
    return count * WIDER if count < FEW else count


def values_of(panel: Panel) -> list[float]:
    return numbers([*(p.value for p in panel.points), *panel.before, panel.low, panel.high])


def height(values: list[float], sheet: Sheet) -> Scale:
    bottom, top = sheet.height - sheet.bottom - 10, sheet.top + 8
    return Scale(min(values, default=0.0), max(values, default=1.0), bottom, top)


def _axis(pen: Pen, place: Place, sheet: Sheet) -> None:
    floor = sheet.height - sheet.bottom
    pen.path("c-grid", "M", place.left, floor, "H", place.right)
    points = place.panel.points
    every = max(1, len(points) // 3) if sheet.is_short else 1
    for index, point in enumerate(points):
        if (len(points) - 1 - index) % every == 0:
            pen.text("c-axis", place.x(index), floor + 16, point.label, "middle")


def _target(pen: Pen, place: Place, words: Words, *, is_named: bool) -> None:
    """A line for each end of the target, named above the picture, where nothing else is."""
    bounds = numbers([place.panel.low, place.panel.high])
    for bound in bounds:
        level = place.y(bound)
        pen.path("c-target", "M", place.left, level, "H", place.right)
    if bounds and is_named:
        ends = f" {NOTHING} ".join(words.number(bound) for bound in bounds)
        pen.path("c-target", "M", place.left, 8, "h", 18)
        pen.text("c-acc", place.left + 24, 12, f"{words.target} {ends}")


def _line(pen: Pen, place: Place, role: str, values) -> None:
    for run in stretches(values):
        pen.line(role, [(place.x(i), place.y(values[i])) for i in run])


def _points(pen: Pen, place: Place, sheet: Sheet, words: Words) -> None:
    points = place.panel.points
    newest = len(points) - 1
    for index, point in enumerate(points):
        value = finite(point.value)
        if value is None:
            continue
        x, y = place.x(index), place.y(value)
        pen.mark(kind(point), x, y, 4)
        if index == newest or not sheet.is_short:
            role = "c-strong" if index == newest else "c-note"
            pen.text(role, x, y - 9, words.number(value), "middle")
