"""Questionnaires over HTTP."""

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from audits import actions
from audits.framework_file import FrameworkRefused, read_content
from audits.models import FrameworkVersion
from productops.api.serializers import RecordSerializer
from productops.api.views import RecordViewSet
from productops.navigation import OPERATORS


class FrameworkSerializer(RecordSerializer):
    key = serializers.CharField(source="framework.slug", read_only=True)
    title = serializers.CharField(source="framework.title", read_only=True)
    content = serializers.JSONField()

    class Meta:
        model = FrameworkVersion
        fields = [
            "id", "key", "title", "number", "state", "description", "language", "minutes",
            "low", "high", "target", "sha256", "published_at", "content",
        ]  # fmt: skip
        read_only_fields = [name for name in fields if name != "content"]

    def create(self, validated_data):
        try:
            file = read_content(validated_data["content"])
        except FrameworkRefused as refused:
            faults = [f"{fault.key}: {fault.reason}" for fault in refused.faults]
            raise serializers.ValidationError({"content": faults}) from refused
        except (TypeError, AttributeError) as problem:
            raise serializers.ValidationError(
                {"content": [_("Send a questionnaire as a JSON object.")]}
            ) from problem
        by = validated_data["by"]
        return actions.load_framework(file=file, by=by, now=timezone.now())[0]


class FrameworkViewSet(RecordViewSet):
    """Versions of questionnaires; posting content that is new makes the next version."""

    queryset = FrameworkVersion.objects.select_related("framework").newest_first()
    serializer_class = FrameworkSerializer
    writers = OPERATORS
    filterset_fields = {"framework__slug": ["exact"], "state": ["exact"]}
    http_method_names = ["get", "head", "options", "post"]
