"""Evidence over HTTP: as JSON where it is an address, as multipart where it is a file."""

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from audits import access, actions
from audits.api.verbs import body, told
from audits.models import Answer, Evidence, EvidenceRevision, Gap
from productops.api.fields import DateField, TextField
from productops.api.parsing import StrictJSONParser
from productops.api.serializers import RecordSerializer, StrictSerializer, Visible
from productops.api.views import RecordViewSet
from productops.attachments import download
from productops.parsing import Unreadable


class EvidenceRevisionSerializer(StrictSerializer):
    """One state of a piece of evidence: a file, an address or both."""

    file = serializers.FileField(required=False, allow_null=True, write_only=True)
    url = serializers.URLField(required=False, allow_blank=True, max_length=500)
    note = TextField(required=False, allow_blank=True, max_length=2_000)
    valid_until = DateField(required=False, allow_null=True)

    def validate(self, values):
        if not (values.get("file") or values.get("url")):
            raise serializers.ValidationError({"file": [_("Add a file or a link.")]})
        return values


class RevisionOutSerializer(serializers.ModelSerializer):
    file = serializers.CharField(source="file.name", read_only=True, default=None)
    sha256 = serializers.CharField(source="file.sha256", read_only=True, default=None)
    by = serializers.SlugRelatedField("email", read_only=True)

    class Meta:
        model = EvidenceRevision
        fields = ["number", "file", "sha256", "url", "note", "valid_until", "by", "at"]


class EvidenceSerializer(RecordSerializer):
    gap = Visible(queryset=Gap.objects.all(), to_change=True, required=False, allow_null=True)
    answer = Visible(
        queryset=Answer.objects.select_related("scope__subject"), required=False, allow_null=True
    )
    file = serializers.FileField(write_only=True, required=False, allow_null=True)
    url = serializers.URLField(write_only=True, required=False, allow_blank=True, max_length=500)
    note = TextField(write_only=True, required=False, allow_blank=True, max_length=2_000)
    valid_until = DateField(write_only=True, required=False, allow_null=True)
    revisions = serializers.SerializerMethodField()

    class Meta:
        model = Evidence
        fields = [
            "id", "title", "gap", "answer", "file", "url", "note", "valid_until", "revisions",
        ]  # fmt: skip

    @extend_schema_field(RevisionOutSerializer(many=True))
    def get_revisions(self, evidence):
        return RevisionOutSerializer(evidence.revisions.all(), many=True).data

    def validate(self, values):
        if bool(values.get("gap")) == bool(values.get("answer")):
            raise serializers.ValidationError({"gap": [_("Name a gap or an answer.")]})
        if not (values.get("file") or values.get("url")):
            raise serializers.ValidationError({"file": [_("Add a file or a link.")]})
        answer, person = values.get("answer"), self.context["request"].user
        if answer and not person.may_change(answer.scope.subject):
            raise serializers.ValidationError({"answer": [_("There is no such record.")]})
        return values

    def create(self, validated_data):
        about = validated_data.pop("gap", None) or validated_data.pop("answer")
        by, title = validated_data.pop("by"), validated_data.pop("title")
        with told(), refusing_file():
            return actions.add_evidence(
                about=about, title=title, content=validated_data, by=by, now=timezone.now()
            )


class refusing_file:  # noqa: N801  reads as a sentence where it is used
    """Say beside the file why it is not taken."""

    def __enter__(self):
        return self

    def __exit__(self, kind, problem, trace):
        if isinstance(problem, Unreadable):
            raise serializers.ValidationError({"file": [str(problem)]}) from problem


class EvidenceViewSet(RecordViewSet):
    """Pieces of evidence with all their revisions, newest first."""

    queryset = Evidence.objects.prefetch_related("revisions__file", "revisions__by").order_by("pk")
    serializer_class = EvidenceSerializer
    parser_classes = [StrictJSONParser, MultiPartParser]
    filterset_fields = ["gap", "answer"]
    http_method_names = ["get", "head", "options", "post"]

    @action(detail=True, methods=["post"], serializer_class=EvidenceRevisionSerializer)
    def renew(self, request, pk=None):
        """The next revision, which holds from now on."""
        evidence = self.get_object()
        content = body(EvidenceRevisionSerializer, request, self.get_serializer_context())
        with told(), refusing_file():
            actions.renew_evidence(
                evidence=evidence, content=content, by=request.user, now=timezone.now()
            )
        fresh = self.get_queryset().get(pk=evidence.pk)
        return Response(EvidenceSerializer(fresh, context=self.get_serializer_context()).data)

    @extend_schema(responses=OpenApiTypes.BINARY)
    @action(
        detail=True,
        methods=["get"],
        url_path=r"revisions/(?P<number>[0-9]{1,9})/file",
        serializer_class=StrictSerializer,
    )
    def file(self, request, pk=None, number=""):
        """The file of one revision, as a download."""
        evidence = self.get_object()
        return download(access.evidence_file(request.user, evidence.pk, int(number)))
