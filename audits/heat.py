"""The heatmap of a result in one of its three ways: level, change since, spread inside."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from audits.choices import View
from audits.results import Cell, Result, Row
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


def _cell(cell: Cell, target: float, view: View, url: str) -> dict:
    value = {View.LEVEL: cell.level, View.CHANGE: cell.change, View.SPREAD: cell.spread}[view]
    if value is None:
        return {"text": "", "step": None, "words": "", "url": ""}
    step = {
        View.LEVEL: heat_step(value, target),
        View.CHANGE: heat_step(value, 0),
        View.SPREAD: heat_step(MOST_AGREED, max(value, MOST_AGREED)),
    }[view]
    write = numbers.signed if view == View.CHANGE else numbers.number
    return {"text": write(value, 1), "step": step, "words": words(value, target, view), "url": url}


def words(value: float, target: float, view: View) -> str:
    """The colour said in words."""
    if view == View.SPREAD:
        return _("answers differ by %(n)s levels") % {"n": numbers.number(value, 1)}
    if view == View.CHANGE:
        return _("changed by %(n)s") % {"n": numbers.signed(value, 1)}
    distance = numbers.number(abs(value - target), 1)
    if distance == numbers.number(0, 1):
        return _("on target")
    facts = {"n": distance}
    return _("%(n)s below target") % facts if value < target else _("%(n)s above target") % facts


def _extra(row: Row, view: View) -> list[str]:
    if view == View.SPREAD:
        return [numbers.number(row.spread, 1)]
    if view == View.CHANGE:
        return [numbers.signed(row.change, 1)]
    target = numbers.number(row.dimension.target, 1)
    return [numbers.number(row.level, 1), target, numbers.signed(row.change, 1)]


def _all(result: Result, view: View) -> dict:
    """The last row: all dimensions together."""
    cells = [
        _cell(result.overall[scope], result.target, view, "") | {"step": None}
        for scope in result.scopes
    ]
    if view == View.LEVEL:
        target = numbers.number(result.target, 1)
        extra = [numbers.number(result.level, 1), target, numbers.signed(result.change, 1)]
    else:
        extra = [numbers.signed(result.change, 1) if view == View.CHANGE else ""]
    return {"name": _("All dimensions"), "is_sum": True, "cells": cells, "extra": extra}
