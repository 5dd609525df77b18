"""Sources and their runs; secrets go in and never come out."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from metrics import source_access, source_page
from metrics.actions import sources as actions
from metrics.actions.previews import preview_source
from metrics.actions.trials import Trial, look_at
from metrics.api.mappings import MappingSerializer
from metrics.connectors import Connector, connector
from metrics.forms.connectors import asks_another
from metrics.models import Source, SourceRun
from objectives.api.fields import PersonField
from productops.api import routes
from productops.api.problems import Problem
from productops.api.serializers import RecordSerializer
from productops.api.views import ReadViewSet, RecordViewSet
from productops.parsing import Unreadable

SHOWN_ROWS = 20
MOST_SECRET = 4_000


class SourceSerializer(RecordSerializer):
    """``secrets`` names each secret of the kind; those that are left out stay as they are."""

    settings = serializers.DictField(required=False)
    secrets = serializers.DictField(
        child=serializers.CharField(max_length=MOST_SECRET), write_only=True, required=False
    )
    mapping = MappingSerializer(required=False)
    owner = PersonField(required=False, allow_null=True)
    is_stale = serializers.SerializerMethodField()

    class Meta:
        model = Source
        fields = [
            "id", "slug", "name", "kind", "settings", "secrets", "mapping", "since", "every", "at",
            "weekday", "stale_hours", "owner", "state", "is_stale", "next_run_at", "last_ok_at",
            "failing_since", "last_error", "version", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = [
            "slug", "state", "next_run_at", "last_ok_at", "failing_since", "last_error", "version",
        ]  # fmt: skip

    def get_is_stale(self, source: Source) -> bool:
        return source_page.Line(source, timezone.now()).is_stale

    def validate(self, data):
        kind = self.kind_of(data)
        asks = {"settings", "secrets", "since", "kind"} & data.keys()
        if asks and not source_access.may_set_up(self.context["request"].user, kind.kind):
            raise PermissionDenied(_("Only an administrator writes queries to a database."))
        if "settings" in data:
            self.check_settings(kind, data)
        if unknown := data.get("secrets", {}).keys() - set(kind.secret_fields):
            wrong = {name: [_("There is no such secret.")] for name in unknown}
            raise serializers.ValidationError({"secrets": wrong})
        return data

    def kind_of(self, data) -> Connector:
        source: Source | None = self.instance
        if source is not None and data.get("kind", source.kind) != source.kind:
            raise serializers.ValidationError({"kind": [_("The kind of a source stays.")]})
        try:
            return connector(source.kind if source else data["kind"])
        except KeyError:
            raise serializers.ValidationError({"kind": [_("There is no such kind.")]}) from None

    def check_settings(self, kind: Connector, data) -> None:
        known = {field.name for field in kind.fields if field.kind != "secret"}
        wrong = {name: [_("There is no such setting.")] for name in data["settings"].keys() - known}
        wrong |= {name: [said] for name, said in kind.check(data["settings"]).items()}
        if wrong:
            raise serializers.ValidationError({"settings": wrong})
        self.keep_secrets_where_they_belong(kind, data)

    def keep_secrets_where_they_belong(self, kind: Connector, data) -> None:
        source = self.instance
        if not (source and source.secret and kind.secret_fields) or data.get("secrets"):
            return
        if asks_another(kind, source.settings, data["settings"]):
            said = _("Another place is asked now: enter the secret again.")
            raise serializers.ValidationError({"secrets": [said]})

    def create(self, validated_data) -> Source:
        fields = {"settings": {}, "secrets": {}} | validated_data
        try:
            return actions.draft_source(**fields)
        except Unreadable as problem:
            raise serializers.ValidationError({"name": [str(problem)]}) from problem

    def update(self, source: Source, validated_data) -> Source:
        validated_data.pop("kind", None)
        return actions.change_source(source=source, **validated_data)


class SourceViewSet(RecordViewSet):
    """Where numbers come from by themselves. One that is made is a draft until ``resume`` starts
    it; ``test`` asks it, ``preview`` shows its first rows and what they would become, ``run``
    has it read as soon as a worker is free, ``kinds`` lists the settings of each kind."""

    queryset = Source.objects.select_related("owner").order_by("pk")
    serializer_class = SourceSerializer
    filterset_fields = ["slug", "kind", "state", "owner"]
    roles = writers = source_access.OPERATORS

    def perform_destroy(self, source: Source) -> None:
        actions.discard_source(source=source, by=self.request.user)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=False, methods=["get"], pagination_class=None, filter_backends=[])
    def kinds(self, request) -> Response:
        return Response([as_kind(each) for each in source_access.kinds_for(request.user)])

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def run(self, request, pk=None) -> Response:
        source = self.get_object()
        if source.is_draft or source.is_pushed:
            raise Problem(409, _("A draft is not read, nor what is sent to us."))
        actions.ask_to_run(source=source, by=request.user)
        return self.answered(source, 202)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def pause(self, request, pk=None) -> Response:
        return self.answered(actions.pause_source(source=self.get_object(), by=request.user))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def resume(self, request, pk=None) -> Response:
        return self.answered(actions.start_source(source=self.get_object(), by=request.user))

    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["post"])
    def test(self, request, pk=None) -> Response:
        trial = self.looked_at(self.get_object())
        return Response({"rows": len(trial.fetched.rows), "columns": list(trial.fetched.header)})

    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["post"])
    def preview(self, request, pk=None) -> Response:
        source = self.get_object()
        self.looked_at(source)
        found = preview_source(source)
        sample = source.sample
        return Response(
            {
                "header": sample["header"],
                "rows": sample["rows"][:SHOWN_ROWS],
                "count": sample["count"],
                "note": sample["note"],
                **found.report.as_dict(),
                "series": found.name,
                "points": [{"period": period, "value": value} for period, value in found.points],
            }
        )

    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["post"])
    def secret(self, request, pk=None) -> Response:
        """A new secret for what is sent to us, told this once."""
        source = self.get_object()
        if not source.is_pushed:
            raise Problem(409, _("Only what is sent to us is signed."))
        return Response({"secret": actions.renew_secret(source=source, by=request.user)})

    def answered(self, source: Source, status: int = 200) -> Response:
        fresh = self.get_queryset().get(pk=source.pk)
        return self.tagged(fresh, Response(self.get_serializer(fresh).data, status=status))

    def looked_at(self, source: Source) -> Trial:
        trial = look_at(source)
        if trial.fetched is None:
            field = f"settings.{trial.field}" if trial.field else "settings"
            raise Problem(422, trial.sentence, field=field)
        return trial


def as_kind(kind: Connector) -> dict[str, Any]:
    return {
        "kind": kind.kind,
        "name": str(kind.name),
        "summary": str(kind.summary),
        "fields": [
            {
                "name": field.name,
                "label": str(field.label),
                "kind": field.kind,
                "required": field.is_required,
                "choices": [value for value, _label in field.choices],
                "default": field.default,
                "help": str(field.help),
            }
            for field in kind.fields
        ],
        "columns": dict(kind.columns),
    }


class SourceRunSerializer(serializers.ModelSerializer):
    class Meta:
        model = SourceRun
        fields = [
            "id", "source", "trigger", "state", "started_at", "ended_at", "created", "updated",
            "unchanged", "refused", "refused_in_all", "note", "by", "delivery",
        ]  # fmt: skip


class SourceRunViewSet(ReadViewSet):
    """What became of each reading; ``refused`` lists the first hundred cells."""

    queryset = SourceRun.objects.filter(source__deleted_at=None).order_by("-pk")
    serializer_class = SourceRunSerializer
    filterset_fields = ["source", "trigger", "state"]
    roles = source_access.OPERATORS


routes.register("sources", SourceViewSet)
routes.register("source-runs", SourceRunViewSet)
