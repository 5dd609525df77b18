"""The targets of a series over time, all at once."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from objectives import access, actions
from objectives.models import Series
from productops.api import routes
from productops.api.fields import DateField, NumberField
from productops.api.serializers import StrictSerializer


class TargetStepSerializer(StrictSerializer):
    """What the series should be from a day on: at least ``low``, at most ``high``, or between."""

    from_on = DateField()
    low = NumberField(required=False, allow_null=True, default=None)
    high = NumberField(required=False, allow_null=True, default=None)


class TargetsSerializer(StrictSerializer):
    """No targets at all: the series has "No target"."""

    targets = serializers.ListField(child=TargetStepSerializer(), max_length=400)


class SeriesTargets(APIView):
    """The targets of a series, oldest first. PUT replaces them all by those that it sends."""

    @extend_schema(responses=TargetsSerializer)
    def get(self, request, pk: int) -> Response:
        return Response(told(access.series_to_read(request.user, pk)))

    @extend_schema(request=TargetsSerializer, responses=TargetsSerializer)
    def put(self, request, pk: int) -> Response:
        series = access.series_to_change(request.user, pk)
        sent = TargetsSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        steps = [
            (each["from_on"], each["low"], each["high"]) for each in sent.validated_data["targets"]
        ]
        actions.plan_targets(series=series, steps=steps, by=request.user)
        return Response(told(series))


def told(series: Series) -> dict:
    rows = series.targets.order_by("from_on").values("from_on", "low", "high")
    return {"targets": list(rows)}


routes.add("series/<int:pk>/targets/", SeriesTargets, "series-targets")
