"""Whole weeks, months or quarters of every KPI, with the change to the one before and to the one
a year ago."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from metrics import periods
from metrics.boards.content import KpiLine
from metrics.scorecard import Row
from productops import querystrings

PERIODS = (periods.WEEK, periods.MONTH, periods.QUARTER)


def ways(params: QueryDict, current: str) -> list[dict[str, Any]]:
    """The switch as links beside each other: the newest of each KPI, then whole periods."""
    names = {
        "": _("Newest"),
        periods.WEEK: _("Week"),
        periods.MONTH: _("Month"),
        periods.QUARTER: _("Quarter"),
    }
    return [
        {"text": text, "is_current": key == current, "url": address(params, key)}
        for key, text in names.items()
    ]


def address(params: QueryDict, period: str) -> str:
    if period:
        return querystrings.replaced(params, period=period)
    return querystrings.without(params, "period")


def switched(lines: Iterable[KpiLine], rows: Iterable[Row], period: str, today: date):
    return list(lines)


def values_now(lines: Iterable[KpiLine], today: date) -> dict:
    return {}
