"""How a series is read, in words for its page."""

from django.utils.translation import gettext as _

from metrics.choices import RuleSet
from metrics.judgement import Stretch, runs_within, split
from metrics.portrait import Portrait
from metrics.spc.points import levels_of
from productops import cadences, numbers


def method_of(portrait: Portrait) -> list[str]:
    """Chart, rules and season of a series, and what its present limits are made of."""
    series = portrait.series
    words = {
        "chart": series.get_chart_display(),
        "rules": dict(RuleSet.choices).get(series.rule_set, series.rule_set),
    }
    said = [_("%(chart)s, rules of %(rules)s.") % words]
    if not portrait.segments or portrait.segments[-1].centre is None:
        return said
    return [
        *said,
        *filter(
            None, (slope_of(portrait), season_of(portrait), waiting_of(portrait), runs_of(portrait))
        ),
    ]


def slope_of(portrait: Portrait) -> str:
    slope, unit = portrait.segments[-1].slope, portrait.version.unit
    if slope is None:
        return ""
    words = {
        "by": numbers.quantity(abs(slope) * 10, unit),
        "period": cadences.count_of_periods(10, portrait.cadence),
    }
    if slope < 0:
        return _("The line falls by %(by)s in %(period)s.") % words
    return _("The line rises by %(by)s in %(period)s.") % words


def season_of(portrait: Portrait) -> str:
    """What became of the season that is to be taken out."""
    if not portrait.series.season:
        return ""
    season = {"season": cadences.count_of_periods(portrait.series.season, portrait.cadence)}
    if portrait.segments[-1].factors:
        return _("A season of %(season)s is taken out before values are judged.") % season
    return _("A season of %(season)s is taken out once two whole ones are known.") % season


def waiting_of(portrait: Portrait) -> str:
    """Say so where the chosen chart cannot be drawn yet, or no more."""
    chart = portrait.segments[-1].chart
    if chart == portrait.series.chart or portrait.row.is_pending:
        return ""
    return _("The numbers do not allow the chosen chart: the plain usual range is drawn.")


def runs_of(portrait: Portrait) -> str:
    """Anhøj's runs and crossings, which are about the whole stretch and no single point."""
    if portrait.series.rule_set != RuleSet.ANHOEJ:
        return ""
    runs = runs_within(*levels_here(portrait))
    if runs.longest_run is None:
        return ""
    return _(
        "Longest run %(run)s, by chance up to %(most)s; %(crossings)s crossings of the mean, by "
        "chance at least %(fewest)s."
    ) % {
        "run": runs.longest_run,
        "most": runs.longest_run_max,
        "crossings": runs.crossings,
        "fewest": runs.crossings_min,
    }


def levels_here(portrait: Portrait):
    """What was judged of the present stretch, and its limits."""
    stretch: Stretch = portrait.stretches[-1]
    dots = [spot.dot for spot in portrait.spots if spot.dot]
    here, _stretch = split(dots, portrait.stretches)[-1]
    counted = [dot for dot in here if dot.counts]
    levels = levels_of([dot.value for dot in counted], stretch.places(counted), stretch.limits)
    return levels, stretch.limits
