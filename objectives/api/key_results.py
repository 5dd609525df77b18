import django_filters
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from objectives import actions
from objectives.api.checking import RealismField
from objectives.api.fields import MeaningField, PersonField, StandingField, SubjectField, WordsField
from objectives.choices import Pace
from objectives.models import KeyResult, Kpi, Objective, Series
from objectives.pages.check_ins import check_in_beginning
from objectives.pages.on_time import COLUMNS as ON_TIME_COLUMNS
from objectives.pages.on_time import on_time_lines, on_time_page
from productops import clock
from productops.api import routes
from productops.api.fields import NumberField, TextField
from productops.api.serializers import RecordSerializer, StrictSerializer, Visible
from productops.api.views import RecordViewSet


class KeyResultSerializer(RecordSerializer):
    """``kpi`` and ``subject`` (default: the objective's) name the series, which begins where
    there is none; ``series`` names one that is there. Where ``meaning`` has changed, numbers that
    are written anew hold again; ``anew`` says so of those that stand."""

    objective = Visible(queryset=Objective.objects.all(), to_change=True)
    owner = PersonField(required=False)
    series = Visible(queryset=Series.objects.all(), required=False, allow_null=True)
    kpi = Visible(key="slug", queryset=Kpi.objects.all(), required=False, write_only=True)
    subject = SubjectField(to_change=True, required=False, write_only=True)
    zones = WordsField(required=False)
    weight = NumberField(required=False)
    unit = serializers.CharField(read_only=True)
    standing = StandingField()
    realism = RealismField()
    meaning = MeaningField()
    anew = serializers.BooleanField(required=False, write_only=True)

    class Meta:
        model = KeyResult
        fields = [
            "id", "objective", "title", "owner", "kind", "series", "kpi", "subject", "baseline",
            "commit", "target", "stretch", "low", "high", "zones", "weight", "unit", "standing",
            "realism", "meaning", "anew", "plan", "said_status", "said_reason", "said_status_on",
            "carried_from", "final_progress", "final_value", "final_zone", "graded_on", "version",
            "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = [
            "id", "plan", "said_status", "said_reason", "said_status_on", "carried_from",
            "final_progress", "final_value", "final_zone", "graded_on", "version",
        ]  # fmt: skip

    def validate_weight(self, weight: float) -> float:
        if weight < 0:
            raise serializers.ValidationError("A weight is not negative.")
        return weight

    def create(self, validated_data) -> KeyResult:
        owner = validated_data.pop("owner", validated_data["objective"].owner)
        validated_data.pop("anew", None)
        return actions.add_key_result(owner=owner, **validated_data)

    def update(self, key_result: KeyResult, validated_data) -> KeyResult:
        actions.change_key_result(key_result=key_result, **validated_data)
        return key_result


class PlannedValueSerializer(StrictSerializer):
    on = serializers.DateField()
    value = NumberField()


class PlanSerializer(StrictSerializer):
    plan = PlannedValueSerializer(many=True)


class OverrulingSerializer(StrictSerializer):
    status = serializers.ChoiceField(choices=Pace.choices)
    reason = TextField(max_length=5_000)


class DraftSerializer(serializers.Serializer):
    """``seen`` is the newest check-in, to be sent with one's own."""

    key_result = serializers.IntegerField()
    on = serializers.DateField()
    changed = serializers.CharField()
    seen = serializers.IntegerField()


class KeyResultFilter(FilterSet):
    objective = django_filters.NumberFilter("objective")
    kpi = django_filters.CharFilter("series__kpi__slug")

    class Meta:
        model = KeyResult
        fields = ["owner", "kind", "series"]


class KeyResultViewSet(RecordViewSet):
    """How one would see that an objective is reached. Of baseline, commit, target and stretch any
    two give the others."""

    queryset = KeyResult.objects.with_standing().order_by("-pk")
    serializer_class = KeyResultSerializer
    filterset_class = KeyResultFilter

    def perform_destroy(self, key_result: KeyResult) -> None:
        actions.discard_key_result(key_result=key_result, by=self.request.user)

    @action(detail=True, methods=["post"], serializer_class=PlanSerializer)
    def plan(self, request, pk=None) -> Response:
        """Let it have exactly these steps; none is a straight line."""
        key_result = self.get_object()
        asked = PlanSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        steps = [(step["on"], step["value"]) for step in asked.validated_data["plan"]]
        actions.plan_way(key_result=key_result, steps=steps, by=request.user)
        return self.shown(key_result)

    @action(detail=True, methods=["post"], serializer_class=OverrulingSerializer)
    def overrule(self, request, pk=None) -> Response:
        """Set another status than the pace does, until the next check-in."""
        key_result = self.get_object()
        asked = OverrulingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        actions.overrule(key_result=key_result, by=request.user, **asked.validated_data)
        return self.shown(key_result)

    @action(detail=True, serializer_class=DraftSerializer)
    def draft(self, request, pk=None) -> Response:
        """What a check-in of today would begin with, drafted from what is known; never stored."""
        rows = KeyResult.objects.with_evidence(request.user)
        key_result = rows.get(pk=self.get_object().pk)
        beginning = check_in_beginning(key_result, clock.today())
        return Response(DraftSerializer(beginning | {"key_result": key_result.pk}).data)

    @action(detail=False, url_path="on-time", filterset_class=None, pagination_class=None)
    def on_time(self, request) -> Response:
        """Whether words are said weekly: by what it is about, by owner and by week."""
        found = on_time_page(request.user, clock.today())
        lines = [dict(zip(ON_TIME_COLUMNS, line, strict=True)) for line in on_time_lines(found)]
        return Response(
            {
                "due": found.whole.due,
                "said": found.whole.said,
                "teams_with_kpis": {"n": found.teams.some, "of": found.teams.whole},
                "kpis_on_time": {"n": found.kpis.some, "of": found.kpis.whole},
                "lines": lines,
            }
        )

    def shown(self, key_result: KeyResult) -> Response:
        context = self.get_serializer_context()
        return self.tagged(
            key_result, Response(KeyResultSerializer(key_result, context=context).data)
        )


routes.register("key-results", KeyResultViewSet)
