from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from objectives import actions
from objectives.actions import Ending
from objectives.choices import CLOSED_OBJECTIVE_STATES
from objectives.models import Cycle, Objective
from objectives.pages import evaluation_for, evaluation_told, proposed_cycle
from objectives.spans import LENGTHS
from productops.api import routes
from productops.api.fields import TextField
from productops.api.serializers import RecordSerializer, StrictSerializer, Visible
from productops.api.views import RecordViewSet
from productops.clock import today


class CycleSerializer(RecordSerializer):
    class Meta:
        model = Cycle
        fields = [
            "id", "slug", "name", "starts_on", "ends_on", "state", "keeps", "changes", "stops",
            "version",
        ]  # fmt: skip
        read_only_fields = ["id", "state", "keeps", "changes", "stops", "version"]
        extra_kwargs = {"slug": {"required": False}}

    def create(self, validated_data) -> Cycle:
        days = {"starts_on": None, "ends_on": None}
        return actions.open_cycle(**days | validated_data)

    def update(self, cycle: Cycle, validated_data) -> Cycle:
        cycle.edit(**validated_data)
        return cycle


class EndingSerializer(StrictSerializer):
    """What becomes of one objective: an outcome and a learning, or ``carry``."""

    objective = Visible(queryset=Objective.objects.all())
    outcome = serializers.ChoiceField(
        choices=[(state.value, state.label) for state in CLOSED_OBJECTIVE_STATES], required=False
    )
    learning = TextField(max_length=10_000, required=False, allow_blank=True)
    carry = serializers.BooleanField(required=False)


class EndCycleSerializer(StrictSerializer):
    """``objectives``: what becomes of each that still runs; ``into``: where they are carried."""

    keeps = TextField(max_length=5_000, required=False, allow_blank=True)
    changes = TextField(max_length=5_000, required=False, allow_blank=True)
    stops = TextField(max_length=5_000, required=False, allow_blank=True)
    into = Visible(key="slug", queryset=Cycle.objects.all(), required=False)
    objectives = EndingSerializer(many=True, required=False)

    def said(self) -> dict:
        """The values as the verb takes them."""
        values = dict(self.validated_data)
        rows = [dict(row) for row in values.pop("objectives", [])]
        return values | {"endings": {row.pop("objective").pk: Ending(**row) for row in rows}}


class NextSerializer(StrictSerializer):
    """What to open next."""

    name = serializers.CharField(read_only=True)
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True)


class CycleViewSet(RecordViewSet):
    """Spans of time for objectives; one without dates is a backlog."""

    queryset = Cycle.objects.all()
    serializer_class = CycleSerializer
    filterset_fields = ["state", "slug"]
    writers = ("admin", "ops")
    http_method_names = ["get", "head", "options", "post", "put", "patch"]

    @extend_schema(
        parameters=[OpenApiParameter("length", str, enum=list(LENGTHS))], responses=NextSerializer
    )
    @action(detail=False, methods=["get"], url_path="next")
    def following(self, request) -> Response:
        """What to open next: as long as the cycles so far, or as ``length`` says."""
        length = request.query_params.get("length", "")
        if length and length not in LENGTHS:
            raise serializers.ValidationError({"length": _("This is no length of a cycle.")})
        return Response(NextSerializer(proposed_cycle(length, today())).data)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["get"])
    def evaluation(self, request, pk=None) -> Response:
        """What came of it, beside the cycle before: counts, lessons, what is proposed and what
        goes on elsewhere, as far as one sees it."""
        return Response(evaluation_told(evaluation_for(request.user, self.get_object(), today())))

    @action(detail=True, methods=["post"], serializer_class=EndCycleSerializer)
    def close(self, request, pk=None) -> Response:
        """End it. Every objective that still runs in it wants an outcome and a learning, or to
        be carried over: all or nothing."""
        cycle = self.get_object()
        ending = self.get_serializer(data=request.data)
        ending.is_valid(raise_exception=True)
        actions.end_cycle(cycle=cycle, by=request.user, **ending.said())
        cycle.refresh_from_db()
        context = self.get_serializer_context()
        return self.tagged(cycle, Response(CycleSerializer(cycle, context=context).data))

    @action(detail=True, methods=["post"])
    def reopen(self, request, pk=None) -> Response:
        cycle = self.get_object()
        cycle.reopen(by=request.user)
        return self.tagged(cycle, Response(self.get_serializer(cycle).data))


routes.register("cycles", CycleViewSet)
