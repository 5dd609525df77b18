"""Processes over HTTP, by the same verbs as the pages."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from processes import access, actions
from processes.choices import AdoptionState
from processes.models import (
    Acknowledgement,
    Adoption,
    NotAllowed,
    Process,
    Revision,
    Step,
)
from processes.rows import CARD, slug_of
from processes.template_file import ProcessText
from productops import changelog, clock, trash
from productops.api import routes
from productops.api.problems import Problem
from productops.api.serializers import RecordSerializer, StrictSerializer, Visible
from productops.api.views import ReadViewSet, RecordViewSet
from teams.models import Person, Subject


class StepSerializer(RecordSerializer):
    class Meta:
        model = Step
        fields = list(actions.STEP_FIELDS)


class ProcessSerializer(RecordSerializer):
    owner = Visible("email", queryset=Person.objects.all(), required=False)
    owner_role = serializers.SlugRelatedField("slug", read_only=True)
    published = serializers.IntegerField(source="published.number", default=None, read_only=True)

    class Meta:
        model = Process
        fields = ["id", "slug", *CARD, "owner", "owner_role", "published", "reviewed_on", "version"]
        read_only_fields = ["slug", "reviewed_on", "version"]

    def create(self, validated_data):
        by = validated_data.pop("by")
        owner = validated_data.pop("owner", by)
        text = ProcessText(slug=slug_of(validated_data["title"]), **validated_data)
        return actions.create_process(text=text, owner=owner, by=by)

    def update(self, process, validated_data):
        by = validated_data.pop("by")
        before = {name: getattr(process, name) for name in validated_data}
        for name, value in validated_data.items():
            setattr(process, name, value)
        process.save()
        changelog.record(by=by, row=process, verb="edited", before=before, after=validated_data)
        return process


class ProcessViewSet(RecordViewSet):
    queryset = Process.objects.select_related("owner", "owner_role", "published")
    serializer_class = ProcessSerializer
    filterset_fields = ["family", "slug"]

    def check_permissions(self, request) -> None:
        super().check_permissions(request)
        if request.method == "POST" and request.user.role not in ("admin", "ops", "pm"):
            raise PermissionDenied(_("Only product operations and product managers write."))

    def perform_destroy(self, row) -> None:
        trash.discard(row=row, by=self.request.user)


class RevisionNoteSerializer(StrictSerializer):
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class RevisionSerializer(RecordSerializer):
    process = Visible("slug", queryset=Process.objects.all(), to_change=True)
    author = serializers.SlugRelatedField("email", read_only=True)
    approver = serializers.SlugRelatedField("email", read_only=True)
    steps = StepSerializer(many=True, required=False)

    class Meta:
        model = Revision
        fields = [
            "id", "process", "number", "state", "summary", "body", "is_material", "author",
            "approver", "submitted_at", "published_at", "steps", "version",
        ]  # fmt: skip
        read_only_fields = ["number", "state", "submitted_at", "published_at", "version"]

    def create(self, validated_data):
        process, by = validated_data.pop("process"), validated_data.pop("by")
        if process.revisions.open().exists():
            raise Problem(409, _("This process has a draft already."), field="process")
        draft = actions.start_draft(process=process, by=by)
        return self.update(draft, validated_data | {"by": by})

    def update(self, revision, validated_data):
        if not revision.is_open:
            raise Problem(409, _("What was published never changes. Start a draft."))
        by, steps = validated_data.pop("by"), validated_data.pop("steps", None)
        validated_data.pop("process", None)
        for name, value in validated_data.items():
            setattr(revision, name, value)
        revision.save()
        if steps is not None:
            actions.write_steps(revision=revision, steps=steps)
        changelog.record(by=by, row=revision, verb="edited", after=validated_data)
        return revision


class RevisionViewSet(RecordViewSet):
    queryset = Revision.objects.select_related("process", "author", "approver").prefetch_related(
        "steps"
    )
    serializer_class = RevisionSerializer
    filterset_fields = ["process", "state"]
    http_method_names = ["get", "head", "options", "post", "put", "patch"]

    def get_queryset(self):
        return super().get_queryset().readable_by(self.request.user)

    def may_change(self, person, row) -> bool:
        return access.may_change(person, row.process)

    @action(detail=True, methods=["post"], serializer_class=RevisionNoteSerializer)
    def submit(self, request, pk=None):
        revision = self.get_object()
        return self.done(revision, lambda note: revision.submit(by=request.user))

    @action(detail=True, methods=["post"], serializer_class=RevisionNoteSerializer)
    def publish(self, request, pk=None):
        revision = self.reviewed()
        return self.done(
            revision,
            lambda note: actions.publish(revision=revision, by=request.user, note=note),
        )

    @action(
        detail=True,
        methods=["post"],
        url_path="request-changes",
        serializer_class=RevisionNoteSerializer,
    )
    def request_changes(self, request, pk=None):
        revision = self.reviewed()
        return self.done(
            revision, lambda note: revision.request_changes(by=request.user, note=note)
        )

    def reviewed(self) -> Revision:
        revision = self.get_object()
        return access.revision_to_review(self.request.user, revision.process_id, revision.number)

    def done(self, revision: Revision, verb) -> Response:
        given = RevisionNoteSerializer(data=self.request.data)
        given.is_valid(raise_exception=True)
        try:
            verb(given.validated_data.get("note", ""))
        except NotAllowed as problem:
            raise Problem(409, str(problem)) from problem
        context = self.get_serializer_context()
        return Response(RevisionSerializer(revision, context=context).data)


class AcknowledgementSerializer(RecordSerializer):
    revision = serializers.PrimaryKeyRelatedField(read_only=True)
    process = serializers.CharField(source="revision.process.slug", read_only=True)
    person = serializers.SlugRelatedField("email", read_only=True)

    class Meta:
        model = Acknowledgement
        fields = ["id", "revision", "process", "person", "asked_at", "due_on", "done_at"]
        read_only_fields = ["asked_at", "due_on", "done_at"]


class AcknowledgementViewSet(ReadViewSet):
    queryset = Acknowledgement.objects.select_related("revision__process", "person")
    serializer_class = AcknowledgementSerializer
    filterset_fields = ["revision"]


class AdoptionSerializer(RecordSerializer):
    process = Visible("slug", queryset=Process.objects.all())
    subject = Visible("pk", queryset=Subject.objects.all(), to_change=True)

    class Meta:
        model = Adoption
        fields = ["id", "process", "subject", "state", "on", "until_on", "reason"]

    def validate(self, values):
        exempt = values.get("state") == AdoptionState.EXEMPT
        if exempt and not (values.get("until_on") and values.get("reason")):
            raise serializers.ValidationError(
                {"until_on": [_("An exemption needs a reason and an end.")]}
            )
        return values

    def create(self, validated_data):
        validated_data.setdefault("on", clock.today())
        return actions.record_adoption(**validated_data)


class AdoptionViewSet(RecordViewSet):
    queryset = Adoption.objects.select_related("process", "subject")
    serializer_class = AdoptionSerializer
    filterset_fields = ["process", "subject", "state"]
    http_method_names = ["get", "head", "options", "post"]


routes.register("processes", ProcessViewSet)
routes.register("revisions", RevisionViewSet)
routes.register("acknowledgements", AcknowledgementViewSet)
routes.register("adoptions", AdoptionViewSet)
