"""The signals of a dashboard or list weighed against chance, in words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from metrics import honesty, periods
from metrics.honesty import Portfolio, Watched
from metrics.scorecard import Row
from productops import numbers

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Candour:
    """What the panel says: a portfolio, and the rows with a signal, each with whether it stands."""

    portfolio: Portfolio
    signals: tuple[tuple[Row, bool], ...]

    @property
    def expectation(self) -> str:
        found = self.portfolio
        words = {
            "points": found.points,
            "n": found.series,
            "expected": numbers.number(found.expected, 1 if found.expected >= 1 else 2),
        }
        return (
            ngettext(
                "%(points)s new points of %(n)s series this week: about %(expected)s signals would "
                "come by chance alone.",
                "%(points)s new points of %(n)s series this week: about %(expected)s signals would "
                "come by chance alone.",
                found.series,
            )
            % words
        )

    @property
    def observation(self) -> str:
        found = self.portfolio
        if not found.seen:
            return _("None was seen.")
        said = ngettext(
            "%(n)s was seen; chance alone gives as many or more in %(share)s of weeks.",
            "%(n)s were seen; chance alone gives as many or more in %(share)s of weeks.",
            found.seen,
        )
        return said % {"n": found.seen, "share": share_of(found.chance)}

    @property
    def rule(self) -> str:
        return _("Of those that stand out, %(q)s at most are expected to be false.") % {
            "q": numbers.percent(self.portfolio.q, 0)
        }


def share_of(chance: float) -> str:
    """A chance as per cent; one below a hundredth is not none."""
    least = 0.01
    if 0 < chance < least:
        return _("less than %(share)s") % {"share": numbers.percent(least, 0)}
    return numbers.percent(chance, 0)


def candour_of(rows: Sequence[Row], today: date) -> Candour:
    """Weigh the signals of these rows; from what their states keep, without a query."""
    watched = [one for row in rows if (one := watched_of(row, today)) is not None]
    found = honesty.portfolio(watched)
    stands = set(found.stands)
    return Candour(found, tuple((row, key_of(row) in stands) for row in rows if has_signal(row)))


def has_signal(row: Row) -> bool:
    return bool(row.state.signals) and not row.is_stale


def key_of(row: Row) -> str:
    return str(row.series.pk)


def watched_of(row: Row, today: date) -> Watched | None:
    """A row that is judged: it has limits, and numbers that are not too old."""
    state = row.state
    if state.upper is None or state.centre is None or row.is_stale:
        return None
    fresh = [point for point in state.recent if is_of_week(point, row.version.cadence, today)]
    return Watched(
        key=key_of(row),
        rule_set=row.series.rule_set,
        n=state.n,
        r1=state.r1,
        places=tuple(places_of(state)),
        points=len(fresh),
        signals=sum(bool(point[4]) for point in fresh),
    )


def is_of_week(point: Sequence[Any], cadence: str, today: date) -> bool:
    """Whether a point that counts was closed within the last seven days."""
    first, value, is_complete, is_excluded, *_mark = point
    if value is None or not is_complete or is_excluded:
        return False
    ended = periods.next_first(date.fromisoformat(first), cadence)
    return today - WEEK < ended <= today


def places_of(state: Any) -> Iterator[float]:
    """Where the points of the present stretch lie from their mean, in sigmas."""
    if not state.recent_limits:
        return
    begins, centre, lower, upper, _provisional, *more = state.recent_limits[-1]
    here = [point for point in state.recent if point[0] >= begins]
    lines: Iterable[Any] = more[0] if more and more[0] else [[centre, lower, upper]] * len(here)
    for point, (middle, low, high) in zip(here, lines, strict=False):
        if point[1] is None or not point[2] or point[3] or middle is None:
            continue
        edge = high if point[1] > middle else low
        if edge is not None and edge != middle:
            yield 3 * (point[1] - middle) / abs(edge - middle)
