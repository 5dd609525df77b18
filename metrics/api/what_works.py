"""What works here, for programs."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from metrics import access
from metrics.what_works import Case, Lever, ending, levers_of
from productops.api import routes


class WhatWorks(APIView):
    """Of each kind of lever all that was tried, with effects in sigma of the time before (above 0
    is better), and from five measured ones on the pooled effect with its prediction interval."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request) -> Response:
        levers = levers_of(access.tried_promises(request.user))
        return Response({"levers": [lever_data(lever) for lever in levers]})


def lever_data(lever: Lever) -> dict[str, Any]:
    pooled = lever.pooled
    return {
        "kind": lever.kind,
        "tried": len(lever.cases),
        "measured": lever.measured,
        "pooled": pooled
        and {
            "mean": pooled.mean,
            "interval": pooled.interval,
            "prediction": pooled.prediction,
            "tau2": pooled.tau2,
            "q": pooled.q,
        },
        "cases": [case_data(case) for case in lever.cases],
    }


def case_data(case: Case) -> dict[str, Any]:
    return {
        "improvement": case.improvement.pk,
        "title": case.improvement.title,
        "registration": case.promise.pk,
        "series": case.promise.series_id,
        "verdict": case.verdict and case.verdict.result,
        "delivery": case.improvement.delivery,
        "ending": ending(case),
        "effect": case.g,
        "variance": case.v,
        "shrunken": case.shrunken,
    }


routes.add("what-works/", WhatWorks)
