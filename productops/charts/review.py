"""A KPI of a review: its last weeks on the left and its months on the right of one time line, thin
behind them what they were a year before, and the target where there is one."""

from dataclasses import dataclass

from productops.charts.palette import STYLESHEET, Palette
from productops.charts.scales import Scale
from productops.charts.series import kind, numbers, stretches
from productops.charts.shapes import ENGLISH, Panel, SixTwelve, Words, finite
from productops.charts.svg import Pen

GAP = 34.0  # between weeks and months


@dataclass(frozen=True)
class Sheet:
    """How large the picture is, and whether every point is labelled or only the newest."""

    width: float = 760
    height: float = 176
    top: float = 26
    bottom: float = 24
    side: float = 30
    is_short: bool = False


WIDE_SHEET = Sheet()
NARROW_SHEET = Sheet(width=358, height=150, side=22, is_short=True)


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
    for place in places(shape, sheet):
        _axis(pen, place, sheet)
        _target(pen, place, words)
        _line(pen, place, "c-echo", place.panel.before)
        _line(pen, place, "c-line", [point.value for point in place.panel.points])
        _points(pen, place, sheet, words)
    return pen.picture("chart", sheet.width, sheet.height, shape.name, shape.description)


def places(shape: SixTwelve, sheet: Sheet) -> list[Place]:
    """Lay the panels out by how many periods each has."""
    shown = [panel for panel in shape.panels if panel.points]
    slots = sum(len(panel.points) for panel in shown)
    room = sheet.width - 2 * sheet.side - GAP * max(len(shown) - 1, 0)
    everything = [value for panel in shown for value in values_of(panel)]
    found, left = [], sheet.side
    for panel in shown:
        width = room * len(panel.points) / slots
        step = width / len(panel.points)
        values = values_of(panel) if shape.own_scales else everything
        x = Scale(0, max(1, len(panel.points) - 1), left + step / 2, left + width - step / 2)
        found.append(Place(panel, x, height(values, sheet), left, left + width))
        left += width + GAP
    return found


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


def _target(pen: Pen, place: Place, words: Words) -> None:
    """A line for each end of the target, named where it begins."""
    bounds = [value for value in (place.panel.low, place.panel.high) if finite(value) is not None]
    for bound in bounds:
        level = place.y(bound)
        pen.path("c-target", "M", place.left, level, "H", place.right)
        pen.text("c-acc", place.left, level - 5, f"{words.target} {words.number(bound)}")


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
