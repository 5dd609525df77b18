from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from objectives import actions
from objectives.api.fields import PersonField
from objectives.models import Action, KeyResult, Objective, Series
from productops.api import routes
from productops.api.serializers import RecordSerializer, Visible
from productops.api.views import RecordViewSet


class ActionSerializer(RecordSerializer):
    objective = Visible(
        queryset=Objective.objects.all(), to_change=True, required=False, allow_null=True
    )
    series = Visible(
        queryset=Series.objects.filter(kpi__deleted_at=None),
        to_change=True,
        required=False,
        allow_null=True,
    )
    key_result = Visible(queryset=KeyResult.objects.all(), required=False, allow_null=True)
    owner = PersonField(required=False)

    class Meta:
        model = Action
        fields = [
            "id", "number", "objective", "series", "key_result", "title", "owner", "due_on",
            "state", "done_at", "version", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["id", "number", "state", "done_at", "version"]

    def validate(self, values):
        """What an action is about is one thing, and one that serves a key result has its
        objective."""
        about = {name: self._stands(values, name) for name in ("objective", "series")}
        if None not in about.values():
            raise serializers.ValidationError({"series": _("Name an objective or a series.")})
        if not any(about.values()):
            raise serializers.ValidationError({"objective": _("Name an objective or a series.")})
        key_result = self._stands(values, "key_result")
        if key_result and key_result.objective != about["objective"]:
            text = _("This key result belongs to another objective.")
            raise serializers.ValidationError({"key_result": text})
        return values

    def _stands(self, values, name: str):
        return values.get(name, getattr(self.instance, name, None))

    def create(self, validated_data) -> Action:
        given = {"owner": validated_data["by"]} | validated_data
        if given.get("series"):
            about = ("series", "title", "owner", "due_on", "by")
            return actions.follow_up(**{name: given[name] for name in about if name in given})
        given.pop("series", None)
        return actions.add_action(**given)

    def update(self, task: Action, validated_data) -> Action:
        task.edit(**validated_data)
        return task


class ActionViewSet(RecordViewSet):
    """Small things that somebody does for an objective, or to follow up a series. One that is
    not wanted is dropped."""

    queryset = Action.objects.with_about().order_by("-pk")
    serializer_class = ActionSerializer
    filterset_fields = ["objective", "series", "key_result", "owner", "state"]
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
