"""Rollouts with their waves."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from productops import clock, trash
from productops.api import routes
from productops.api.problems import Problem
from productops.api.serializers import RecordSerializer, StrictSerializer, Visible
from productops.api.views import RecordViewSet
from teams.models import Person, Team
from tooling import actions
from tooling.api.contracts import WrittenSerializer
from tooling.choices import RolloutState
from tooling.models import NotAllowed, Rollout, RolloutWave, Tool


class WaveSerializer(RecordSerializer):
    rollout = Visible(queryset=Rollout.objects.all(), to_change=True)
    team = Visible("slug", queryset=Team.objects.all())

    class Meta:
        model = RolloutWave
        fields = ["id", "rollout", "team", "go_live_on", "done_on"]
        read_only_fields = ["done_on"]

    # The same team again moves its wave: a pair that stands is no fault.
    def get_validators(self):
        return []

    def create(self, validated_data):
        try:
            return actions.plan_wave(**validated_data)
        except NotAllowed as problem:
            raise Problem(409, str(problem), field="team") from problem


class WaveViewSet(RecordViewSet):
    """Which team gets the tool when. Sending a team again moves its wave."""

    queryset = RolloutWave.objects.order_by("pk").select_related("rollout", "team")
    serializer_class = WaveSerializer
    filterset_fields = ["rollout", "team"]
    http_method_names = ["get", "head", "options", "post", "delete"]

    def perform_destroy(self, row) -> None:
        try:
            actions.remove_wave(wave=row, by=self.request.user)
        except NotAllowed as problem:
            raise Problem(409, str(problem)) from problem

    @action(detail=True, methods=["post"], serializer_class=StrictSerializer)
    def complete(self, request, pk=None):
        """The team works with the tool now."""
        wave = self.get_object()
        wave.complete(on=clock.today(), by=request.user)
        return Response(WaveSerializer(wave, context=self.get_serializer_context()).data)


class RolloutSerializer(WrittenSerializer):
    tool = Visible("slug", queryset=Tool.objects.all())
    owner = Visible("email", queryset=Person.objects.all())

    class Meta:
        model = Rollout
        fields = ["id", "tool", "title", "owner", "state", "target_people", "notes", "version"]
        read_only_fields = ["state", "version"]


class StateSerializer(StrictSerializer):
    state = serializers.ChoiceField(choices=RolloutState.choices)


class RolloutViewSet(RecordViewSet):
    queryset = Rollout.objects.order_by("pk").select_related("tool", "owner")
    serializer_class = RolloutSerializer
    filterset_fields = ["tool", "state"]

    def check_permissions(self, request) -> None:
        super().check_permissions(request)
        if self.action == "create" and not request.user.changes_all:
            raise PermissionDenied(_("Only product operations plans rollouts."))

    def perform_destroy(self, row) -> None:
        trash.discard(row=row, by=self.request.user)

    @action(detail=True, methods=["post"], serializer_class=StateSerializer)
    def become(self, request, pk=None):
        """Start, finish, stop it or take it up again."""
        rollout = self.get_object()
        given = StateSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            rollout.become(given.validated_data["state"], by=request.user)
        except NotAllowed as problem:
            raise Problem(409, str(problem), field="state") from problem
        context = self.get_serializer_context()
        return Response(RolloutSerializer(rollout, context=context).data)


routes.register("rollouts", RolloutViewSet)
routes.register("rollout-waves", WaveViewSet)
