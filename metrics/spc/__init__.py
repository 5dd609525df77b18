"""Process behaviour charts: limits, signals and readings by Wheeler's XmR and kin."""

from metrics.spc.anhoej import RunCount, count_runs
from metrics.spc.chart import Chart, Segment, analyse
from metrics.spc.kinds import CHARTS, Form, fitted
from metrics.spc.levels import Place
from metrics.spc.limits import LIMITS_FROM, LOCKS_AT, PROVISIONAL_BELOW, Limits, limits_of
from metrics.spc.many import LimitsOfMany, limits_of_many
from metrics.spc.points import Point, judge_points
from metrics.spc.readings import assurance, autocorrelation, variation
from metrics.spc.rules import RULE_SETS, SIGNALS

__all__ = [
    "CHARTS",
    "LIMITS_FROM",
    "LOCKS_AT",
    "PROVISIONAL_BELOW",
    "RULE_SETS",
    "SIGNALS",
    "Chart",
    "Form",
    "Limits",
    "LimitsOfMany",
    "Place",
    "Point",
    "RunCount",
    "Segment",
    "analyse",
    "assurance",
    "autocorrelation",
    "count_runs",
    "fitted",
    "judge_points",
    "limits_of",
    "limits_of_many",
    "variation",
]
