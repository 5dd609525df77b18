"""Stateless calculations: numbers in, limits or a verdict out; nothing is kept."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from metrics.spc import Chart, analyse
from metrics.verdict import judge, judge_beside
from productops.api import routes
from productops.api.problems import Problem

MOST_VALUES = 10_000
SPC = {
    "rule_set": "wheeler",
    "direction": None,
    "baseline": None,
    "segments": (),
    "screen": False,
    "centre": "mean",
    "target": None,
    "chart": "xmr",
    "denominators": None,
    "season": 0,
}


CONTROL = ("control_before", "control_after")


class AnalyseSpc(APIView):
    """``{values, rule_set, direction, baseline, segments, screen, centre, target, chart,
    denominators, season}`` gives limits, the signals of each point, variation and assurance.

    Each point carries the limits as they are drawn there, and its level: what of it was judged.
    """

    reads_by_post = True

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OpenApiTypes.OBJECT)
    def post(self, request) -> Response:
        body = asked(request.data, needed=("values",), optional=tuple(SPC))
        options = {name: body.get(name, default) for name, default in SPC.items()}
        chart = computed(analyse, body["values"], **options)
        return Response(chart_data(chart))


class AnalyseVerdict(APIView):
    """``{before, after, direction, smallest_effect}`` gives the verdict on a change; with
    ``control_before`` and ``control_after``, as long as the two, on the difference to them."""

    reads_by_post = True

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OpenApiTypes.OBJECT)
    def post(self, request) -> Response:
        body = asked(
            request.data,
            needed=("before", "after", "direction"),
            optional=("smallest_effect", *CONTROL),
        )
        found = computed(
            judge_beside if has_control(body) else judge,
            body["before"],
            body["after"],
            *(body[name] for name in CONTROL if has_control(body)),
            direction=body["direction"],
            smallest_effect=body.get("smallest_effect"),
        )
        names = (
            "verdict", "reason", "effect", "mde", "r1", "gate_signal", "gate_size", "sentence",
            "worth", "provisional", "missing", "p_value",
        )  # fmt: skip
        data = {name: getattr(found, name) for name in names}
        return Response(data | {"ci": found.ci and list(found.ci)})


def has_control(body: dict[str, Any]) -> bool:
    """Whether a control is given: both of its windows, or neither."""
    given = [name for name in CONTROL if body.get(name) is not None]
    for name in CONTROL:
        if given and name not in given:
            raise Problem(400, _("A control needs both windows."), field=name)
    return bool(given)


def asked(body: Any, *, needed: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, Any]:
    """The body, if it says what is needed and nothing else; its lists not too long."""
    if not isinstance(body, dict):
        raise Problem(400, _("Send an object."))
    for name in body:
        if name not in (*needed, *optional):
            raise Problem(400, _("There is no such field."), field=str(name))
    for name in needed:
        if body.get(name) is None:
            raise Problem(400, _("This field is needed."), field=name)
    for name, value in body.items():
        if isinstance(value, list) and len(value) > MOST_VALUES:
            raise Problem(422, _("Send at most 10,000 values."), field=name)
    return body


def computed(calculate: Any, *values: Any, **options: Any) -> Any:
    """The result of a calculation; its refusal names the argument first."""
    try:
        return calculate(*values, **options)
    except ValueError as refusal:
        field = str(refusal).split(" ")[0].split("[")[0].strip(".:,")
        raise Problem(422, str(refusal), field=field) from refusal


def chart_data(chart: Chart) -> dict[str, Any]:
    return {
        "segments": [
            {
                "start": segment.start,
                "stop": segment.stop,
                "centre": segment.centre,
                "lower": segment.lower,
                "upper": segment.upper,
                "mr_centre": segment.mr_centre,
                "mr_upper": segment.mr_upper,
                "provisional": segment.provisional,
                "constant": segment.constant,
            }
            for segment in chart.segments
        ],
        "points": [
            {
                "value": point.value,
                "mr": point.mr,
                "mr_outside": point.mr_outside,
                "signals": list(point.signals),
                "level": level,
                "centre": line.centre,
                "lower": line.lower,
                "upper": line.upper,
            }
            for point, line, level in zip(chart.points, chart.lines, chart.levels, strict=True)
        ],
        "variation": chart.variation,
        "assurance": chart.assurance,
        "longest_run": chart.longest_run,
        "crossings": chart.crossings,
        "runs_signal": chart.runs_signal,
        "r1": chart.r1,
    }


routes.add("analyse/spc/", AnalyseSpc)
routes.add("analyse/verdict/", AnalyseVerdict)
