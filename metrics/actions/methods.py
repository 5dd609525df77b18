"""How a series is read: by which rules, by which chart, and with which season taken out."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from metrics.actions.facts import spans_by_series
from metrics.actions.marking import mark
from metrics.choices import RuleSet
from metrics.models import Segment, Snapshot
from metrics.periods import DAY, MONTH, QUARTER, WEEK, Span, span_on
from metrics.spc import Place
from metrics.spc.kinds import longest_baseline
from metrics.spc.season import SEASONS_NEEDED, has_seasons
from metrics.stretches import PER_CENT
from objectives.choices import Chart
from objectives.models import Series
from productops import clock
from productops.cadences import count_between
from productops.changelog import record
from productops.measures import Aggregation
from teams.models import Person

LONGEST_SEASON = 400  # periods: a year of days and some
# What a season usually is, in periods of each cadence.
SEASONS = {DAY: (7,), WEEK: (4, 13, 52), MONTH: (3, 6, 12), QUARTER: (4,)}
# Aggregations that give the total of a period, which is no gap between two events.
TOTALS = (Aggregation.SUM, Aggregation.COUNT)
READ_BY = ("rule_set", "chart", "season")


class CannotRead(ValueError):  # noqa: N818  a sentence for people, not a fault
    """Why a series cannot be read in the way that was asked for; ``field`` is what is wrong."""

    def __init__(self, field: str, said: str) -> None:
        super().__init__(said)
        self.field = field


class Known(NamedTuple):
    """What decides which charts fit: the definition of today, and the values that there are."""

    span: Span
    points: Sequence[tuple[Any, float, float | None]]  # period, value, denominator

    @property
    def values(self) -> list[float]:
        return [value for _period, value, _size in self.points]


def known_of(series: Series) -> Known:
    spans = spans_by_series([series.pk])[series.pk]
    rows = Snapshot.objects.known().of(series)
    points = list(rows.values_list("period", "value", "denominator"))
    return Known(span_on(spans, clock.today()), points)


def charts_for(known: Known) -> list[str]:
    """The charts that fit the numbers of a series: those of ratios need their denominators, those
    of rare events a value that may be a gap between two."""
    return [chart for chart in Chart.values if not why_not(chart, known)]


def why_not(chart: str, known: Known) -> str:
    """Why a chart does not fit; "" where it may."""
    aggregation, values = known.span.aggregation, known.values
    if chart in (Chart.P, Chart.U):
        if aggregation != Aggregation.RATIO or not all(size for *_rest, size in known.points):
            return _("This chart needs a denominator for each value: it is for ratios.")
        whole = PER_CENT if known.span.unit == "%" else 1.0
        if chart == Chart.P and not all(0 <= value <= whole for value in values):
            return _("These values are no shares of a whole.")
    if chart in (Chart.T, Chart.G):
        if aggregation == Aggregation.RATIO or aggregation in TOTALS:
            return _("This chart is for gaps between events, not for totals or ratios.")
        if chart == Chart.G and any(value % 1 for value in values):
            return _("Cases between events are whole numbers; these values are not.")
    if chart not in (Chart.XMR, Chart.TREND) and any(value < 0 for value in values):
        return _("Some values are below 0, which this chart cannot show.")
    return ""


def refuse_season(season: int, chart: str, known: Known, series: Series) -> None:
    """Raise CannotRead unless a season can be told from the numbers, or none is asked for."""
    if not season:
        return
    if not 2 <= season <= LONGEST_SEASON:
        said = _("A season has 2 to %(most)s periods.") % {"most": LONGEST_SEASON}
        raise CannotRead("season", said)
    if chart != Chart.XMR:
        raise CannotRead("season", _("A season can be taken out of the usual range (XmR) only."))
    base = baseline_of(series, known, season)
    if not has_seasons([place for place, _value in base], season):
        said = ngettext(
            "Each part of the season has to be known twice before the newest value: "
            "%(needed)s values; there is %(count)s.",
            "Each part of the season has to be known twice before the newest value: "
            "%(needed)s values; there are %(count)s.",
            len(base),
        ) % {"needed": SEASONS_NEEDED * season, "count": len(base)}
        raise CannotRead("season", said)
    totals = [0.0] * season
    for place, value in base:
        totals[place.time % season] += value
    if min(totals) <= 0:
        said = _("A season is a share of the mean, so each part of it has to be above 0.")
        raise CannotRead("season", said)


def baseline_of(series: Series, known: Known, season: int) -> list[tuple[Place, float]]:
    """The values that the present limits would come from, each with its place."""
    begins = Segment.objects.filter(series=series).values_list("from_period", flat=True).last()
    here = [point for point in known.points if begins is None or point[0] >= begins]
    return [
        (Place(count_between(here[0][0], period, known.span.cadence)), value)
        for period, value, _size in here[:-1][: longest_baseline(season)]
    ]


@transaction.atomic
def choose_method(
    *, series: Series, rule_set: str, chart: str, season: int, reason: str, by: Person
) -> Series:
    """Read a series by other rules, another chart or another season from now on, history included.

    Limits that somebody held were of the former chart: they end. Raises CannotRead, which names
    the field, without a reason and for what does not fit the numbers.
    """
    series = Series.objects.select_for_update().get(pk=series.pk)
    before = {name: getattr(series, name) for name in READ_BY}
    after = {"rule_set": str(rule_set), "chart": str(chart), "season": season}
    if before == after:
        return series
    check_method(series, after, reason)
    for name, value in after.items():
        setattr(series, name, value)
    series.save(update_fields=READ_BY)
    record(by=by, row=series, verb="method", before=before, after=after | {"reason": reason})
    if (before["chart"], before["season"]) != (after["chart"], after["season"]):
        let_go(series)
    read_anew(series)
    return series


def check_method(series: Series, wanted: dict[str, Any], reason: str) -> None:
    if not reason.strip():
        raise CannotRead("reason", _("Say why it is read in another way."))
    if wanted["rule_set"] not in RuleSet.values:
        raise CannotRead("rule_set", _("There is no such rule set."))
    if wanted["chart"] not in Chart.values:
        raise CannotRead("chart", _("There is no such chart."))
    known = known_of(series)
    if wanted["chart"] != series.chart and (refusal := why_not(wanted["chart"], known)):
        raise CannotRead("chart", refusal)
    refuse_season(wanted["season"], wanted["chart"], known, series)


def let_go(series: Series) -> None:
    """Limits of the former chart hold nothing any more, not even those that a person locked."""
    Segment.objects.filter(series=series).update(
        locked_at=None, locked_by=None, baseline_until=None
    )


def read_anew(series: Series) -> None:
    """Mark the oldest and the newest point: from the oldest on all limits may move."""
    periods = Snapshot.objects.known().of(series).values_list("period", flat=True)
    ends = {day for day in (periods.first(), periods.last()) if day}
    mark({(series.pk, day) for day in ends}, now=timezone.now())
