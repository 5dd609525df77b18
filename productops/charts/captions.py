"""The words of the process-behaviour chart: right end, earlier segments, periods, tips."""

import math

from productops.charts.plot import LETTER, Plot
from productops.charts.scales import spread
from productops.charts.series import band, spans
from productops.charts.shapes import Point, Segment, finite

LINE = 15.0  # least distance of two labels at the right end


def earlier(plot: Plot) -> None:
    """Write mean and range of the segments that the right end does not speak for."""
    if plot.layout.is_short:
        return
    all_spans = list(spans(plot.shape.segments, len(plot.shape.points)))
    for segment, first, last in all_spans:
        is_newest = last == len(plot.shape.points)
        text = plot.words.trial if is_newest and segment.provisional else ""
        text = text if is_newest else _segment_words(plot, segment)
        start, end = plot.span(first, last)
        if (limits := band(segment)) and text and len(text) * LETTER < end - start - 12:
            plot.pen.text("c-axis", start + 6, max(34.0, plot.y(limits[1]) - 7), text)


def _segment_words(plot: Plot, segment: Segment) -> str:
    limits, centre = band(segment), finite(segment.centre)
    if limits is None or centre is None:
        return ""
    low, high = (plot.number(limit) for limit in limits)
    usual = f"{plot.words.mean} {plot.number(centre)}, {plot.words.usual} {low}–{high}"
    return f"{usual} ({plot.words.trial})" if segment.provisional else usual


def right_end(plot: Plot) -> None:
    """Name limits, mean, target and newest value at the right end, pushed apart."""
    labels = sorted(_labels(plot))
    places = spread(
        [place for place, _, _ in labels], LINE, 12, plot.layout.height - plot.layout.bottom
    )
    for place, (_, role, text) in zip(places, labels, strict=True):
        plot.pen.text(role, plot.right + 8, place + 4, text)


def _labels(plot: Plot) -> list[tuple[float, str, str]]:
    points, short = plot.shape.points, plot.layout.is_short
    newest = next((p for p in reversed(points) if finite(p.value) is not None), None)
    all_spans = list(spans(plot.shape.segments, len(points)))
    labels = _limit_words(plot, all_spans[-1][0]) if all_spans else []
    if newest is not None and (value := finite(newest.value)) is not None:
        name = "●" if short else plot.words.now
        labels.append((plot.y(value), "c-strong", f"{name} {plot.number(value)}"))
    for echo in plot.shape.echoes if not short else ():
        drawn = [number for value in echo.values if (number := finite(value)) is not None]
        labels += [(plot.y(drawn[-1]), "c-axis", echo.label)] if drawn else []
    for target in plot.shape.targets:
        if (wanted := target.at(len(points) - 1)) is not None:
            text = target.label.removeprefix(plot.words.target).strip() if short else target.label
            labels.append((plot.y(wanted), "c-acc", text))
    return labels


def _limit_words(plot: Plot, segment: Segment) -> list[tuple[float, str, str]]:
    named = (
        (segment.upper, "" if plot.layout.is_short else plot.words.upper),
        (segment.centre, "x̄" if plot.layout.is_short else plot.words.mean),
        (segment.lower, "" if plot.layout.is_short else plot.words.lower),
    )
    return [
        (plot.y(number), "c-axis", f"{name} {plot.number(number)}".strip())
        for value, name in named
        if (number := finite(value)) is not None
    ]


def periods(plot: Plot) -> None:
    """Write as many period labels as fit, counted from the newest, which always has one."""
    points = plot.shape.points
    room = max((len(point.label) for point in points), default=0) * LETTER + 18
    every = max(1, math.ceil(len(points) * room / (plot.right - plot.left)))
    for index, point in enumerate(points):
        if (len(points) - 1 - index) % every == 0:
            place = min(max(plot.x(index), plot.left + 4), plot.layout.width - room / 2)
            plot.pen.text("c-axis", place, plot.layout.height - 8, point.label, "middle")


def tip(plot: Plot, point: Point, value: float) -> str:
    said = [f"{point.label}: {plot.number(value)} {plot.shape.unit}".strip()]
    if point.excluded:
        said.append(f"{plot.words.excluded}: {point.excluded}")
    if point.open:
        said.append(plot.words.open)
    if point.talk:
        said.append(plot.words.talk)
    return ", ".join(said + ([point.note] if point.note else []))
