"""What improvements promise, as long as it may be changed, and read for good."""

from dataclasses import asdict

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from metrics.actions import promises as actions
from metrics.api.improvements import WAYS, with_problem
from metrics.choices import Method
from metrics.models import Improvement, Registration
from metrics.outlook import outlook_of
from objectives.models import Series
from productops.api import routes
from productops.api.serializers import RecordSerializer, Visible
from productops.api.views import RecordViewSet

KEPT = (
    *("direction", "smallest_effect", "expected_effect", "lag_periods", "window_periods"),
    *("control", "trigger_on"),
)


class RegistrationSerializer(RecordSerializer):
    improvement = Visible(queryset=Improvement.objects.all(), to_change=True)
    series = Visible(queryset=Series.objects.all())
    control = Visible(queryset=Series.objects.all(), required=False, allow_null=True)
    direction = serializers.ChoiceField(choices=WAYS)
    method = serializers.ChoiceField(choices=Method.choices, required=False)
    locked_by = serializers.CharField(source="locked_by.email", default=None, read_only=True)

    class Meta:
        model = Registration
        fields = [
            "id", "improvement", "series", "direction", "smallest_effect", "expected_effect",
            "lag_periods", "window_periods", "method", "control", "trigger_on", "locked_at",
            "locked_by", "version",
        ]  # fmt: skip
        read_only_fields = ["locked_at", "version"]
        # The verb replaces an earlier promise on the same series.
        validators: list = []

    def validate_smallest_effect(self, value):
        return a_size(value)

    def validate_expected_effect(self, value):
        return a_size(value)

    def validate_window_periods(self, value):
        return in_range(value, 8, 104)

    def validate_lag_periods(self, value):
        return in_range(value, 0, 52)

    def validate(self, attrs):
        """The method follows from the control; who names both must mean the same."""
        wanted, control = attrs.pop("method", None), self.now(attrs, "control")
        if wanted is not None and (wanted == Method.CONTROLLED) != (control is not None):
            raise serializers.ValidationError(
                {"method": _("A control belongs to the method controlled, and to no other.")}
            )
        improvement, series = self.now(attrs, "improvement"), self.now(attrs, "series")
        if fault := actions.fault_of_control(improvement, series, control):
            raise serializers.ValidationError({"control": fault})
        smallest, expected = (self.now(attrs, n) for n in ("smallest_effect", "expected_effect"))
        if None not in (smallest, expected) and expected < smallest:
            raise serializers.ValidationError(
                {"expected_effect": _("You expect less than is worth having.")}
            )
        return attrs

    def now(self, attrs, name: str):
        """A field as it will be."""
        return attrs.get(name, getattr(self.instance, name, None))

    def create(self, validated_data) -> Registration:
        return with_problem(lambda: actions.register(**validated_data))

    def update(self, registration: Registration, validated_data) -> Registration:
        now = {name: getattr(registration, name) for name in KEPT}
        fixed = {"improvement": registration.improvement, "series": registration.series}
        return with_problem(lambda: actions.register(**(now | validated_data | fixed)))


def a_size(value: float | None) -> float | None:
    if value is not None and value < 0:
        raise serializers.ValidationError(_("It is a size, without direction."))
    return value


def in_range(value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        raise serializers.ValidationError(
            _("Write a whole number from %(low)s to %(high)s.") % {"low": low, "high": high}
        )
    return value


class RegistrationViewSet(RecordViewSet):
    """What improvements promise: a series, a direction, a smallest effect. Locked at approval."""

    queryset = Registration.objects.select_related(
        "improvement__subject", "series__state", "control__state", "locked_by"
    ).order_by("-pk")
    serializer_class = RegistrationSerializer
    filterset_fields = ["improvement", "series"]

    def get_queryset(self):
        person = self.request.user
        return super().get_queryset().filter(series__in=Series.objects.visible_to(person))

    def may_change(self, person, row: Registration) -> bool:
        return person.may_change(row.improvement.subject)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True)
    def outlook(self, request, pk=None) -> Response:
        """What the promise could show, by its series as it stands now."""
        found = outlook_of(self.get_object())
        return Response(asdict(found) | {"is_enough": found.is_enough})

    def perform_destroy(self, row: Registration) -> None:
        with_problem(lambda: actions.withdraw(registration=row, by=self.request.user))


routes.register("registrations", RegistrationViewSet)
