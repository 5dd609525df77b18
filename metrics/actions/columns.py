"""Rows of the commonest form, read a column at a time.

Programs send thousands of rows that all look alike: a value with a point in time, at most named by
an id of its own. Looked at column by column, what is usual in all of them is established by a few
passes over whole lists. Whatever is not usual sends the rows back to be read one by one, where each
gets its own verdict: nothing is judged here, and nothing refused.
"""

from collections.abc import Mapping, Sequence
from itertools import repeat
from math import isnan
from operator import itemgetter
from typing import Any

from productops.figures import LARGEST
from productops.parsing import SMALLEST

Raw = Mapping[str, Any]
USUAL = {"kpi", "product", "subject", "at", "value", "external_id"}
NEEDED = {"kpi", "at", "value"}


def columns_of(raws: Sequence[Raw]) -> dict[str, list] | None:
    """The rows as columns; None unless all have the same usual fields and are told by texts."""
    shapes = set(map(tuple, raws))
    if len(shapes) != 1:
        return None
    (names,) = shapes
    if not NEEDED <= set(names) <= USUAL:
        return None
    columns = {name: list(map(itemgetter(name), raws)) for name in names}
    texts = columns["at"], columns["kpi"]
    return columns if all(set(map(type, text)) == {str} for text in texts) else None


def plain_numbers(values: Sequence[Any]) -> list[float] | None:
    """The values as doubles; None unless all are numbers of a size that needs no second look."""
    if not set(map(type, values)) <= {float, int}:
        return None
    try:
        numbers = list(map(float, values))
    except OverflowError:
        return None
    sizes = list(map(abs, numbers))
    if any(map(isnan, sizes)) or max(sizes) > LARGEST:
        return None
    if min(filter(None, sizes), default=1.0) < SMALLEST:
        return None
    return numbers if 0.0 not in sizes else [number or 0.0 for number in numbers]


def plain_ids(texts: Sequence[Any], longest: int) -> bool:
    """Whether ids can be kept as they are written: short, of ASCII's visible characters."""
    if set(map(type, texts)) != {str} or len(max(texts, key=len)) > longest:
        return False
    is_visible = all(map(str.isascii, texts)) and all(map(str.isprintable, texts))
    return is_visible and list(map(str.strip, texts)) == list(texts)


def rows_from(
    series_ids: Sequence[int],
    moments: Sequence[tuple],
    external_ids: Sequence[str] | None,
    numbers: Sequence[float],
) -> list[Any]:
    """Columns as rows in the order of ``metrics.actions.ingest.Row``, as plain tuples: to name
    their fields would take longer than all the rest."""
    days, times = zip(*moments, strict=True)
    nothing = repeat(None)
    ids = external_ids or repeat("")
    return list(zip(series_ids, days, times, ids, numbers, nothing, nothing, strict=False))
