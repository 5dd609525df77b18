"""Before and after made comparable where a series has a season or a trend of its own.

What would have come without the change is then an estimate from the time before, and an estimate
errs: the points are spread so much further that intervals and limits hold what it may be off by.
Pure: windows and limits in, windows out.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt

from metrics.judgement import Dot, Stretch
from metrics.spc import Form, Place, fitted
from metrics.spc.limits import mean
from metrics.spc.season import Seasonal, widening
from metrics.spc.trend import Sloped
from metrics.windows import Windows

SLOPED_FROM = 6  # points: a line through fewer says nothing


def comparable(windows: Windows, stretch: Stretch | None, chart: str) -> Windows:
    """Windows without the season of the stretch that the points before lie in, or without the
    trend of the points before, where the series is read so; else as they are."""
    if not windows.before or not windows.after or stretch is None:
        return windows
    if chart == "trend" and len(windows.before) >= SLOPED_FROM:
        return without_trend(windows, stretch)
    if isinstance(stretch.limits.levelling, Seasonal):
        return without_season(windows, stretch, stretch.limits.levelling)
    return windows


def without_season(windows: Windows, stretch: Stretch, season: Seasonal) -> Windows:
    """Divide by the factors; the points that these come from are spread by their error."""
    before, after, trigger = (
        levelled(dots, stretch, season) for dots in (windows.before, windows.after, windows.trigger)
    )
    spread_by = widening(stretch.limits.n, len(season.factors))
    return replace(windows, before=spread(before, spread_by), after=after, trigger=trigger)


def without_trend(windows: Windows, stretch: Stretch) -> Windows:
    """Take the line through the points before away from all, as it stood when the change began.

    A difference to a line that is drawn on has the variance 1/n + 1/m + (distance of the middles)²
    / (sum of squares of the times before) instead of 1/n + 1/m (Turner et al. 2021 on interrupted
    time series; any textbook on prediction from a regression).
    """
    places = places_of(windows.before, stretch)
    start = stretch.place(windows.starts).time
    form = Form(chart="trend")
    line = fitted([dot.value for dot in windows.before], places, form, since=start).levelling
    assert isinstance(line, Sloped)
    before, after, trigger = (
        levelled(dots, stretch, line) for dots in (windows.before, windows.after, windows.trigger)
    )
    reach = extrapolated(places, places_of(windows.after, stretch))
    before, after = spread(before, reach), spread(after, reach)
    return replace(windows, before=before, after=after, trigger=trigger)


def extrapolated(before: Sequence[Place], after: Sequence[Place]) -> float:
    """By how much wider a difference to the drawn-on line may be than one to a mean."""
    times = [float(place.time) for place in before]
    middle, later = mean(times), mean([float(place.time) for place in after])
    plain = 1 / len(before) + 1 / len(after)
    squares = sum((time - middle) ** 2 for time in times)
    return sqrt((plain + (later - middle) ** 2 / squares) / plain)


def places_of(dots: Sequence[Dot], stretch: Stretch) -> list[Place]:
    return [stretch.place(dot.period) for dot in dots]


def levelled(dots: Sequence[Dot], stretch: Stretch, way: Seasonal | Sloped) -> tuple[Dot, ...]:
    places = places_of(dots, stretch)
    return tuple(
        dot._replace(value=way.level(dot.value, place))
        for dot, place in zip(dots, places, strict=True)
    )


def spread(dots: Sequence[Dot], factor: float) -> tuple[Dot, ...]:
    """Move points away from their mean by a factor."""
    middle = mean([dot.value for dot in dots])
    return tuple(dot._replace(value=middle + (dot.value - middle) * factor) for dot in dots)
