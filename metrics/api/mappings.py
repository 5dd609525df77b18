"""How columns are read: what sources carry, and what was saved for files."""

from rest_framework import serializers

from metrics import source_access
from metrics.actions import mappings as actions
from metrics.actions.dates import DATES
from metrics.actions.intake import COLUMNS
from metrics.models import ColumnMapping
from productops.api import routes
from productops.api.serializers import RecordSerializer, StrictSerializer
from productops.api.views import RecordViewSet
from productops.measures import Aggregation, Direction

LONGEST = 500
MOST_COLUMNS = 200


class ColumnsSerializer(StrictSerializer):
    """Our columns, each with a text."""

    def get_fields(self):
        return {name: serializers.CharField(max_length=LONGEST, required=False) for name in COLUMNS}


class MappingSerializer(StrictSerializer):
    """``map``: our columns to theirs; ``fixed``: our columns to a text for every row; ``kpi``:
    columns that are KPIs of their own; ``exact``: no column is found by its name alone."""

    map = ColumnsSerializer(required=False)
    fixed = ColumnsSerializer(required=False)
    kpi = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST), required=False, max_length=MOST_COLUMNS
    )
    exact = serializers.BooleanField(required=False)
    dates = serializers.ChoiceField(choices=["", *DATES], required=False)
    decimal = serializers.ChoiceField(choices=[".", ","], required=False)
    skips = serializers.BooleanField(required=False)
    create_kpis = serializers.BooleanField(required=False)
    aggregation = serializers.ChoiceField(choices=Aggregation.choices, required=False)
    direction = serializers.ChoiceField(choices=Direction.choices, required=False)

    def to_representation(self, options) -> dict:
        return dict(options)


class ColumnMappingSerializer(RecordSerializer):
    options = MappingSerializer()
    owner = serializers.CharField(source="owner.email", read_only=True)

    class Meta:
        model = ColumnMapping
        fields = ["id", "name", "options", "is_shared", "owner", "version", "created_at"]
        read_only_fields = ["version"]

    def create(self, validated_data) -> ColumnMapping:
        return actions.keep_mapping(**{"is_shared": False} | validated_data)

    def update(self, mapping: ColumnMapping, validated_data) -> ColumnMapping:
        return actions.change_mapping(mapping=mapping, **validated_data)


class ColumnMappingViewSet(RecordViewSet):
    """Mappings that people saved for files: one's own, and those that are for everybody."""

    queryset = ColumnMapping.objects.select_related("owner").order_by("pk")
    serializer_class = ColumnMappingSerializer
    filterset_fields = ["name", "is_shared"]
    writers = (*source_access.OPERATORS, "pm")

    def perform_destroy(self, mapping: ColumnMapping) -> None:
        actions.forget_mapping(mapping=mapping, by=self.request.user)


routes.register("column-mappings", ColumnMappingViewSet)
