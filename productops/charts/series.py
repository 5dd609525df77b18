"""What sparkline and process-behaviour chart share: stretches of a series, and their extent."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from productops.charts.shapes import Point, Segment, Target, finite


def stretches(values: Sequence[float | None]) -> Iterator[list[int]]:
    """Yield the indices of each unbroken run of values; a gap in the data breaks the line."""
    run: list[int] = []
    for index, value in enumerate(values):
        if finite(value) is not None:
            run.append(index)
        elif run:
            yield run
            run = []
    if run:
        yield run


def spans(segments: Sequence[Segment], count: int) -> Iterator[tuple[Segment, int, int]]:
    """Yield each segment in sight with its first point and one past its last."""
    ordered = sorted(segments, key=lambda segment: segment.start)
    for segment, following in pairwise([*ordered, Segment(start=count)]):
        first, last = max(0, segment.start), min(count, following.start)
        if first < last:
            yield segment, first, last


def edges(first: int, last: int, count: int) -> tuple[float, float]:
    """Where a span begins and ends on the index axis: half-way to its neighbours, flush outside."""
    return (0.0 if first == 0 else first - 0.5, float(count - 1) if last == count else last - 0.5)


def kind(point: Point) -> str:
    """Which mark a point gets."""
    if point.excluded:
        return "excluded"
    return "open" if point.open else point.signal


def numbers(values: Iterable[float | None]) -> list[float]:
    """The values that can be placed."""
    return [number for value in values if (number := finite(value)) is not None]


def band(segment: Segment | None) -> tuple[float, float] | None:
    """Lower and upper limit, or None where the segment has none."""
    if segment is None:
        return None
    lower, upper = finite(segment.lower), finite(segment.upper)
    return None if lower is None or upper is None else (min(lower, upper), max(lower, upper))


def extent(
    points: Sequence[Point], segments: Sequence[Segment], targets: Sequence[Target]
) -> list[float]:
    """All that must find room on the value axis."""
    values = numbers(point.value for point in points)
    for segment in segments:
        values += numbers((segment.centre, segment.lower, segment.upper))
        for limit in segment.limits:
            values += numbers((limit.centre, limit.lower, limit.upper)) if limit else ()
    for target in targets:
        values += numbers(target.at(index) for index in range(len(points)))
    return values
