from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from objectives import actions
from objectives.models import CheckIn, KeyResult
from objectives.pages.habits import calibration_page
from productops.api import routes
from productops.api.fields import TextField, WholeField
from productops.api.problems import Problem
from productops.api.serializers import RecordSerializer, Visible
from productops.api.views import RecordViewSet


class OwnKeyResult(Visible):
    """A key result that the person may check in."""

    def get_queryset(self):
        rows = serializers.RelatedField.get_queryset(self)
        return rows.to_check_in_by(self.context["request"].user)


def lines(longest: int) -> TextField:
    """A text that may have lines, as long as its form takes it."""
    style = {"base_template": "textarea.html"}
    return TextField(max_length=longest, required=False, allow_blank=True, style=style)


class CheckInRevisionSerializer(serializers.Serializer):
    """What a check-in said before a correction, who corrected it, and when."""

    number = serializers.IntegerField(read_only=True)
    at = serializers.DateTimeField(read_only=True)
    by = serializers.IntegerField(source="by_id", read_only=True)
    content = serializers.JSONField(read_only=True)


class CheckInSerializer(RecordSerializer):
    key_result = OwnKeyResult(queryset=KeyResult.objects.select_related("objective", "series"))
    author = serializers.PrimaryKeyRelatedField(read_only=True)
    confidence = WholeField(low=0, high=10)
    changed = lines(5_000)
    taken = lines(5_000)
    blockers = lines(5_000)
    revisions = CheckInRevisionSerializer(many=True, read_only=True)
    seen = WholeField(
        required=False,
        write_only=True,
        help_text="Key of the newest check-in that you have read, 0 for none: a newer one is 409.",
    )

    class Meta:
        model = CheckIn
        fields = [
            "id", "key_result", "author", "on", "value", "zone", "confidence", "changed",
            "taken", "blockers", "revisions", "seen", "version", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["id", "version"]

    def create(self, validated_data) -> CheckIn:
        try:
            return actions.check_in(**validated_data)
        except actions.SaidMeanwhile as other:
            said = other.said
            raise Problem(409, str(other), field="seen", seen=said.pk) from other

    def update(self, said: CheckIn, validated_data) -> CheckIn:
        validated_data.pop("seen", None)
        if validated_data.pop("key_result", said.key_result) != said.key_result:
            text = _("A check-in stays with its key result.")
            raise serializers.ValidationError({"key_result": text})
        actions.correct_check_in(said=said, **validated_data)
        return said


class CheckInViewSet(RecordViewSet):
    """What owners say of key results. A corrected one keeps what it said before; one of the last
    hour may be deleted by its author, an older one is corrected instead."""

    queryset = (
        CheckIn.objects.select_related("key_result__objective")
        .prefetch_related("revisions")
        .newest_first()
    )
    serializer_class = CheckInSerializer
    filterset_fields = ["key_result", "author", "on"]
    writers = ("admin", "ops", "pm", "exec")
    http_method_names = ["get", "head", "options", "post", "put", "patch", "delete"]

    @action(detail=False, filterset_fields=None, pagination_class=None)
    def calibration(self, request) -> Response:
        """How sure one was, and what came true: of one's own alone, whoever asks. The score and
        its parts are null until enough key results have ended."""
        page = calibration_page(request.user)
        parts = ("score", "reliability", "resolution", "uncertainty")
        lines = page.lines if page.found else []
        return Response(
            {"n": page.number, "enough": page.enough}
            | {name: getattr(page.found, name, None) for name in parts}
            | {"curve": [{"said": one.said, "n": one.number, "met": one.met} for one in lines]}
        )

    def perform_destroy(self, said: CheckIn) -> None:
        actions.take_back(said=said, by=self.request.user)


routes.register("check-ins", CheckInViewSet)
