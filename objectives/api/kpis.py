from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from objectives import actions
from objectives.api.fields import PersonField
from objectives.formula import LONGEST
from objectives.models import Kpi, KpiVersion
from productops import clock
from productops.api import routes
from productops.api.fields import DateField, TextField
from productops.api.serializers import RecordSerializer, StrictSerializer
from productops.api.views import RecordViewSet
from productops.measures import Aggregation, Cadence, Direction, Empty
from productops.parsing import Unreadable, to_number, to_slug
from teams.models import Subject

LONG = {"base_template": "textarea.html"}
HOW_CHANGED = ("valid_from", "reason", "restates_history")


@extend_schema_field(
    {
        "oneOf": [
            {"type": "number"},
            {
                "type": "object",
                "properties": {"low": {"type": "number"}, "high": {"type": "number"}},
            },
        ]
    }
)
class TargetField(serializers.Field):
    """One number, or ``{"low": number, "high": number}``."""

    def to_internal_value(self, data) -> dict[str, float | None] | float | None:
        try:
            if not isinstance(data, Mapping):
                return to_number(data)
            if unknown := data.keys() - {"low", "high"}:
                text = _("A target has low and high, not “%s”.")
                raise serializers.ValidationError(text % sorted(map(str, unknown))[0])
            return {end: to_number(value) for end, value in data.items() if value is not None}
        except Unreadable as problem:
            raise serializers.ValidationError(str(problem)) from problem

    def to_representation(self, value):
        return value


class KpiVersionSerializer(serializers.ModelSerializer):
    target = TargetField(read_only=True)

    class Meta:
        model = KpiVersion
        fields = [
            "number", "valid_from", "formula", "expression", "numerator", "denominator", "unit",
            "direction", "cadence", "aggregation", "empty", "target", "restates_history", "reason",
            "at",
        ]  # fmt: skip


class KpiSerializer(RecordSerializer):
    """What a KPI is called and what it means today. Changing what it means wants a ``reason`` and
    makes a version that holds from ``valid_from`` (default: today)."""

    owner = PersonField(required=False, allow_null=True)
    formula = TextField(source="definition.formula", required=False, allow_blank=True, style=LONG)
    expression = TextField(
        source="definition.expression",
        max_length=LONGEST,
        required=False,
        allow_blank=True,
        help_text=_(
            "Short names of other KPIs in braces, such as {bugs} / {releases} * 100: the KPI is"
            " then computed from them and takes no observations."
        ),
    )
    numerator = TextField(
        source="definition.numerator", required=False, allow_blank=True, style=LONG
    )
    denominator = TextField(
        source="definition.denominator", required=False, allow_blank=True, style=LONG
    )
    unit = TextField(source="definition.unit", max_length=20, required=False, allow_blank=True)
    direction = serializers.ChoiceField(
        Direction.choices, source="definition.direction", required=False
    )
    cadence = serializers.ChoiceField(Cadence, source="definition.cadence", required=False)
    aggregation = serializers.ChoiceField(
        Aggregation.choices, source="definition.aggregation", required=False
    )
    empty = serializers.ChoiceField(Empty, source="definition.empty", required=False)
    target = TargetField(source="definition.target", required=False, allow_null=True)
    valid_from = DateField(write_only=True, required=False)
    reason = TextField(write_only=True, required=False, max_length=2000, style=LONG)
    restates_history = serializers.BooleanField(write_only=True, required=False)
    certificate = serializers.SerializerMethodField()
    versions = KpiVersionSerializer(many=True, read_only=True)

    class Meta:
        model = Kpi
        fields = [
            "id", "slug", "name", "family", "purpose", "pitfalls", "source_hint", "subject_kind",
            "owner", "formula", "expression", "numerator", "denominator", "unit", "direction",
            "cadence", "aggregation", "empty", "target", "valid_from", "reason",
            "restates_history", "certified_on", "certified_until", "certified_reason",
            "certificate", "versions", "version", "created_at",
        ]  # fmt: skip
        read_only_fields = ["id", "certified_on", "certified_until", "certified_reason", "version"]
        extra_kwargs = {"slug": {"required": False}}

    def get_certificate(self, kpi: Kpi) -> str:
        """ "valid", "expired" or empty where nobody vouches for it."""
        return str(kpi.certificate_on(clock.today()))

    def validate_slug(self, slug: str) -> str:
        try:
            is_slug = slug == to_slug(slug)
        except Unreadable:  # nothing but hyphens
            is_slug = False
        if not is_slug:
            raise serializers.ValidationError(_("Use a to z in lower case, 0 to 9 and hyphens."))
        return slug

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        meant = dict(data.pop("definition", {}))
        present = self.instance.definition if self.instance else KpiVersion()
        if "target" in meant:
            direction = meant.get("direction", present.direction)
            meant |= bounds(meant.pop("target"), direction)
        elif not self.partial or "direction" in meant:
            check_target(present, meant.get("direction", present.direction))
        return data | {"meant": meant}

    def create(self, validated_data) -> Kpi:
        meant = validated_data.pop("meant")
        for name in HOW_CHANGED:
            validated_data.pop(name, None)
        kpi = actions.define_kpi(**validated_data, **meant)
        if meant.get("low") is not None or meant.get("high") is not None:
            actions.series_for(kpi=kpi, subject=Subject.organisation(), by=validated_data["by"])
        return kpi

    def update(self, kpi: Kpi, validated_data) -> Kpi:
        meant, by = validated_data.pop("meant"), validated_data["by"]
        how = {name: validated_data.pop(name) for name in HOW_CHANGED if name in validated_data}
        kpi.edit(**validated_data)
        how = {"valid_from": clock.today(), "reason": ""} | how
        actions.change_definition(kpi=kpi, by=by, **how, **meant)
        return kpi


