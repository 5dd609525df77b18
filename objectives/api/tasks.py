from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from objectives import access, actions
from objectives.actions.placing import LAST_PLACE
from objectives.api.fields import PersonField
from objectives.models import Action, KeyResult, Objective, Series
from productops.api import routes
from productops.api.serializers import RecordSerializer, StrictSerializer, Visible
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
            "state", "done_at", "place", "version", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["id", "number", "state", "done_at", "place", "version"]

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
        moved = validated_data.keys() & {"objective", "series", "key_result"}
        moved = task.differing({name: validated_data[name] for name in moved})
        if moved and not self.context["request"].user.may_change(task.subject):
            raise PermissionDenied(_("You may do this action, but not take it elsewhere."))
        actions.change_action(action=task, **validated_data)
        return task


class MovingSerializer(StrictSerializer):
    """Either ``place`` (from 1, counted with what is done), or ``steps`` among what is open
    (-1: one up)."""

    place = serializers.IntegerField(required=False, min_value=1, max_value=LAST_PLACE)
    steps = serializers.IntegerField(required=False, min_value=-LAST_PLACE, max_value=LAST_PLACE)

    def validate(self, values):
        if len(values) != 1:
            raise serializers.ValidationError({"place": _("Give either this or steps.")})
        return values


class ActionViewSet(RecordViewSet):
    """Small things that somebody does for an objective, or to follow up a series. One that is
    not wanted is dropped; one that should move a number is named as ``action`` of a
    new improvement. ``place`` is where it stands in the plan of its objective or key result."""

    queryset = Action.objects.with_about().order_by("-pk")
    serializer_class = ActionSerializer
    filterset_fields = ["objective", "series", "key_result", "owner", "state"]
    writers = ("admin", "ops", "pm", "exec")
    http_method_names = ["get", "head", "options", "post", "put", "patch"]

    @action(detail=True, methods=["post"])
    def finish(self, request, pk=None) -> Response:
        task = self.get_object()
        task.finish(by=request.user)
        return self.shown(task)

    @action(detail=True, methods=["post"])
    def drop(self, request, pk=None) -> Response:
        task = self.get_object()
        task.drop(by=request.user)
        return self.shown(task)

    @action(detail=True, methods=["post"])
    def reopen(self, request, pk=None) -> Response:
        task = self.get_object()
        task.reopen(by=request.user)
        return self.shown(task)

    @action(detail=True, methods=["post"], serializer_class=MovingSerializer)
    def move(self, request, pk=None) -> Response:
        """Give it another place in the plan of its objective or key result."""
        task = access.action_to_arrange(request.user, self.get_object().pk)
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        verb = actions.place_action if "place" in asked.validated_data else actions.move_action
        verb(action=task, by=request.user, **asked.validated_data)
        return self.shown(task)

    def shown(self, task: Action) -> Response:
        context = self.get_serializer_context()
        return self.tagged(task, Response(ActionSerializer(task, context=context).data))


routes.register("actions", ActionViewSet)
