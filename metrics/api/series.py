from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from metrics import access
from metrics.actions.methods import CannotRead, choose_method
from metrics.api.filters import SubjectFilters
from metrics.choices import RuleSet
from metrics.models import Snapshot
from metrics.series_data import product_of, series_data
from objectives.choices import Chart
from objectives.models import Series
from productops import clock, parsing
from productops.api import routes
from productops.api.fields import DateField, MomentField, NumberField, SmallField, TextField
from productops.api.problems import Problem
from productops.api.serializers import StrictSerializer
from productops.api.views import ReadViewSet


class SeriesSerializer(serializers.ModelSerializer):
    kpi = serializers.CharField(source="kpi.slug")
    product = serializers.SerializerMethodField()
    subject = serializers.CharField(source="subject.reference")
    owner = serializers.CharField(source="owner.email", default=None)
    latest = NumberField(source="state.latest", default=None)
    latest_period = DateField(source="state.latest_period", default=None)
    variation = serializers.CharField(source="state.variation", default="none")
    assurance = serializers.CharField(source="state.assurance", default="none")
    certificate = serializers.SerializerMethodField()
    as_of = MomentField(source="state.as_of", default=None)

    class Meta:
        model = Series
        fields = [
            "id", "kpi", "product", "subject", "rule_set", "chart", "season", "owner", "latest",
            "latest_period", "variation", "assurance", "certificate", "as_of", "created_at",
        ]  # fmt: skip

    def get_product(self, series: Series) -> str | None:
        return product_of(series)

    def get_certificate(self, series: Series) -> str:
        """ "valid", "expired", or empty where nobody vouches for the definition."""
        return str(series.kpi.certificate_on(clock.today()))


class MethodSerializer(StrictSerializer):
    """How a series is read; what is left out stays as it is. A reason is always needed."""

    rule_set = serializers.ChoiceField(choices=RuleSet.choices, required=False)
    chart = serializers.ChoiceField(choices=Chart.choices, required=False)
    season = SmallField(required=False)
    reason = TextField(max_length=300)


class SeriesFilters(SubjectFilters):
    day = "state__latest_period"
    path = ""

    class Meta:
        model = Series
        fields: list[str] = []


class SeriesViewSet(ReadViewSet):
    """Each KPI of each subject, with its newest reading. PATCH says how it is read: by which
    ``rule_set`` and ``chart``, with which ``season`` taken out, and for which ``reason``."""

    queryset = Series.objects.select_related("kpi", "subject", "owner", "state").order_by("pk")
    serializer_class = SeriesSerializer
    filterset_class = SeriesFilters
    http_method_names = ["get", "head", "options", "patch"]

    @extend_schema(request=MethodSerializer, responses=SeriesSerializer)
    def partial_update(self, request, pk=None) -> Response:
        series = self.get_object()
        if not access.may_change(request.user, series):
            raise PermissionDenied(_("You may see this, but not change it."))
        asked = MethodSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        now = {"rule_set": series.rule_set, "chart": series.chart, "season": series.season}
        try:
            choose_method(series=series, by=request.user, **(now | asked.validated_data))
        except CannotRead as refusal:
            raise Problem(422, str(refusal), field=refusal.field) from refusal
        return Response(self.get_serializer(self.get_object()).data)


class SnapshotSerializer(serializers.ModelSerializer):
    kpi = serializers.CharField(source="series.kpi.slug")
    product = serializers.SerializerMethodField()
    subject = serializers.CharField(source="series.subject.reference")

    class Meta:
        model = Snapshot
        fields = [
            "kpi", "product", "subject", "period", "value", "numerator", "denominator", "n",
            "computed_at",
        ]  # fmt: skip

    def get_product(self, snapshot: Snapshot) -> str | None:
        return product_of(snapshot.series)


class SnapshotFilters(SubjectFilters):
    class Meta:
        model = Snapshot
        fields: list[str] = []


class SnapshotViewSet(ReadViewSet):
    """The value of each period, as computed from its observations."""

    queryset = Snapshot.objects.select_related("series__kpi", "series__subject").order_by(
        "series_id", "period"
    )
    serializer_class = SnapshotSerializer
    filterset_class = SnapshotFilters
    lookup_field = None  # named by series and period together
    http_method_names = ["get", "head", "options"]


class KpiSeries(APIView):
    """One KPI of one subject: limits, points with their signals, and readings."""

    known = ("product", "subject", "from", "to", "format")

    @extend_schema(
        parameters=[
            OpenApiParameter("product", str, description="short name of a product"),
            OpenApiParameter("subject", str, description="kind:key; without: the organisation"),
            OpenApiParameter("from", OpenApiTypes.DATE),
            OpenApiParameter("to", OpenApiTypes.DATE),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request, slug: str) -> Response:
        for name in request.query_params:
            if name not in self.known:
                raise Problem(400, _("There is no such filter."), field=name)
        series = access.series_to_read(request.user, slug, self.reference(request.query_params))
        first, last = (self.day(request.query_params, name) for name in ("from", "to"))
        return Response(series_data(series, today=clock.today(), first=first, last=last))

    def reference(self, asked) -> str:
        """What the series is about, as ``kind:key``."""
        if asked.get("subject") and asked.get("product"):
            raise Problem(400, _("Write either a product or a subject."), field="subject")
        if product := asked.get("product"):
            return f"product:{product}"
        return asked.get("subject") or "organisation:organisation"

    def day(self, asked, name: str):
        if not asked.get(name):
            return None
        try:
            return parsing.to_date(asked[name])
        except parsing.Unreadable as problem:
            raise Problem(400, str(problem), field=name) from problem


routes.register("series", SeriesViewSet)
routes.register("snapshots", SnapshotViewSet)
routes.add("kpis/<slug:slug>/series/", KpiSeries)
