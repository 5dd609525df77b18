import django_filters
from django_filters.rest_framework import FilterSet
from rest_framework import serializers

from objectives import actions
from objectives.api.fields import PersonField, StandingField, SubjectField, WordsField
from objectives.models import KeyResult, Kpi, Objective, Series
from productops.api import routes
from productops.api.fields import NumberField
from productops.api.serializers import RecordSerializer, Visible
from productops.api.views import RecordViewSet


class KeyResultSerializer(RecordSerializer):
    """``kpi`` and ``subject`` (default: the objective's) name the series, which begins where
    there is none; ``series`` names one that is there."""

    objective = Visible(queryset=Objective.objects.all(), to_change=True)
    owner = PersonField(required=False)
    series = Visible(queryset=Series.objects.all(), required=False, allow_null=True)
    kpi = Visible(key="slug", queryset=Kpi.objects.all(), required=False, write_only=True)
    subject = SubjectField(to_change=True, required=False, write_only=True)
    zones = WordsField(required=False)
    weight = NumberField(required=False)
    unit = serializers.CharField(read_only=True)
    standing = StandingField()

    class Meta:
        model = KeyResult
        fields = [
            "id", "objective", "title", "owner", "kind", "series", "kpi", "subject", "baseline",
            "commit", "target", "stretch", "low", "high", "zones", "weight", "unit", "standing",
            "version", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["id", "version"]

    def validate_weight(self, weight: float) -> float:
        if weight < 0:
            raise serializers.ValidationError("A weight is not negative.")
        return weight

    def create(self, validated_data) -> KeyResult:
        owner = validated_data.pop("owner", validated_data["objective"].owner)
        return actions.add_key_result(owner=owner, **validated_data)

    def update(self, key_result: KeyResult, validated_data) -> KeyResult:
        actions.change_key_result(key_result=key_result, **validated_data)
        return key_result


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


routes.register("key-results", KeyResultViewSet)
