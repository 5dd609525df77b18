"""Questionnaires over HTTP: versions, the draft of the next one, and targets."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from audits import access
from audits.actions import drafts as actions
from audits.actions.frameworks import load_framework
from audits.actions.targets import set_level_targets
from audits.api.verbs import body, told
from audits.draft_faults import DraftFault, faults_in
from audits.drafting import key_from
from audits.framework_file import ROOT, FrameworkFile, FrameworkRefused, read_content
from audits.models import FrameworkVersion, LevelTarget
from audits.pages.targets import nodes_with_targets
from audits.pages.version_words import words_of
from audits.version_diff import FieldChange, difference
from productops.api.problems import Problem
from productops.api.serializers import RecordSerializer, StrictSerializer, Visible
from productops.api.views import RecordViewSet
from productops.navigation import OPERATORS
from teams.models import Subject


class FrameworkSerializer(RecordSerializer):
    key = serializers.CharField(source="framework.slug", read_only=True)
    title = serializers.CharField(source="framework.title", read_only=True)
    content = serializers.JSONField()
    edition = serializers.IntegerField(required=False, min_value=0)

    class Meta:
        model = FrameworkVersion
        fields = [
            "id", "key", "title", "number", "state", "description", "language", "minutes",
            "low", "high", "target", "sha256", "published_at", "summary", "edition", "content",
        ]  # fmt: skip
        read_only_fields = [name for name in fields if name not in ("content", "edition")]

    def create(self, validated_data):
        by, file = validated_data["by"], read_or_refuse(validated_data["content"])
        return load_framework(file=file, by=by, now=timezone.now())[0]

    def update(self, draft, validated_data):
        if "edition" not in validated_data:
            raise serializers.ValidationError({"edition": [_("Say which edition you have read.")]})
        if not draft.is_draft:
            raise Problem(409, _("What is published never changes. Start a draft."))
        content = validated_data["content"]
        if not isinstance(content, dict) or content.get("key") != draft.framework.slug:
            reason = _("Send the questionnaire whose key is %s.") % draft.framework.slug
            raise serializers.ValidationError({"content": [reason]})
        with told():
            return actions.save_draft(
                draft=draft,
                content=read_draft(content).content,
                edition=validated_data["edition"],
                by=validated_data["by"],
                now=timezone.now(),
            )


def read_or_refuse(content: Any) -> FrameworkFile:
    """The questionnaire that was sent, or 400 with all that is wrong with it."""
    try:
        return read_content(content)
    except FrameworkRefused as refused:
        faults = [f"{fault.key}: {fault.reason}" for fault in refused.faults]
        raise serializers.ValidationError({"content": faults}) from refused
    except (TypeError, AttributeError) as problem:
        raise serializers.ValidationError(
            {"content": [_("Send a questionnaire as a JSON object.")]}
        ) from problem


def read_draft(content: dict[str, Any]) -> FrameworkFile:
    """The draft that was sent, or 422 with each fault by node and field."""
    try:
        return read_content(content)
    except FrameworkRefused as refused:
        named = [DraftFault("", one.key, one.reason) for one in refused.faults]
        raise unprocessable(_placed(content) or named) from refused


def _placed(content: dict[str, Any]) -> list[DraftFault]:
    """The same faults by node; nothing where the content is too broken to have nodes."""
    try:
        return faults_in(content)
    except (TypeError, AttributeError, KeyError, RecursionError):
        return []


def unprocessable(faults: Iterable[DraftFault]) -> Problem:
    problem = Problem(422, _("This cannot be published as it is."))
    problem.errors = [
        {
            "field": ".".join(
                part
                for part in ("content", fault.key if fault.key != ROOT else "", fault.field)
                if part
            ),
            "message": fault.reason,
        }
        for fault in faults
    ]
    return problem


class PublishSerializer(StrictSerializer):
    edition = serializers.IntegerField(min_value=0)
    summary = serializers.CharField(max_length=2_000)


class CopySerializer(StrictSerializer):
    title = serializers.CharField(max_length=200)


class LevelTargetSerializer(StrictSerializer):
    key = serializers.SlugField(max_length=120)
    subject = Visible("pk", queryset=Subject.objects.all())
    level = serializers.FloatField(allow_null=True)


class LevelTargetsSerializer(StrictSerializer):
    targets = LevelTargetSerializer(many=True)


class FrameworkViewSet(RecordViewSet):
    """Versions of questionnaires; posting content that is new makes the next version.

    ``edit`` starts the draft of the next version, which is put as a whole with the ``edition``
    that was read, published, or deleted.
    """

    queryset = FrameworkVersion.objects.select_related("framework").newest_first()
    serializer_class = FrameworkSerializer
    writers = OPERATORS
    filterset_fields = {"framework__slug": ["exact"], "state": ["exact"]}
    http_method_names = ["get", "head", "options", "post", "put", "delete"]

    def perform_destroy(self, row) -> None:
        if not row.is_draft:
            raise Problem(409, _("What is published stays. Retire it instead."))
        with told():
            actions.discard_draft(draft=row, by=self.request.user)

    @action(detail=True, methods=["post"], serializer_class=StrictSerializer)
    def edit(self, request, pk=None):
        """The draft of the framework's next version, begun where there is none."""
        framework = self.get_object().framework
        with told():
            draft = actions.start_draft(framework=framework, by=request.user, now=timezone.now())
        return self.shown(draft, status.HTTP_201_CREATED)

    @action(detail=True, methods=["post"], serializer_class=PublishSerializer)
    def publish(self, request, pk=None):
        draft = self.get_object()
        values = body(PublishSerializer, request, self.get_serializer_context())
        if not draft.is_draft:
            raise Problem(409, _("It is published already."))
        try:
            with told():
                version = actions.publish_draft(
                    draft=draft, **values, by=request.user, now=timezone.now()
                )
        except FrameworkRefused as refused:
            raise unprocessable(faults_in(draft.content)) from refused
        return self.shown(version)

    @action(detail=True, methods=["post"], serializer_class=CopySerializer)
    def copy(self, request, pk=None):
        """Another framework that begins with the words of this version, as a draft."""
        version = self.get_object()
        title = body(CopySerializer, request, self.get_serializer_context())["title"]
        with told():
            draft = actions.copy_framework(
                version=version,
                title=title,
                key=key_from(title, "framework"),
                by=request.user,
                now=timezone.now(),
            )
        return self.shown(draft, status.HTTP_201_CREATED)

    @action(detail=True, methods=["post"], serializer_class=StrictSerializer)
    def retire(self, request, pk=None):
        version = self.get_object()
        with told():
            actions.retire_framework(framework=version.framework, by=request.user)
        return self.shown(self.get_object())

    @action(detail=True, methods=["post"], serializer_class=StrictSerializer)
    def reopen(self, request, pk=None):
        version = self.get_object()
        with told():
            newest = actions.bring_back_framework(framework=version.framework, by=request.user)
        return self.shown(newest)

    @action(detail=True, methods=["get"], serializer_class=StrictSerializer)
    def diff(self, request, pk=None):
        """What changed since ``?since=`` (id of another version), or since the one before."""
        version = self.get_object()
        since = self.since(version, request.query_params.get("since", ""))
        changes = difference(since.content, version.content)
        return Response(
            {
                "since": since.pk,
                "consequences": words_of(changes)["consequences"],
                "head": [field_of(one) for one in changes.head],
                "nodes": [
                    {
                        "key": one.key,
                        "change": one.change.value,
                        "moved": one.is_moved,
                        "fields": [field_of(field) for field in one.fields],
                    }
                    for one in changes.shown
                ],
            }
        )

    def since(self, version: FrameworkVersion, pk: str) -> FrameworkVersion:
        others = self.get_queryset().filter(framework=version.framework_id).exclude(pk=version.pk)
        if pk:
            named = pk if pk.isascii() and pk.isdigit() and len(pk) < 19 else 0
            found = others.filter(pk=named).first()
        else:
            found = others.filter(number__lt=version.number).order_by("-number").first()
        if found is None:
            raise Problem(404, _("There is no such version of this framework."))
        return found

    @action(detail=True, methods=["get", "put"], serializer_class=LevelTargetsSerializer)
    def targets(self, request, pk=None):
        """Levels that single products and teams want; null takes the framework's target again."""
        version = self.get_object()
        if request.method == "PUT":
            access.check_may_prepare(request.user)
            self.write_targets(version, request)
        rows = access.targets_for(request.user, version.framework)
        return Response({"targets": [target_of(one) for one in rows]})

    @transaction.atomic
    def write_targets(self, version: FrameworkVersion, request) -> None:
        sent = body(LevelTargetsSerializer, request, self.get_serializer_context())["targets"]
        ends = {node.key: node for node in nodes_with_targets(version)}
        for number, one in enumerate(sent):
            check_target(ends, one, f"targets[{number}]")
        wanted = {(one["key"], one["subject"]): one["level"] for one in sent}
        set_level_targets(framework=version.framework, wanted=wanted, by=request.user)

    def shown(self, version: FrameworkVersion, code: int = status.HTTP_200_OK) -> Response:
        serializer = FrameworkSerializer(version, context=self.get_serializer_context())
        return Response(serializer.data, status=code)


def check_target(nodes: dict, sent: dict[str, Any], place: str) -> None:
    node = nodes.get(sent["key"])
    if node is None:
        raise Problem(400, _("No section of it is called so."), field=f"{place}.key")
    low, high = node.ends
    if sent["level"] is not None and not low <= sent["level"] <= high:
        text = _("Write a level from %(low)g to %(high)g.") % {"low": low, "high": high}
        raise Problem(400, text, field=f"{place}.level")


def target_of(row: LevelTarget) -> dict[str, Any]:
    return {"key": row.key, "subject": row.subject_id, "level": row.level}


def field_of(change: FieldChange) -> dict[str, Any]:
    return {"field": ".".join(change.name), "before": change.before, "after": change.after}
