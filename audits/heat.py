"""The heatmap of a result in one of its four ways: level, change since, spread inside, and how much
more is written down than done."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from audits.choices import View
from audits.results import Cell, Result, Row, mean
from productops import numbers
from productops.charts import heat_step

MOST_AGREED = 1.0  # levels by which answers may differ before a cell is coloured


def heatmap(
    result: Result, view: View, names: Mapping[int, str], url: Callable[..., str]
) -> dict[str, list]:
    """What the heatmap tag needs: columns, heads of the plain columns at the end, rows.

    ``url(dimension=, scope=)`` leads to the answers behind a head or a cell.
    """
    columns = [
        {"name": names[scope], "url": url(dimension=None, scope=scope)} for scope in result.scopes
    ]
    rows = [_row(result, row, view, names, url) for row in result.rows]
    return {"columns": columns, "extra": heads(view), "rows": [*rows, _all(result, view)]}


def heads(view: View) -> list[str]:
    return [_("All"), _("Target"), _("Change")] if view == View.LEVEL else [_("All")]


def _row(
    result: Result, row: Row, view: View, names: Mapping[int, str], url: Callable[..., str]
) -> dict:
    key = row.dimension.key
    return {
        "name": row.dimension.title,
        "url": url(dimension=key, scope=None),
        "cells": [
            _cell(row.cells[scope], row.dimension.target, view, url(dimension=key, scope=scope))
            | {"column": names[scope]}
            for scope in result.scopes
        ],
        "extra": _extra(row, view),
    }


def value_of(cell: Cell, view: View) -> float | None:
    """What a cell says in one way of looking."""
    values = (cell.level, cell.change, cell.spread, cell.paper)
    ways = (View.LEVEL, View.CHANGE, View.SPREAD, View.PAPER)
    return dict(zip(ways, values, strict=True))[view]


def _cell(cell: Cell, wanted: float, view: View, url: str) -> dict:
    value, target = value_of(cell, view), wanted if cell.target is None else cell.target
    if value is None:
        why = _("too few answers to be shown") if cell.is_hidden else ""
        return {"text": "", "step": None, "words": why, "url": ""}
    write = numbers.number if view in (View.LEVEL, View.SPREAD) else numbers.signed
    return {
        "text": write(value, 1),
        "step": _step(value, target, view),
        "words": words(value, target, view),
        "url": url,
    }


def _step(value: float, target: float, view: View) -> int:
    if view == View.LEVEL:
        return heat_step(value, target)
    if view == View.CHANGE:
        return heat_step(value, 0)
    # What is written and not done is as bad as what is done and known to nobody.
    distance = value if view == View.SPREAD else abs(value)
    return heat_step(MOST_AGREED, max(distance, MOST_AGREED))


def words(value: float, target: float, view: View) -> str:
    """The colour said in words."""
    if view == View.SPREAD:
        return _("answers differ by %(n)s levels") % {"n": numbers.number(value, 1)}
    if view == View.CHANGE:
        return _("changed by %(n)s") % {"n": numbers.signed(value, 1)}
    if view == View.PAPER:
        return paper_words(value)
    distance = numbers.number(abs(value - target), 1)
    if distance == numbers.number(0, 1):
        return _("on target")
    facts = {"n": distance}
    return _("%(n)s below target") % facts if value < target else _("%(n)s above target") % facts


def paper_words(value: float) -> str:
    """What the difference between writing and doing means."""
    distance = numbers.number(abs(value), 1)
    if distance == numbers.number(0, 1):
        return _("written down as it is done")
    facts = {"n": distance}
    if value > 0:
        return _("%(n)s levels more written down than done") % facts
    return _("%(n)s levels more done than written down") % facts


def _extra(row: Row, view: View) -> list[str]:
    if view == View.SPREAD:
        return [numbers.number(row.spread, 1)]
    if view == View.PAPER:
        return [numbers.signed(row.paper, 1)]
    if view == View.CHANGE:
        return [numbers.signed(row.change, 1)]
    target = numbers.number(row.target, 1)
    return [numbers.number(row.level, 1), target, numbers.signed(row.change, 1)]


def _all(result: Result, view: View) -> dict:
    """The last row: all dimensions together."""
    if view == View.PAPER:
        return _all_paper(result)
    cells = [
        _cell(result.overall[scope], result.target, view, "") | {"step": None}
        for scope in result.scopes
    ]
    if view == View.LEVEL:
        target = numbers.number(result.wanted, 1)
        extra = [numbers.number(result.level, 1), target, numbers.signed(result.change, 1)]
    else:
        extra = [numbers.signed(result.change, 1) if view == View.CHANGE else ""]
    return {"name": _("All dimensions"), "is_sum": True, "cells": cells, "extra": extra}


def _all_paper(result: Result) -> dict:
    """Only over dimensions that say both; the whole level also holds what nobody was asked to
    write down."""
    papers = {scope: mean(row.cells[scope].paper for row in result.rows) for scope in result.scopes}
    cells = [
        {
            "text": "" if paper is None else numbers.signed(paper, 1),
            "step": None,
            "words": "",
            "url": "",
        }
        for paper in papers.values()
    ]
    together = numbers.signed(mean(row.paper for row in result.rows), 1)
    return {"name": _("All dimensions"), "is_sum": True, "cells": cells, "extra": [together]}
