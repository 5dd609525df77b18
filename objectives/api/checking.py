"""What the data says of a key result's numbers, saved or not."""

from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from objectives import real_words
from objectives.actions.key_results import NUMBERS
from objectives.actions.running import require_running_as_read
from objectives.api.fields import SubjectField
from objectives.checking import Check, Proposal, checked
from objectives.choices import KeyResultKind
from objectives.models import KeyResult, Kpi, Objective, Series
from productops.api import routes
from productops.api.fields import NumberField
from productops.api.serializers import StrictSerializer, Visible
from productops.clock import today
from teams.models import Subject

_NUMBER = {"type": "number", "nullable": True}
REALISM = {
    "type": "object",
    "nullable": True,
    "properties": {
        "probability": _NUMBER,
        "reading": {"type": "string"},
        "basis": {"type": "string"},
        "met": {"type": "integer"},
        "counted": {"type": "integer"},
        "sentence": {"type": "string"},
    },
}


def realism_data(check: Check) -> dict[str, Any] | None:
    """How realistic a target is; None where no series or no target says anything."""
    found = check.realism
    if found is None:
        return None
    return {
        "probability": found.probability,
        "reading": found.reading,
        "basis": found.basis,
        "met": check.met,
        "counted": check.counted,
        "sentence": real_words.realism_sentence(check),
    }


@extend_schema_field(REALISM)
class RealismField(serializers.Field):
    """How likely the target is met by itself: computed, so it is only read. ``probability`` is
    that of one period; the target was met in ``met`` of ``counted`` remembered periods."""

    def __init__(self, **options) -> None:
        super().__init__(source="*", read_only=True, **options)

    def to_representation(self, row: KeyResult) -> dict[str, Any] | None:
        if row.is_meant_otherwise:
            return None
        return realism_data(checked(Proposal.of(row), today()))


class NumbersSerializer(StrictSerializer):
    """Numbers of a key result that need not be saved; ``objective`` says in which cycle, and of
    what the KPI is measured unless ``subject`` does."""

    objective = Visible(
        queryset=Objective.objects.select_related("cycle", "subject"), required=False
    )
    kpi = Visible(key="slug", queryset=Kpi.objects.with_versions(), required=False)
    subject = SubjectField(required=False)
    kind = serializers.ChoiceField(choices=KeyResultKind.choices, default=KeyResultKind.METRIC)
    baseline = NumberField(required=False, allow_null=True)
    commit = NumberField(required=False, allow_null=True)
    target = NumberField(required=False, allow_null=True)
    stretch = NumberField(required=False, allow_null=True)
    low = NumberField(required=False, allow_null=True)
    high = NumberField(required=False, allow_null=True)

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        try:
            if objective := values.get("objective"):
                require_running_as_read(objective)
            return {"check": checked(proposal_of(values), today())}
        except ValidationError as refused:
            raise serializers.ValidationError(refused.message_dict) from refused


def proposal_of(values: dict[str, Any]) -> Proposal:
    objective, kpi = values.get("objective"), values.get("kpi")
    subject = values.get("subject") or (objective and objective.subject) or Subject.organisation()
    series = Series.objects.with_state().of(kpi).about(subject).first() if kpi else None
    return Proposal(
        kind=KeyResultKind(values["kind"]),
        kpi=kpi,
        series=series,
        cycle=objective.cycle if objective else None,
        numbers={name: values.get(name) for name in NUMBERS},
    )


class CheckedNumbersSerializer(serializers.Serializer):
    """What is found: the numbers with those that follow, where the series stands now, how
    realistic the target is for one period and for the mean over the cycle, and what speaks
    against it (already_reached, against_direction)."""

    numbers = serializers.DictField(child=serializers.FloatField(allow_null=True))
    unit = serializers.CharField()
    now = serializers.FloatField(allow_null=True)
    period = serializers.DateField(allow_null=True)
    lower = serializers.FloatField(allow_null=True)
    upper = serializers.FloatField(allow_null=True)
    realism = serializers.JSONField(allow_null=True)
    mean_over_cycle = serializers.JSONField(allow_null=True)
    doubts = serializers.ListField(child=serializers.CharField())


def check_data(check: Check) -> dict[str, Any]:
    state, mean = check.proposal.state, check.mean
    over_cycle = {"periods": check.buckets, "probability": mean.probability} if mean else None
    return {
        "numbers": check.numbers,
        "unit": check.unit,
        "now": check.now,
        "period": state.latest_period if state else None,
        "lower": state.lower if state else None,
        "upper": state.upper if state else None,
        "realism": realism_data(check),
        "mean_over_cycle": over_cycle,
        "doubts": check.doubts,
    }


class KeyResultCheck(APIView):
    """Look at numbers before they are saved; nothing is kept."""

    reads_by_post = True

    @extend_schema(request=NumbersSerializer, responses=CheckedNumbersSerializer)
    def post(self, request) -> Response:
        asked = NumbersSerializer(data=request.data, context={"request": request})
        asked.is_valid(raise_exception=True)
        found = check_data(asked.validated_data["check"])
        return Response(CheckedNumbersSerializer(found).data)


routes.add("key-results/check/", KeyResultCheck, "key-results-check")
