"""What an improvement costs, what is foreseen of it, how it scores."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from metrics import access, worth_card
from metrics.actions import worth as actions
from metrics.choices import ScoringModel
from metrics.models import Estimate, Improvement, Registration
from metrics.scorecard import versions_on
from productops import clock
from productops.api import routes
from productops.api.fields import TextField
from productops.api.problems import Problem
from productops.api.serializers import RecordSerializer, StrictSerializer, Visible

WRITERS = ("admin", "ops", "pm")


class EstimateSerializer(RecordSerializer):
    class Meta:
        model = Estimate
        fields = ["cost_once", "cost_per_year", "effort_days", "day_rate", "currency", "version"]
        read_only_fields = ["version"]

    def validate(self, attrs):
        wrong = {
            name: _("A cost is not below 0.")
            for name, value in attrs.items()
            if name != "currency" and value is not None and value < 0
        }
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs

    def validate_currency(self, code: str) -> str:
        if len(code) != 3 or not code.isascii() or not code.isalpha():
            raise serializers.ValidationError(_("Write the three letters of a currency."))
        return code.upper()


class ForecastSerializer(StrictSerializer):
    registration = Visible(queryset=Registration.objects.all())
    value = serializers.FloatField()
    note = TextField(max_length=500, required=False, allow_blank=True, default="")


class ScoreSerializer(StrictSerializer):
    model = serializers.ChoiceField(choices=ScoringModel.choices)
    inputs = serializers.DictField(child=serializers.FloatField())


class Worth(APIView):
    """Target, forecast and actual of each promise, cost and scores."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request, pk: int) -> Response:
        improvement = access.improvement_to_read(request.user, pk)
        promises = list(access.promises_of(request.user, improvement).prefetch_related("forecasts"))
        versions = versions_on(clock.today(), {one.series.kpi_id for one in promises})
        units = {kpi: version.unit for kpi, version in versions.items()}
        effects = worth_card.effects_of(improvement, promises, units)
        return Response(
            {
                "cost": cost_of(improvement),
                "effects": [told(one) for one in effects],
                "scores": dict(improvement.priorities.values_list("model", "value")),
            }
        )


def cost_of(improvement: Improvement) -> dict | None:
    estimate = worth_card.estimate_of(improvement)
    if estimate is None:
        return None
    yearly = worth_card.yearly_of(estimate)
    return dict(EstimateSerializer(estimate).data) | {"a_year": f"{yearly:.2f}"}


def told(one: worth_card.Effect) -> dict:
    return {
        "registration": one.registration.pk,
        "unit": one.unit,
        "expected": one.expected,
        "forecast": one.forecast,
        "actual": one.actual,
        "cost_per_unit": None if one.per_unit is None else f"{one.per_unit:.2f}",
    }


class Cost(APIView):
    """PUT says what it costs: money once and a year, days of work and the cost of one."""

    roles = WRITERS

    @extend_schema(request=EstimateSerializer, responses=EstimateSerializer)
    def put(self, request, pk: int) -> Response:
        improvement = access.improvement_to_change(request.user, pk)
        row = worth_card.estimate_of(improvement) or Estimate(improvement=improvement)
        body = EstimateSerializer(row, data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        sent = request.data.get("version") if isinstance(request.data, Mapping) else None
        if row.pk and sent is not None and sent != row.version:
            raise Problem(409, _("This has changed since you read it."), field="version")
        before = {name: getattr(row, name) for name in body.validated_data}
        for name, value in body.validated_data.items():
            setattr(row, name, value)
        after = body.validated_data
        saved = actions.estimate(row=row, by=request.user, before=before, after=after)
        return Response(EstimateSerializer(saved).data)


class Forecasts(APIView):
    """POST says what one expects of a promise now; what was said before stays."""

    roles = WRITERS

    @extend_schema(request=ForecastSerializer, responses={201: OpenApiTypes.OBJECT})
    def post(self, request, pk: int) -> Response:
        improvement = access.improvement_to_change(request.user, pk)
        body = ForecastSerializer(data=request.data, context={"request": request})
        body.is_valid(raise_exception=True)
        said = body.validated_data
        if said["registration"].improvement_id != improvement.pk:
            raise Problem(422, _("It is a promise of another improvement."), field="registration")
        forecast = actions.foresee(on=clock.today(), by=request.user, **said)
        answer = {"id": forecast.pk, "on": forecast.on, "value": forecast.value}
        return Response(answer, status=201)


class Score(APIView):
    """PUT ``{model, inputs}`` scores it by rice, wsjf, ice or cost_of_delay."""

    roles = WRITERS

    @extend_schema(request=ScoreSerializer, responses=OpenApiTypes.OBJECT)
    def put(self, request, pk: int) -> Response:
        improvement = access.improvement_to_change(request.user, pk)
        body = ScoreSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            priority = actions.prioritise(
                improvement=improvement, by=request.user, **body.validated_data
            )
        except ValueError as refusal:
            raise Problem(422, str(refusal), field="inputs") from refusal
        return Response({"model": priority.model, "score": priority.value})


routes.add("improvements/<int:pk>/worth/", Worth, name="improvement-worth")
routes.add("improvements/<int:pk>/worth/cost/", Cost, name="improvement-worth-cost")
routes.add("improvements/<int:pk>/worth/forecasts/", Forecasts, name="improvement-worth-forecasts")
routes.add("improvements/<int:pk>/worth/score/", Score, name="improvement-worth-score")
