"""Who holds a seat of a tool, and who was seen using it."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from productops import clock
from productops.api import routes
from productops.api.serializers import RecordSerializer, StrictSerializer, Visible
from productops.api.views import RecordViewSet
from teams.models import Person
from tooling import actions
from tooling.models import SeatAssignment, Tool, Usage


class SeatSerializer(RecordSerializer):
    tool = Visible("slug", queryset=Tool.objects.all(), to_change=True)
    person = Visible("email", queryset=Person.objects.all())

    class Meta:
        model = SeatAssignment
        fields = ["id", "tool", "person", "from_on", "until_on"]
        read_only_fields = ["until_on"]

    # Whoever holds a seat keeps it: giving it again is no fault.
    def get_validators(self):
        return []

    def create(self, validated_data):
        return actions.assign_seat(**validated_data)


class SeatViewSet(RecordViewSet):
    """Seats that the person may see; they are given and taken back, never deleted."""

    queryset = SeatAssignment.objects.order_by("pk").select_related("tool", "person")
    serializer_class = SeatSerializer
    filterset_fields = ["tool", "person"]
    http_method_names = ["get", "head", "options", "post"]

    @action(detail=True, methods=["post"], serializer_class=StrictSerializer)
    def end(self, request, pk=None):
        seat = self.get_object()
        seat.end(on=clock.today(), by=request.user)
        return Response(SeatSerializer(seat, context=self.get_serializer_context()).data)


class UsageSerializer(RecordSerializer):
    tool = Visible("slug", queryset=Tool.objects.all())
    person = Visible("email", queryset=Person.objects.all(), required=False, allow_null=True)

    class Meta:
        model = Usage
        fields = ["id", "tool", "on", "person", "count", "strength"]

    def validate(self, values):
        if (values.get("person") is None) == (values.get("count") is None):
            raise serializers.ValidationError(
                {"person": [_("Name a person, or count people without names.")]}
            )
        if values["on"] > clock.today():
            raise serializers.ValidationError({"on": [_("This day has not come yet.")]})
        return values

    # One row a tool, day and person: sending it again corrects it, so nothing has to be unique.
    def get_validators(self):
        return []


class UsageViewSet(RecordViewSet):
    """Signs of use. Sending one again corrects it: 201 for a new one, 200 for a known one."""

    queryset = Usage.objects.order_by("pk").select_related("tool", "person")
    serializer_class = UsageSerializer
    filterset_fields = ["tool", "person", "on"]
    http_method_names = ["get", "head", "options", "post"]
    writers = ("admin", "ops")
    takes_ingest = True

    def create(self, request, *args, **kwargs):
        if not request.user.changes_all:
            raise PermissionDenied(_("Only product operations says who used what."))
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        row, is_new = actions.record_usage(**serializer.validated_data)
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(self.get_serializer(row).data, status=code)


routes.register("seats", SeatViewSet)
routes.register("usage", UsageViewSet)
