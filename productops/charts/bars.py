"""Bars of one measure on one scale: a row at a time for pages, a whole picture for files."""

from collections.abc import Sequence

from productops.charts.palette import STYLESHEET, Palette
from productops.charts.scales import Scale
from productops.charts.series import numbers
from productops.charts.shapes import Bar, Bars, finite
from productops.charts.svg import Pen

ROW = 24.0
LABEL_SHARE = 0.34
TEXT_ROOM = 64.0
LETTER = 6.3  # mean width of a letter at 12 px


def in_order(shape: Bars) -> list[Bar]:
    """The rows as they are drawn: longest first, those without a value last."""
    if shape.keep_order:
        return list(shape.rows)
    return sorted(shape.rows, key=lambda row: -(finite(row.value) or 0.0))


def reach(shape: Bars) -> tuple[float, float]:
    """Lowest and highest value that must find room, zero always among them."""
    values = [0.0, *numbers(row.value for row in shape.rows), *numbers((shape.limit,))]
    return min(values), max(values)


def bar_row(row: Bar, shape: Bars, palette: Palette = STYLESHEET, height: float = 12) -> str:
    """Draw one row's bar as wide as its place, on the scale of all rows."""
    pen = Pen(palette)
    low, high = reach(shape)
    x = Scale(low, high, 0, 100) if low < high else Scale(0, 1, 0, 100)
    value = finite(row.value)
    if value is not None:
        start, end = sorted((x(0), x(value)))
        pen.share(f"bar-{row.kind or 'fill'}", start, 1, end - start, height - 2)
    if (limit := finite(shape.limit)) is not None:
        pen.tick("tr-time", x(limit), 0, height)
    return pen.stretching("barsvg", height, f"{row.label}: {row.text}")


def bars(shape: Bars, palette: Palette = STYLESHEET, width: float = 520) -> str:
    """Draw all rows with labels and values in one picture."""
    pen = Pen(palette)
    rows = in_order(shape)
    left, right = width * LABEL_SHARE, width - TEXT_ROOM
    low, high = reach(shape)
    x = Scale(low, high, left, right) if low < high else Scale(0, 1, left, right)
    for index, row in enumerate(rows):
        _row(pen, row, index * ROW, x, left)
    if (limit := finite(shape.limit)) is not None:
        pen.path("bl-target", "M", x(limit), 0, "V", len(rows) * ROW)
    return pen.picture("chart", width, max(1, len(rows)) * ROW, shape.name, _told(rows))


def _row(pen: Pen, row: Bar, top: float, x: Scale, left: float) -> None:
    middle = top + ROW / 2
    pen.text("c-axis", left - 8, middle + 4, shortened(row.label, left - 8), "end")
    value = finite(row.value)
    end = x(0)
    if value is not None:
        start, end = sorted((x(0), x(value)))
        pen.rect(f"bar-{row.kind or 'fill'}", start, top + 5, end - start, ROW - 10, 1)
    pen.text("c-strong", end + 6, middle + 4, row.text)


def _told(rows: Sequence[Bar]) -> str:
    return "; ".join(f"{row.label}: {row.text}" for row in rows)


def shortened(text: str, room: float) -> str:
    """Cut a label to the room it has, with an ellipsis."""
    letters = max(1, int(room / LETTER))
    return text if len(text) <= letters else text[: letters - 1] + "…"
