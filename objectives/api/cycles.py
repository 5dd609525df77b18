from rest_framework.decorators import action
from rest_framework.response import Response

from objectives import actions
from objectives.models import Cycle
from productops.api import routes
from productops.api.serializers import RecordSerializer
from productops.api.views import RecordViewSet


class CycleSerializer(RecordSerializer):
    class Meta:
        model = Cycle
        fields = ["id", "slug", "name", "starts_on", "ends_on", "state", "version"]
        read_only_fields = ["id", "state", "version"]
        extra_kwargs = {"slug": {"required": False}}

    def create(self, validated_data) -> Cycle:
        days = {"starts_on": None, "ends_on": None}
        return actions.open_cycle(**days | validated_data)

    def update(self, cycle: Cycle, validated_data) -> Cycle:
        cycle.edit(**validated_data)
        return cycle


class CycleViewSet(RecordViewSet):
    """Spans of time for objectives; one without dates is a backlog."""

    queryset = Cycle.objects.all()
    serializer_class = CycleSerializer
    filterset_fields = ["state", "slug"]
    writers = ("admin", "ops")
    http_method_names = ["get", "head", "options", "post", "put", "patch"]

    @action(detail=True, methods=["post"])
    def close(self, request, pk=None) -> Response:
        cycle = self.get_object()
        cycle.close(by=request.user)
        return self.tagged(cycle, Response(self.get_serializer(cycle).data))

    @action(detail=True, methods=["post"])
    def reopen(self, request, pk=None) -> Response:
        cycle = self.get_object()
        cycle.reopen(by=request.user)
        return self.tagged(cycle, Response(self.get_serializer(cycle).data))


routes.register("cycles", CycleViewSet)
