from rest_framework.decorators import action
from rest_framework.response import Response

from objectives import actions
from objectives.api.fields import PersonField
from objectives.models import Action, KeyResult, Objective
from productops.api import routes
from productops.api.serializers import RecordSerializer, Visible
from productops.api.views import RecordViewSet


class ActionSerializer(RecordSerializer):
    objective = Visible(queryset=Objective.objects.all(), to_change=True)
    key_result = Visible(queryset=KeyResult.objects.all(), required=False, allow_null=True)
    owner = PersonField(required=False)

    class Meta:
        model = Action
        fields = [
            "id", "objective", "key_result", "title", "owner", "due_on", "state", "done_at",
            "version", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["id", "state", "done_at", "version"]

    def create(self, validated_data) -> Action:
        owner = validated_data.pop("owner", validated_data["by"])
        return actions.add_action(owner=owner, **validated_data)

    def update(self, task: Action, validated_data) -> Action:
        task.edit(**validated_data)
        return task


class ActionViewSet(RecordViewSet):
    """Small things that somebody does for an objective. One that is not wanted is dropped."""

    queryset = Action.objects.select_related("objective", "owner").order_by("-pk")
    serializer_class = ActionSerializer
    filterset_fields = ["objective", "key_result", "owner", "state"]
    writers = ("admin", "ops", "pm", "exec")
    http_method_names = ["get", "head", "options", "post", "put", "patch"]

    @action(detail=True, methods=["post"])
    def finish(self, request, pk=None) -> Response:
        task = self.get_object()
        task.finish(by=request.user)
        return self.tagged(task, Response(self.get_serializer(task).data))

    @action(detail=True, methods=["post"])
    def drop(self, request, pk=None) -> Response:
        task = self.get_object()
        task.drop(by=request.user)
        return self.tagged(task, Response(self.get_serializer(task).data))

    @action(detail=True, methods=["post"])
    def reopen(self, request, pk=None) -> Response:
        task = self.get_object()
        task.reopen(by=request.user)
        return self.tagged(task, Response(self.get_serializer(task).data))


routes.register("actions", ActionViewSet)
