"""Dashboards with their rows, readings and walls."""

from dataclasses import asdict

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from metrics import access, dashboard_page
from metrics.actions import dashboards as actions
from metrics.boards import switch
from metrics.boards.asking import view_asked_for
from metrics.candour import candour_of
from metrics.forms.dashboards import ABOUT
from metrics.models import Dashboard, DashboardRow
from objectives.api.fields import PersonField, SubjectField
from objectives.models import Series
from productops import clock, links, parsing, trash
from productops.api import routes
from productops.api.problems import Problem
from productops.api.serializers import RecordSerializer, StrictSerializer, Visible
from productops.api.views import RecordViewSet
from teams.models import Subject

MOST_ROWS = 200


class RowSerializer(StrictSerializer):
    series = Visible(queryset=Series.objects.all())
    group = serializers.CharField(max_length=100, allow_blank=True, required=False, default="")


class DashboardSerializer(RecordSerializer):
    chair = PersonField(required=False, allow_null=True)
    subject = SubjectField(required=False, allow_null=True)
    rows = RowSerializer(many=True, required=False)

    class Meta:
        model = Dashboard
        fields = [
            "id", "slug", "title", "chair", "role", "subject", "freezes_monthly", "rows",
            "version", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["version"]

    def validate_subject(self, subject: Subject | None) -> Subject | None:
        if subject is not None and subject.kind not in ABOUT:
            raise serializers.ValidationError(_("A dashboard is about a product or a team."))
        return subject

    def validate_rows(self, rows):
        series = [row["series"].pk for row in rows]
        if len(set(series)) < len(series):
            raise serializers.ValidationError(_("A KPI stands on a dashboard only once."))
        if len(rows) > MOST_ROWS:
            raise serializers.ValidationError(_("Put at most 200 KPIs on a dashboard."))
        return rows

    def validate_slug(self, slug: str) -> str:
        others = Dashboard.with_trash.filter(slug=slug)
        if self.instance is not None:
            others = others.exclude(pk=self.instance.pk)
        if slug != parsing.to_slug(slug) or others.exists():
            raise serializers.ValidationError(_("Choose another short name."))
        return slug

    def create(self, validated_data) -> Dashboard:
        rows, by = validated_data.pop("rows", None), validated_data["by"]
        validated_data.setdefault("chair", None)
        dashboard = actions.make_dashboard(**validated_data)
        return self.arranged(dashboard, rows, by)

    def update(self, dashboard: Dashboard, validated_data) -> Dashboard:
        rows, by = validated_data.pop("rows", None), validated_data.pop("by")
        before = {name: getattr(dashboard, name) for name in validated_data}
        for name, value in validated_data.items():
            setattr(dashboard, name, value)
        if validated_data:
            actions.change_dashboard(
                dashboard=dashboard, by=by, before=before, after=validated_data
            )
        return self.arranged(dashboard, rows, by)

    def arranged(self, dashboard: Dashboard, rows, by) -> Dashboard:
        if rows is not None:
            laid = [(row["series"], row.get("group", "")) for row in rows]
            actions.set_rows(dashboard=dashboard, rows=laid, by=by)
        return dashboard

    def to_representation(self, dashboard: Dashboard) -> dict:
        person = self.context["request"].user
        seen = DashboardRow.objects.visible_to(person).of(dashboard)
        rows = seen.values("series", "group")
        return {
            name: list(rows) if name == "rows" else self.fields[name].to_representation(value)
            if (value := getattr(dashboard, name)) is not None
            else None
            for name in self.fields
        }  # fmt: skip


class DashboardViewSet(RecordViewSet):
    """KPIs in groups and in an order. ``readings`` gives what the page's rows say, of another
    ``subject`` or in whole weeks, months or quarters (``period``) where that is asked for;
    ``walls`` are addresses that show it without signing in."""

    queryset = Dashboard.objects.select_related("chair", "subject").order_by("pk")
    serializer_class = DashboardSerializer
    filterset_fields = ["slug", "chair", "role"]
    writers = ("admin", "ops")

    def perform_destroy(self, dashboard: Dashboard) -> None:
        trash.discard(row=dashboard, by=self.request.user)

    @action(detail=True, methods=["get"])
    def readings(self, request, pk=None) -> Response:
        dashboard = self.get_object()
        view = view_asked_for(request.user, dashboard, request.query_params)
        lines = dashboard_page.lines_of(request.user, dashboard, clock.today(), view)
        header = switch.header_of(view.period)
        return Response([dict(zip(header, line.cells, strict=True)) for line in lines])

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["get"])
    def chance(self, request, pk=None) -> Response:
        """How many signals of the week chance alone would bring, and which stand out."""
        today = clock.today()
        found = candour_of(dashboard_page.rows_of(request.user, self.get_object(), today), today)
        return Response(asdict(found.portfolio))

    @action(detail=True, methods=["get", "post"])
    def walls(self, request, pk=None) -> Response:
        dashboard = self.get_object()
        if not request.user.changes_all:
            raise Problem(403, _("Product operations arranges dashboards."))
        if request.method == "POST":
            link = actions.show_on_wall(dashboard=dashboard, by=request.user)
            return Response(wall(link), status=201)
        return Response([wall(link) for link in access.tv_links_of(dashboard)])

    @action(detail=True, methods=["delete"], url_path="walls/(?P<link>[0-9]{1,18})")
    def wall(self, request, pk=None, link: str = "") -> Response:
        dashboard = self.get_object()
        found = access.tv_link_to_revoke(request.user, dashboard, int(link))
        actions.take_off_wall(dashboard=dashboard, link=found, by=request.user)
        return Response(status=204)


def wall(link) -> dict:
    return {"id": link.pk, "address": links.url_of(link), "created_at": link.created_at}


routes.register("dashboards", DashboardViewSet)
