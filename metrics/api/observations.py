from itertools import chain
from typing import Any

from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from metrics.actions.ingest import trying_again
from metrics.actions.intake import COLUMNS, KEY_COLUMNS, drop_observations, take_observations
from metrics.api.bodies import (
    NumberedRows,
    ObservationCSVParser,
    ObservationJSONParser,
    problem_of,
)
from metrics.api.filters import SubjectFilters
from metrics.models import Observation
from metrics.series_data import product_of
from productops.api import routes
from productops.api.fields import DateField, MomentField
from productops.api.idempotency import idempotent
from productops.api.problems import Problem
from productops.api.views import ReadViewSet
from productops.exchange import Refused

MOST_ROWS = 50_000


class ObservationSerializer(serializers.ModelSerializer):
    kpi = serializers.CharField(source="series.kpi.slug")
    product = serializers.SerializerMethodField()
    subject = serializers.CharField(source="series.subject.reference")
    on = DateField()
    at = MomentField()

    class Meta:
        model = Observation
        fields = [
            "kpi", "product", "subject", "on", "at", "external_id", "value", "numerator",
            "denominator",
        ]  # fmt: skip

    def get_product(self, observation: Observation) -> str | None:
        return product_of(observation.series)


class ObservationFilters(SubjectFilters):
    external_id = filters.CharFilter()
    day = "on"

    class Meta:
        model = Observation
        fields: list[str] = []


class ObservationViewSet(ReadViewSet):
    """Numbers as they came in. The same KPI, subject, time and external_id again is a correction;
    the former value stays as a revision. All or nothing, at most 50,000 rows a call."""

    queryset = Observation.objects.select_related("series__kpi", "series__subject").order_by(
        "series_id", "on", "at", "external_id"
    )
    serializer_class = ObservationSerializer
    filterset_class = ObservationFilters
    parser_classes = [ObservationJSONParser, ObservationCSVParser]
    takes_ingest = True
    lookup_field = None  # a key is no address, so one deletes in the collection itself
    http_method_names = ["get", "head", "options", "post", "delete"]

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OpenApiTypes.OBJECT)
    def create(self, request, *args, **kwargs) -> Response:
        return self.taken(request)

    @trying_again
    def taken(self, request) -> Response:
        return self.taken_once(request)

    @idempotent
    def taken_once(self, request) -> Response:
        rows = rows_of(request.data, COLUMNS)
        try:
            report = take_observations(raws=rows, by=request.user)
        except Refused as refused:
            raise problem_of(refused.report) from refused
        names = ("created", "updated", "unchanged")
        return Response({name: getattr(report, name) for name in names})

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OpenApiTypes.OBJECT)
    def delete_many(self, request, *args, **kwargs) -> Response:
        """Delete by key: ``{"observations": [{"kpi", "product" or "subject", "at",
        "external_id"}]}``."""
        try:
            rows = rows_of(request.data, KEY_COLUMNS)
            return Response({"deleted": drop_observations(raws=rows, by=request.user)})
        except Refused as refused:
            raise problem_of(refused.report) from refused


def rows_of(body: Any, columns: tuple[str, ...]) -> list[tuple[Any, dict]]:
    """The rows of a body, numbered from 0 as its list is. Raises Problem for another shape."""
    rows = body if isinstance(body, NumberedRows) else list(enumerate(listed(body)))
    if len(rows) > MOST_ROWS:
        raise Problem(422, _("Send at most 50,000 rows in one call."), field="observations")
    check_shapes(rows, set(columns))
    return rows


def check_shapes(rows: list[tuple[Any, Any]], known: set[str]) -> None:
    """Refuse what is no object, and fields that nobody knows. Thousands of rows have one shape."""
    bodies = [row for _number, row in rows]
    if set(map(type, bodies)) <= {dict} and known.issuperset(chain(*set(map(tuple, bodies)))):
        return
    for number, row in rows:
        if not isinstance(row, dict):
            raise Problem(400, _("Each observation is an object."), field=f"observations[{number}]")
        if not row.keys() <= known:
            name = f"observations[{number}].{min(row.keys() - known)}"
            raise Problem(400, _("There is no such field."), field=name)


def listed(body: Any) -> list:
    """What stands under ``observations``, the only thing that a body says."""
    if not isinstance(body, dict) or not isinstance(body.get("observations"), list):
        raise Problem(400, _("Send a list of observations."), field="observations")
    if others := body.keys() - {"observations"}:
        raise Problem(400, _("There is no such field."), field=min(others))
    return body["observations"]


routes.register("observations", ObservationViewSet)