def bounds(target: Any, direction: str) -> dict[str, float | None]:
    """Both ends of a target as the API writes it, by the direction of the KPI."""
    if target is None:
        return {"low": None, "high": None}
    if isinstance(target, dict):
        ends = {"low": target.get("low"), "high": target.get("high")}
        if None in ends.values() or ends["high"] <= ends["low"]:
            refuse(_("A band needs low and high, and high above low."))
        if direction not in (Direction.BAND, Direction.NEUTRAL):
            refuse(_("With this direction a target is one number."))
        return ends
    if direction == Direction.UP:
        return {"low": target, "high": None}
    if direction == Direction.DOWN:
        return {"low": None, "high": target}
    return refuse(_("Write low and high: with this direction one number says too little."))


def check_target(version: KpiVersion, direction: str) -> None:
    """Refuse a direction to which the target that stands does not belong."""
    if version.target is not None:
        kept = bounds(version.target, direction)
        if (kept["low"], kept["high"]) != (version.low, version.high):
            refuse(_("A new direction needs a new target."))


def refuse(text: str):
    raise serializers.ValidationError({"target": [text]})


class CertificateSerializer(StrictSerializer):
    reason = TextField(max_length=2000, style=LONG)
    until = DateField(required=False)


class KpiViewSet(RecordViewSet):
    """Definition cards. The rows are named by their short name (slug)."""

    queryset = Kpi.objects.with_versions().order_by("name", "pk")
    serializer_class = KpiSerializer
    filterset_fields = ["family", "owner", "slug"]
    writers = ("admin", "ops")
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"

    @action(detail=True, methods=["post"], serializer_class=CertificateSerializer)
    def certify(self, request, slug=None) -> Response:
        kpi = self.get_object()
        certificate = CertificateSerializer(data=request.data)
        certificate.is_valid(raise_exception=True)
        kpi.certify(by=request.user, **certificate.validated_data)
        return self.shown(kpi)

    @action(detail=True, methods=["post"])
    def uncertify(self, request, slug=None) -> Response:
        kpi = self.get_object()
        kpi.uncertify(by=request.user)
        return self.shown(kpi)

    def shown(self, kpi: Kpi) -> Response:
        context = self.get_serializer_context()
        return self.tagged(kpi, Response(KpiSerializer(kpi, context=context).data))


routes.register("kpis", KpiViewSet)
