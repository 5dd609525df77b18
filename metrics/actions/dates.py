"""Dates as tables write them, turned into what ISO 8601 writes."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

# How a table may write when something was. ISO needs no name: it is read as it is.
DATES = {
    "dmy": _("31.03.2026 or 31/03/2026: day first"),
    "mdy": _("03/31/2026: month first"),
    "month": _("2026-03: a month"),
    "seconds": _("1774915200: seconds since 1970"),
}
_PARTS = re.compile(r"\s*([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})(?:[ T]+([0-9:]{4,8}))?\s*")
_DAY = re.compile(r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2})")
_MONTH = re.compile(r"\s*([0-9]{4})[-/.]?([0-9]{2})\s*")
_SECONDS = re.compile(r"\s*[0-9]{1,11}(?:\.[0-9]+)?\s*")


def plain_date(text: Any, form: str) -> Any:
    """The date as ISO writes it; what is not written in this form stays, and is judged as it is."""
    return FORMS[form](text) if isinstance(text, str) and form in FORMS else text


def is_before(text: Any, day: str) -> bool:
    """Whether a text begins with an ISO date earlier than ``day``; what is no date is not."""
    found = _DAY.match(text) if isinstance(text, str) else None
    return found is not None and found.group(1) < day


def _from_parts(text: str, order: tuple[int, int, int]) -> str:
    found = _PARTS.fullmatch(text)
    if found is None:
        return text
    year, month, day = (found.group(place) for place in order)
    time = f"T{found.group(4).zfill(5)}" if found.group(4) else ""
    return f"{year}-{month.zfill(2)}-{day.zfill(2)}{time}"


def _from_month(text: str) -> str:
    found = _MONTH.fullmatch(text)
    return f"{found.group(1)}-{found.group(2)}-01" if found else text


def _from_seconds(text: str) -> str:
    if _SECONDS.fullmatch(text) is None:
        return text
    return datetime.fromtimestamp(int(float(text)), UTC).isoformat().replace("+00:00", "Z")


FORMS: dict[str, Callable[[str], str]] = {
    "dmy": lambda text: _from_parts(text, (3, 2, 1)),
    "mdy": lambda text: _from_parts(text, (3, 1, 2)),
    "month": _from_month,
    "seconds": _from_seconds,
}
