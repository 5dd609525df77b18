"""Tools with their rings, vendors and capabilities."""

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from productops.api import routes
from productops.api.fields import DateField
from productops.api.problems import Problem
from productops.api.serializers import RecordSerializer, StrictSerializer, Visible
from productops.api.views import ReadViewSet, RecordViewSet
from teams.api import NamedSerializer, StaffViewSet
from teams.models import Person, Team
from tooling import actions
from tooling.choices import MOST_WINDOW, Ring
from tooling.models import Capability, NotAllowed, RingChange, Tool, Vendor


class VendorSerializer(NamedSerializer):
    subject = serializers.PrimaryKeyRelatedField(read_only=True)

    class Meta:
        model = Vendor
        fields = ["id", "slug", "name", "subject", "version"]
        read_only_fields = ["version"]


class VendorViewSet(StaffViewSet):
    queryset = Vendor.objects.order_by("pk")
    serializer_class = VendorSerializer
    filterset_fields = ["slug"]


class CapabilitySerializer(NamedSerializer):
    class Meta:
        model = Capability
        fields = ["id", "slug", "name", "version"]
        read_only_fields = ["version"]


class CapabilityViewSet(StaffViewSet):
    queryset = Capability.objects.order_by("pk")
    serializer_class = CapabilitySerializer
    filterset_fields = ["slug"]


class ToolSerializer(NamedSerializer):
    subject = serializers.PrimaryKeyRelatedField(read_only=True)
    vendor = Visible("slug", queryset=Vendor.objects.all(), required=False, allow_null=True)
    owner = Visible("email", queryset=Person.objects.all(), required=False, allow_null=True)
    capabilities = Visible("slug", queryset=Capability.objects.all(), many=True, required=False)
    teams = Visible("slug", queryset=Team.objects.all(), many=True, required=False)

    class Meta:
        model = Tool
        fields = [
            "id", "slug", "name", "vendor", "owner", "purpose", "category", "ring", "data_class",
            "active_days", "capabilities", "teams", "subject", "archived_at", "version",
        ]  # fmt: skip
        read_only_fields = ["archived_at", "version"]

    def validate_active_days(self, value: int) -> int:
        if not 1 <= value <= MOST_WINDOW:
            raise serializers.ValidationError(_("Write a number of days from 1 to 366."))
        return value

    def validate_ring(self, value: str) -> str:
        if self.instance is not None and value != self.instance.ring:
            raise serializers.ValidationError(_("A ring moves by its own address, with a reason."))
        return value

    def validate_teams(self, value):
        if not self.context["request"].user.changes_all:
            raise serializers.ValidationError(_("Only product operations says which teams use it."))
        return value

    def create(self, validated_data):
        by, links = validated_data.pop("by"), self._links(validated_data)
        tool = actions.found_tool(values=validated_data, by=by)
        self._set(tool, links)
        return tool


class MoveSerializer(StrictSerializer):
    ring = serializers.ChoiceField(choices=Ring.choices)
    reason = serializers.CharField(max_length=2000)
    on = DateField(required=False)


class ToolViewSet(RecordViewSet):
    queryset = Tool.objects.order_by("pk").select_related("vendor", "owner")
    serializer_class = ToolSerializer
    filterset_fields = ["slug", "ring", "vendor", "category"]
    http_method_names = ["get", "head", "options", "post", "put", "patch"]

    def get_queryset(self):
        # A pm sees which of their own teams use a tool.
        teams = Team.objects.visible_to(self.request.user) if self.request else Team.objects.none()
        return super().get_queryset().prefetch_related("capabilities", Prefetch("teams", teams))

    def check_permissions(self, request) -> None:
        super().check_permissions(request)
        if self.action == "create" and not request.user.changes_all:
            raise PermissionDenied(_("Only product operations adds these."))

    @action(detail=True, methods=["post"], serializer_class=MoveSerializer)
    def ring(self, request, pk=None):
        """Move the tool to another ring, with the reason."""
        tool = self.get_object()
        given = MoveSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            actions.change_ring(tool=tool, by=request.user, **given.validated_data)
        except NotAllowed as problem:
            raise Problem(409, str(problem), field="on") from problem
        return self.shown()

    @action(detail=True, methods=["post"], serializer_class=StrictSerializer)
    def archive(self, request, pk=None):
        actions.archive(tool=self.get_object(), by=request.user)
        return self.shown()

    @action(detail=True, methods=["post"], serializer_class=StrictSerializer, url_path="take-up")
    def take_up(self, request, pk=None):
        actions.take_up(tool=self.get_object(), by=request.user)
        return self.shown()

    def shown(self) -> Response:
        context = self.get_serializer_context()
        return Response(ToolSerializer(self.get_object(), context=context).data)


class RingChangeSerializer(RecordSerializer):
    tool = serializers.SlugRelatedField("slug", read_only=True)
    by = serializers.SlugRelatedField("email", read_only=True)

    class Meta:
        model = RingChange
        fields = ["id", "tool", "before", "after", "on", "reason", "by"]


class RingChangeViewSet(ReadViewSet):
    queryset = RingChange.objects.order_by("pk").select_related("tool", "by")
    serializer_class = RingChangeSerializer
    filterset_fields = ["tool", "after"]


routes.register("vendors", VendorViewSet)
routes.register("capabilities", CapabilityViewSet)
routes.register("tools", ToolViewSet)
routes.register("ring-changes", RingChangeViewSet)
