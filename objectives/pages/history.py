"""What was said of a key result over time: a page of check-ins, what corrections changed, and how
progress and confidence went side by side."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from objectives.choices import Zone
from objectives.models import CheckIn, KeyResult
from objectives.models.check_in import Correction
from objectives.progress import progress
from objectives.progress.numbers import SHARE_OF_TARGET
from productops import numbers
from productops.charts.shapes import Lane, Lanes
from teams.models import Person

PER_PAGE = 26  # half a year of weeks
DRAWN = 53  # a year and the week before it
TOP = 10  # of confidence
LABELS = {
    "on": gettext_lazy("Day"),
    "value": gettext_lazy("Value"),
    "zone": gettext_lazy("How far it is"),
    "confidence": gettext_lazy("Confidence"),
    "changed": gettext_lazy("What changed"),
    "taken": gettext_lazy("What we did about it"),
    "blockers": gettext_lazy("What is in the way"),
}


@dataclass(frozen=True)
class WordedCorrection:
    """What a correction changed, as people read it."""

    by: Person
    at: datetime
    changes: list[tuple[str, str, str]]  # label, before, after


@dataclass(frozen=True)
class HistoryLine:
    """One check-in of a history."""

    said: CheckIn
    corrections: list[WordedCorrection]
    may_correct: bool


@dataclass(frozen=True)
class HistoryPage:
    page: Page
    lines: list[HistoryLine]
    picture: Lanes | None


def history_page(
    key_result: KeyResult, number: str | None, person: Person, *, may_change: bool, on: date
) -> HistoryPage:
    """One page of what was said, newest first, in a constant number of queries."""
    page = Paginator(key_result.history(), PER_PAGE).get_page(number)
    lines = [
        HistoryLine(
            said=each,
            corrections=[_worded(one, key_result, on) for one in each.corrections()],
            may_correct=may_change or each.author_id == person.pk,
        )
        for each in page
    ]
    drawn = list(key_result.check_ins.newest_first()[:DRAWN])
    return HistoryPage(page, lines, _picture(key_result, drawn[::-1], on))


def _worded(one: Correction, key_result: KeyResult, on: date) -> WordedCorrection:
    changes = [
        (
            str(LABELS[name]),
            _shown(name, before, key_result, on),
            _shown(name, after, key_result, on),
        )
        for name, before, after in one.changes
    ]
    return WordedCorrection(one.by, one.at, changes)


def _shown(name: str, value: Any, key_result: KeyResult, on: date) -> str:
    if value in (None, ""):
        return numbers.NOTHING
    if name == "value":
        return numbers.quantity(value, key_result.unit)
    if name == "zone":
        return str(Zone(value).label)
    return numbers.short_date(date.fromisoformat(value), on) if name == "on" else str(value)


def _picture(key_result: KeyResult, said: list[CheckIn], on: date) -> Lanes | None:
    """``said`` oldest first; None before there are two of them to draw a line between."""
    if len({each.on for each in said}) < 2:
        return None
    far = tuple(_progress(key_result, each) for each in said)
    sure = tuple(each.confidence for each in said)
    known = [value for value in far if value is not None]
    low, high = min([0.0, *known]), max([1.0, *known])
    lanes = [Lane(_("Confidence"), sure, 0, TOP, "0", str(TOP))]
    if known:
        ends = (numbers.percent(low, 0), numbers.percent(high, 0))
        lanes.insert(0, Lane(_("Progress"), far, low, high, *ends, target=1.0))
    first, last = said[0].on, said[-1].on
    return Lanes(
        name=_("Progress and confidence, as they were said: the table below has the numbers"),
        at=tuple(float(each.on.toordinal()) for each in said),
        lanes=tuple(lanes),
        first=numbers.short_date(first, on),
        last=numbers.short_date(last, on),
    )


def _progress(key_result: KeyResult, said: CheckIn) -> float | None:
    """How far it was by what was known then; None for a range to keep, of which a single value
    says little."""
    if said.zone:
        return SHARE_OF_TARGET[Zone(said.zone)]
    if not key_result.is_metric or key_result.baseline is None or key_result.target is None:
        return None
    return progress(key_result.baseline, key_result.target, said.value)
