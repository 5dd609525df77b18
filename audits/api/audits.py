"""Audits over HTTP."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from audits import access, actions
from audits.api.disagreements import disagreements
from audits.api.verbs import told
from audits.models import Audit, FrameworkVersion
from audits.quality import concerns
from productops import clock
from productops.api.serializers import RecordSerializer, StrictSerializer, Visible
from productops.api.views import RecordViewSet
from productops.navigation import OPERATORS
from teams.models import Subject


class AuditSerializer(RecordSerializer):
    framework_version = Visible(queryset=FrameworkVersion.objects.all())
    owner = serializers.SlugRelatedField("email", read_only=True)
    subjects = Visible(queryset=Subject.objects.all(), many=True, write_only=True, required=False)
    scopes = serializers.SerializerMethodField()

    class Meta:
        model = Audit
        fields = [
            "id", "title", "framework_version", "owner", "state", "is_anonymous", "intro",
            "subjects", "scopes", "opened_at", "closes_on", "closed_at", "version",
        ]  # fmt: skip
        read_only_fields = ["state", "opened_at", "closed_at", "version"]

    def get_scopes(self, audit) -> list[dict[str, Any]]:
        return [
            {"id": scope.pk, "subject": scope.subject_id, "name": scope.subject.name}
            for scope in audit.scopes.all()
        ]

    def create(self, validated_data):
        if not validated_data.get("subjects"):
            raise serializers.ValidationError({"subjects": [_("Name at least one subject.")]})
        return actions.create_audit(**validated_data, on=clock.today())

    def update(self, audit, validated_data):
        by, subjects = validated_data.pop("by"), validated_data.pop("subjects", None)
        with told():
            return actions.change_audit(
                audit=audit, fields=validated_data, subjects=subjects, by=by, on=clock.today()
            )


class AuditViewSet(RecordViewSet):
    """Drafts are sent, reminded and closed by posts of their own."""

    queryset = Audit.objects.select_related("owner").prefetch_related("scopes__subject")
    serializer_class = AuditSerializer
    writers = OPERATORS
    filterset_fields = ["state", "framework_version", "is_anonymous"]

    @action(detail=True, methods=["post"], serializer_class=StrictSerializer)
    def send(self, request, pk=None):
        return self.done(request, actions.send_invitations)

    @action(detail=True, methods=["post"], serializer_class=StrictSerializer)
    def close(self, request, pk=None):
        return self.done(request, actions.close_audit)

    @action(detail=True, methods=["post"], serializer_class=StrictSerializer)
    def remind(self, request, pk=None):
        audit = self.get_object()
        with told():
            number = actions.remind(audit=audit, by=request.user, now=timezone.now())
        return Response({"reminded": number})

    @action(detail=True, methods=["get"], serializer_class=StrictSerializer)
    def check(self, request, pk=None):
        """What to look at before closing."""
        audit = self.get_object()
        access.check_may_prepare(request.user)
        return Response([{"weight": one.weight.value, "text": one.text} for one in concerns(audit)])

    @action(detail=True, methods=["get"], serializer_class=StrictSerializer)
    def scores(self, request, pk=None):
        """The scores of the scopes that the person may see, by scope and key of node."""
        audit = self.get_object()
        smallest = access.smallest_group(audit)
        found = access.scores_for(request.user, audit)
        return Response([score_of(one) for one in found if one.respondents >= smallest])

    @action(detail=True, methods=["get"], serializer_class=StrictSerializer)
    def disagreements(self, request, pk=None):
        """Where answers lie too far apart, most divided first."""
        return Response(disagreements(request.user, self.get_object()))

    def done(self, request, verb) -> Response:
        audit = self.get_object()
        with told():
            audit = verb(audit=audit, by=request.user, now=timezone.now())
        return Response(AuditSerializer(audit, context=self.get_serializer_context()).data)


def score_of(score) -> dict[str, Any]:
    figures = ("mean", "mean_of_means", "minimum", "spread", "respondents", "answered", "expected")
    return {"scope": score.scope_id, "subject": score.scope.subject.reference} | {
        "node": score.node.key,
        **{name: getattr(score, name) for name in figures},
        "dont_know": score.dont_know,
    }
