"""Whether improvements worked, and whether it lasted."""

from rest_framework import serializers

from metrics.models import Verdict
from objectives.models import Series
from productops.api import routes
from productops.api.views import ReadViewSet


class VerdictSerializer(serializers.ModelSerializer):
    improvement = serializers.IntegerField(source="registration.improvement_id")
    series = serializers.IntegerField(source="registration.series_id")

    class Meta:
        model = Verdict
        fields = [
            "id", "improvement", "registration", "series", "basis", "result", "reason",
            "sentence", "effect", "ci_low", "ci_high", "mde", "r1", "gate_signal", "gate_size",
            "n_before", "n_after", "summary", "ready_on", "data_sha256", "judged_at",
        ]  # fmt: skip


class VerdictViewSet(ReadViewSet):
    """Whether improvements worked, as the data says now."""

    queryset = Verdict.objects.select_related("registration").order_by("-judged_at", "-pk")
    serializer_class = VerdictSerializer
    filterset_fields = ["result", "basis", "registration__improvement", "registration__series"]
    http_method_names = ["get", "head", "options"]

    def get_queryset(self):
        seen = Series.objects.visible_to(self.request.user)
        return (
            super()
            .get_queryset()
            .filter(registration__series__in=seen, registration__improvement__deleted_at=None)
        )


routes.register("verdicts", VerdictViewSet)
