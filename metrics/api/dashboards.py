"""Dashboards with their rows, readings and walls."""

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from metrics import access, scorecard
from metrics.actions import dashboards as actions
from metrics.models import Dashboard, DashboardRow
from objectives.api.fields import PersonField
from objectives.models import Series
from productops import clock, links, parsing, trash
from productops.api import routes
from productops.api.problems import Problem
from productops.api.serializers import RecordSerializer, StrictSerializer, Visible
from productops.api.views import RecordViewSet

MOST_ROWS = 200


class RowSerializer(StrictSerializer):
    series = Visible(queryset=Series.objects.all())
    group = serializers.CharField(max_length=100, allow_blank=True, required=False, default="")


class DashboardSerializer(RecordSerializer):
    chair = PersonField(required=False, allow_null=True)
    rows = RowSerializer(many=True, required=False)

    class Meta:
        model = Dashboard
        fields = ["id", "slug", "title", "chair", "rows", "version", "created_at", "updated_at"]
        read_only_fields = ["version"]

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
    """KPIs in groups and in an order. ``readings`` gives what the page's rows say; ``walls``
    are addresses that show it without signing in."""

    queryset = Dashboard.objects.select_related("chair").order_by("pk")
    serializer_class = DashboardSerializer
    filterset_fields = ["slug", "chair"]
    writers = ("admin", "ops")

    def perform_destroy(self, dashboard: Dashboard) -> None:
        trash.discard(row=dashboard, by=self.request.user)

    @action(detail=True, methods=["get"])
    def readings(self, request, pk=None) -> Response:
        rows = access.rows_for(request.user, self.get_object())
        found = scorecard.rows_of(rows, today=clock.today())
        cells = map(scorecard.as_cells, found)
        return Response([dict(zip(scorecard.CSV_HEADER, row, strict=True)) for row in cells])

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
