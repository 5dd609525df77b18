"""Every period from its raw observations."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from statistics import median
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from metrics.actions.facts import spans_by_series
from metrics.models import FrozenPeriod, Mark, Observation, Snapshot
from metrics.models.dashboards import sha256_of
from metrics.periods import Span, span_of_period, span_on
from objectives.models import Series
from productops.measures import Aggregation, Empty
from productops.verify import Difference, check

TOLERANCE = 1e-9  # relative: sums of floats in another order differ by less
CHUNK = 10_000
SERIES_AT_ONCE = 200


class Raw(NamedTuple):
    series_id: int
    on: date
    at: datetime
    external_id: str
    value: float | None
    numerator: float | None
    denominator: float | None


class Figure(NamedTuple):
    """A period's value and how many observations it was made of; ``scale`` is the size of the
    numbers that were added, against which rounding is measured."""

    value: float | None
    n: int
    scale: float = 0.0


@check("snapshots")
def check_snapshots() -> Iterator[Difference]:
    """Every snapshot equals what its observations say, and none is missing. Periods that are
    marked as pending are known to be old, and left out."""
    ids = list(Series.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), SERIES_AT_ONCE):
        yield from differences(ids[start : start + SERIES_AT_ONCE])


@check("frozen")
def check_frozen() -> Iterator[Difference]:
    """Every kept dashboard is, to the letter, what was kept."""
    for frozen in FrozenPeriod.objects.select_related("dashboard").iterator(100):
        if not frozen.is_as_kept:
            found = sha256_of(frozen.content)
            yield Difference("frozen", f"{frozen.pk} ({frozen})", found, frozen.sha256)


def differences(series_ids: Sequence[int]) -> Iterator[Difference]:
    with_data = set(
        Series.objects.filter(pk__in=series_ids)
        .filter(has(Observation) | has(Snapshot))
        .values_list("pk", flat=True)
    )
    spans = spans_by_series(with_data)
    pending = set(
        Mark.objects.pending().filter(series__in=with_data).values_list("series_id", "period")
    )
    shown = {
        (series_id, period): Figure(value, n)
        for series_id, period, value, n in Snapshot.objects.filter(series__in=with_data)
        .values_list("series_id", "period", "value", "n")
        .iterator(CHUNK)
    }
    expected = dict(recomputed(with_data, spans))
    for key in sorted((set(shown) | set(expected)) - pending):
        if span_on(spans[key[0]], key[1]).expression:
            continue  # metrics.verify.computed looks at those
        found, wanted = shown.get(key), expected.get(key) or unobserved(key, spans)
        if not agree(found, wanted):
            yield Difference("snapshots", name(key), told(found), told(wanted))


def has(model: type[Observation] | type[Snapshot]) -> Exists:
    return Exists(model.objects.filter(series=OuterRef("pk")))


def recomputed(
    series_ids: Iterable[int], spans: dict[int, Sequence[Span]]
) -> Iterator[tuple[tuple[int, date], Figure]]:
    """Every period that has observations, with its figure."""
    rows = Observation.objects.filter(series__in=series_ids).order_by("series_id", "on", "at")
    raws = (Raw(*row) for row in rows.values_list(*Raw._fields).iterator(CHUNK))

    def period(raw: Raw) -> tuple[int, date]:
        return raw.series_id, span_on(spans[raw.series_id], raw.on).period_of(raw.on)

    for key, group in groupby(raws, period):
        span = span_on(spans[key[0]], key[1])
        yield key, figure_of(list(group), span)


def figure_of(raws: Sequence[Raw], span: Span) -> Figure:
    if span.aggregation == Aggregation.RATIO:
        found = ratio(raws)
    else:
        values = [raw.value for raw in raws if raw.value is not None]
        found = Figure(None, 0)
        if values:
            scale = math.fsum(map(abs, values))
            found = Figure(VALUE[span.aggregation](raws, sorted(values)), len(values), scale)
    if not found.n and span.empty == Empty.ZERO:
        return Figure(0.0, 0)
    return found


def ratio(raws: Sequence[Raw]) -> Figure:
    parts = [raw for raw in raws if raw.numerator is not None]
    whole = math.fsum(raw.denominator for raw in parts)
    part = math.fsum(raw.numerator for raw in parts)
    scale = math.fsum(abs(raw.numerator) for raw in parts) / whole if whole else 0.0
    return Figure(part / whole if whole else None, len(parts), scale)


def share(part: float) -> Callable[[Sequence[Raw], list[float]], float]:
    """The value at place ``part * (n - 1)`` of the ordered values, in proportion between two."""

    def found(_raws: Sequence[Raw], values: list[float]) -> float:
        place = part * (len(values) - 1)
        low = math.floor(place)
        high = min(low + 1, len(values) - 1)
        return values[low] + (values[high] - values[low]) * (place - low)

    return found


def last(raws: Sequence[Raw], _values: list[float]) -> float:
    newest = max(
        (raw for raw in raws if raw.value is not None), key=lambda r: (r.on, r.at, r.external_id)
    )
    return newest.value


VALUE: dict[str, Callable[[Sequence[Raw], list[float]], float]] = {
    Aggregation.SUM: lambda _raws, values: math.fsum(values),
    Aggregation.MEAN: lambda _raws, values: math.fsum(values) / len(values),
    Aggregation.MEDIAN: lambda _raws, values: median(values),
    Aggregation.P85: share(0.85),
    Aggregation.P95: share(0.95),
    Aggregation.MIN: lambda _raws, values: values[0],
    Aggregation.MAX: lambda _raws, values: values[-1],
    Aggregation.COUNT: lambda _raws, values: float(len(values)),
    Aggregation.LAST: last,
}


def unobserved(key: tuple[int, date], spans: dict[int, Sequence[Span]]) -> Figure | None:
    """What a period without observations shows: zero, a gap, or nothing where it is no period."""
    span = span_of_period(spans[key[0]], key[1])
    if span is None:
        return None
    return Figure(0.0 if span.empty == Empty.ZERO else None, 0)


def agree(found: Figure | None, wanted: Figure | None) -> bool:
    if found is None or wanted is None:
        return found is wanted
    if found.n != wanted.n or (found.value is None) != (wanted.value is None):
        return False
    if found.value is None:
        return True
    size = max(abs(wanted.value), wanted.scale)
    return abs(found.value - wanted.value) <= TOLERANCE * size


def name(key: tuple[int, date]) -> str:
    series = Series.objects.select_related("kpi", "subject").get(pk=key[0])
    return f"{series.kpi.slug} {series.subject.reference} {key[1]}"


def told(figure: Figure | None) -> str:
    return "no snapshot" if figure is None else f"{figure.value!r} of {figure.n}"
