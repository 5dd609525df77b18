"""Kept dashboards, their contents and the links that share them."""

import json

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from metrics.actions import freezing
from metrics.boards import access as doors
from metrics.boards import frozen as kept
from metrics.boards import switch
from metrics.boards.asking import view_asked_for
from metrics.boards.content import DashboardContent
from metrics.models import Dashboard, FrozenPeriod
from productops import clock, links
from productops.api import routes
from productops.api.problems import Problem
from productops.api.serializers import RecordSerializer, Visible
from productops.api.views import ReadViewSet
from productops.models import Link


class FrozenSerializer(RecordSerializer):
    dashboard = Visible(queryset=Dashboard.objects.all())
    label = serializers.CharField(max_length=100, required=False, default="")
    period = serializers.ChoiceField(["", *switch.PERIODS], required=False, default="")
    subject = serializers.CharField(
        max_length=200, required=False, write_only=True, help_text="kind:key"
    )
    by = serializers.CharField(source="by.email", default=None, read_only=True)

    class Meta:
        model = FrozenPeriod
        fields = [
            "id", "dashboard", "label", "period", "subject", "until_on", "sha256", "by", "at",
            "note",
        ]  # fmt: skip
        read_only_fields = ["until_on", "sha256", "at"]

    def create(self, validated_data) -> FrozenPeriod:
        dashboard, by = validated_data["dashboard"], validated_data["by"]
        view = view_asked_for(by, dashboard, validated_data)
        said = {name: validated_data.get(name, "") for name in ("label", "note")}
        return kept.freeze_now(dashboard=dashboard, by=by, today=clock.today(), view=view, **said)


class FrozenViewSet(mixins.CreateModelMixin, ReadViewSet):
    """Dashboards as they were. POST keeps one as it is now, for good; ``content`` is what it
    showed, as far as the reader may see it; ``shares`` are addresses that open it without
    signing in for 30 days."""

    queryset = (
        FrozenPeriod.objects.filter(dashboard__deleted_at=None)
        .select_related("by", "dashboard")
        .order_by("-at", "-pk")
    )
    serializer_class = FrozenSerializer
    filterset_fields = ["dashboard", "until_on"]
    writers = ("admin", "ops")

    def perform_create(self, serializer) -> None:
        serializer.save(by=self.request.user)

    @extend_schema(responses={200: OpenApiTypes.OBJECT})
    @action(detail=True, methods=["get"])
    def content(self, request, pk=None) -> Response:
        content = DashboardContent.from_json(self.get_object().content)
        return Response(json.loads(kept.seen_by(request.user, content).to_json()))

    @action(detail=True, methods=["get", "post"])
    def shares(self, request, pk=None) -> Response:
        frozen = self.get_object()
        if not request.user.changes_all:
            raise Problem(403, _("Product operations shares dashboards."))
        if request.method == "POST":
            link = freezing.share(frozen=frozen, by=request.user)
            return Response(shared(link), status=201)
        return Response([shared(link) for link in doors.shares_of(frozen)])

    @action(detail=True, methods=["delete"], url_path="shares/(?P<link>[0-9]{1,18})")
    def share(self, request, pk=None, link: str = "") -> Response:
        frozen = self.get_object()
        found = doors.share_to_revoke(frozen, int(link))
        freezing.end_share(frozen=frozen, link=found, by=request.user)
        return Response(status=204)


def shared(link: Link) -> dict:
    return {"id": link.pk, "address": links.url_of(link), "expires_at": link.expires_at}


routes.register("frozen-dashboards", FrozenViewSet)
