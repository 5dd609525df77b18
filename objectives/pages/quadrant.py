"""Two signals of every running key result, side by side and never merged: the pace that is computed
and the confidence that its owner says."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from objectives.choices import CONFIDENT_FROM, Pace
from objectives.columns import columns_of_key_results
from objectives.models import KeyResult
from objectives.pages.objectives import KeyResultRow, key_result_row
from objectives.standing import Standing
from productops.charts.shapes import Placed, Quadrant

PER_PAGE = 50
FIRST = 5  # key results to talk about first
TOP = 10  # of confidence
SPLIT = 0.5  # where "on track" and "confident" begin as drawn, whichever limits a pace has
EDGE = 0.04  # what a dot keeps away from lines, and twice from the names in the corners
BEST_PACE = 1.5  # what is faster is drawn there
FIELDS = ((True, False), (True, True), (False, False), (False, True))  # on pace, confident


@dataclass(frozen=True)
class Signalled:
    """One key result whose pace and confidence are both known."""

    key: int
    standing: Standing

    @property
    def field(self) -> tuple[bool, bool]:
        """(on pace, confident)"""
        said = self.standing.confidence or 0
        return self.standing.status == Pace.ON_TRACK, said >= CONFIDENT_FROM

    @property
    def across(self) -> float:
        """Where the confidence lies on its axis; both halves are as wide, so that names fit."""
        said = self.standing.confidence or 0
        if said < CONFIDENT_FROM:
            return SPLIT * (said + 0.5) / CONFIDENT_FROM
        return SPLIT + (1 - SPLIT) * (said - CONFIDENT_FROM + 0.5) / (TOP - CONFIDENT_FROM + 1)

    @property
    def up(self) -> float:
        """Where the pace lies on its axis: below the line unless it is on track."""
        pace = self.standing.pace if self.standing.pace is not None else self.standing.progress
        share = min(1.0, max(0.0, (pace or 0.0) / BEST_PACE))
        if self.standing.status == Pace.ON_TRACK:
            return SPLIT + EDGE + (1 - SPLIT - 3 * EDGE) * share
        return 2 * EDGE + (SPLIT - 3 * EDGE) * share

    @property
    def distance(self) -> float:
        return abs(self.across - self.up)


@dataclass(frozen=True)
class SignalsPage:
    """``counts``: (name, number) of each field; ``first``: what to talk about first; ``page`` and
    ``rows``: all of them, those that disagree in front; ``silent``: without one of the signals."""

    chart: Quadrant
    counts: list[tuple[str, int]]
    first: list[KeyResultRow]
    page: Page
    rows: list[tuple[KeyResultRow, str]]
    silent: int

    @property
    def disagreeing(self) -> int:
        """On how many the number says one thing, its owner another: the first and last field."""
        return self.counts[0][1] + self.counts[-1][1]

    @property
    def compared(self) -> int:
        return sum(number for _name, number in self.counts)


def signals_page(key_results: Any, on: date, number: str | None) -> SignalsPage:
    """Of ``key_results``, narrowed, only those of the page are read in full."""
    known, silent = _signalled(key_results, on)
    known.sort(key=lambda one: (not one.standing.disagrees, -one.distance, one.key))
    page = Paginator(known, PER_PAGE).get_page(number)
    first = [one for one in known[:FIRST] if one.standing.disagrees]
    keys = {one.key for one in (*first, *page)}
    full = KeyResult.objects.with_standing().in_bulk(keys)
    rows = {pk: key_result_row(each, on) for pk, each in full.items()}
    names = field_names()
    counted = Counter(one.field for one in known)
    counts = [(names[field], counted[field]) for field in FIELDS]
    return SignalsPage(
        chart=_drawn(page, rows, counts),
        counts=counts,
        first=[rows[one.key] for one in first],
        page=page,
        rows=[(rows[one.key], names[one.field]) for one in page],
        silent=silent,
    )


def field_names() -> dict[tuple[bool, bool], str]:
    return {
        (True, False): _("On pace, but doubted"),
        (True, True): _("Going well"),
        (False, False): _("Needs help"),
        (False, True): _("Behind, but confident"),
    }


def _signalled(key_results: Any, on: date) -> tuple[list[Signalled], int]:
    columns = columns_of_key_results(key_results, on)
    rows = [Signalled(each.key, each.standing(on)) for each in columns]
    known = [
        row
        for row in rows
        if row.standing.confidence is not None and row.standing.status != Pace.UNKNOWN
    ]
    return known, len(rows) - len(known)


def _drawn(
    page: Iterable[Signalled], rows: dict[int, KeyResultRow], counts: list[tuple[str, int]]
) -> Quadrant:
    dots = [_dot(one, rows[one.key]) for one in page]
    upper_left, upper_right, lower_left, lower_right = (name for name, _count in counts)
    return Quadrant(
        name=_("Pace against confidence; the table below says the same"),
        fields=(upper_left, upper_right, lower_left, lower_right),
        across=_("Confidence said, 0 to 10"),
        up=_("Pace computed"),
        dots=tuple(dots),
        split_x=SPLIT,
        split_y=SPLIT,
    )


def _dot(one: Signalled, row: KeyResultRow) -> Placed:
    return Placed(
        x=one.across,
        y=one.up,
        name=f"{row.key_result.title}: {row.word}, {row.confidence}",
        url=row.key_result.get_absolute_url(),
        kind="bad" if one.standing.disagrees else "good",
    )
