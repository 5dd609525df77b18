"""Audits over HTTP."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from audits import access, actions
from audits.api import results
from audits.api.disagreements import disagreements
from audits.api.verbs import body, told
from audits.choices import GapRule
from audits.models import Assignment, Audit, FrameworkVersion, Node, Repeat
from audits.quality import concerns
from audits.refusals import NotNow
from productops import clock
from productops.api.fields import DateField, TextField, WholeField
from productops.api.serializers import RecordSerializer, StrictSerializer, Visible
from productops.api.views import RecordViewSet
from productops.navigation import OPERATORS
from teams.models import Subject


class RemindSerializer(StrictSerializer):
    """``invitations`` by number: only those; all who are missing where none is named."""

    invitations = serializers.ListField(
        child=WholeField(low=1, high=2**63 - 1), required=False, max_length=10_000
    )


class AgainSerializer(StrictSerializer):
    title = TextField(max_length=200)
    closes_on = DateField()


class ReopenSerializer(StrictSerializer):
    reason = TextField(max_length=1_000)
    closes_on = DateField()


class AssignmentSerializer(StrictSerializer):
    """What one invitation answers about one scope: keys of sections, "all" for everything, none
    for nothing."""

    invitation = WholeField(low=1, high=2**63 - 1)
    scope = WholeField(low=1, high=2**63 - 1)
    sections = serializers.ListField(child=TextField(max_length=120), max_length=500)


class AssignmentsSerializer(StrictSerializer):
    assignments = AssignmentSerializer(many=True)


class RepeatSerializer(StrictSerializer):
    """For which subjects a repeated section of a scope is asked."""

    scope = WholeField(low=1, high=2**63 - 1)
    section = TextField(max_length=120)
    subjects = Visible(queryset=Subject.objects.all(), many=True)


class RepeatsSerializer(StrictSerializer):
    repeats = RepeatSerializer(many=True)


class AuditSerializer(RecordSerializer):
    gap_rule = serializers.ChoiceField(choices=GapRule.choices, required=False)
    reminder_days = serializers.ListField(
        child=WholeField(low=0, high=60), required=False, max_length=5
    )
    framework_version = Visible(queryset=FrameworkVersion.objects.kept())
    owner = serializers.SlugRelatedField("email", read_only=True)
    subjects = Visible(queryset=Subject.objects.all(), many=True, write_only=True, required=False)
    scopes = serializers.SerializerMethodField()

    class Meta:
        model = Audit
        fields = [
            "id", "title", "framework_version", "owner", "state", "is_anonymous", "intro",
            "carries_over", "is_single_use", "reminder_days", "gap_rule", "gap_level",
            "cloned_from", "subjects", "scopes", "opened_at", "closes_on", "closed_at", "version",
        ]  # fmt: skip
        read_only_fields = ["state", "cloned_from", "opened_at", "closed_at", "version"]

    def get_scopes(self, audit) -> list[dict[str, Any]]:
        return [
            {"id": scope.pk, "subject": scope.subject_id, "name": scope.subject.name}
            for scope in audit.scopes.all()
        ]

    def validate_reminder_days(self, days: list[int]) -> list[int]:
        return sorted(set(days), reverse=True)

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

    @action(detail=True, methods=["post"], serializer_class=RemindSerializer)
    def remind(self, request, pk=None):
        """Mail those who are missing, outside the quiet hours of each, once a day."""
        audit = self.get_object()
        given = body(RemindSerializer, request, self.get_serializer_context())
        chosen = given.get("invitations")
        if chosen is not None:
            chosen = access.invitations_chosen(request.user, audit, map(str, chosen))
        with told():
            result = actions.remind(
                audit=audit, by=request.user, now=timezone.now(), invitations=chosen
            )
        return Response(
            {
                "reminded": result.mails,
                "later": result.later,
                "last_at": result.last_at,
                "unreachable": result.unreachable,
            }
        )

    @action(detail=True, methods=["post"], serializer_class=AgainSerializer)
    def clone(self, request, pk=None):
        """Prepare the next audit like this closed one."""
        audit = self.get_object()
        given = body(AgainSerializer, request, self.get_serializer_context())
        with told():
            made = actions.ask_again(audit=audit, by=request.user, **given)
        return Response(self.shown(made), status=status.HTTP_201_CREATED)

    @action(detail=True, methods=["post"], serializer_class=ReopenSerializer)
    def reopen(self, request, pk=None):
        """Open a closed audit again: administrators only, with a reason."""
        audit = self.get_object()
        access.check_may_reopen(request.user)
        given = body(ReopenSerializer, request, self.get_serializer_context())
        with told():
            actions.reopen_audit(audit=audit, by=request.user, now=timezone.now(), **given)
        return Response(self.shown(audit))

    @action(detail=True, methods=["get", "post"], serializer_class=AssignmentsSerializer)
    def assignments(self, request, pk=None):
        """Who answers what. POST changes the pairs that it names and leaves the others."""
        audit = self.get_object()
        access.check_may_prepare(request.user)
        if request.method == "POST":
            given = body(AssignmentsSerializer, request, self.get_serializer_context())
            nodes = {node.key: node for node in audit.framework_version.nodes.all()}
            with told():
                wanted = {
                    (row["invitation"], row["scope"]): named(nodes, row["sections"])
                    for row in given["assignments"]
                }
                actions.assign(audit=audit, wanted=wanted, by=request.user)
        return Response({"assignments": assignments_of(audit)})

    @action(detail=True, methods=["get", "post"], serializer_class=RepeatsSerializer)
    def repeats(self, request, pk=None):
        """For which subjects repeated sections are asked; where nobody has chosen, the catalogue's
        proposal. POST is for drafts."""
        audit = self.get_object()
        access.check_may_prepare(request.user)
        if request.method == "POST":
            given = body(RepeatsSerializer, request, self.get_serializer_context())
            nodes = {node.key: node for node in actions.repeated_sections(audit)}
            with told():
                wanted = {
                    (row["scope"], named(nodes, [row["section"]])[0].pk): row["subjects"]
                    for row in given["repeats"]
                }
                actions.set_repeats(audit=audit, wanted=wanted, by=request.user)
        return Response({"repeats": repeats_of(audit)})

    @action(detail=True, methods=["get"], serializer_class=StrictSerializer)
    def check(self, request, pk=None):
        """What to look at before closing."""
        audit = self.get_object()
        access.check_may_prepare(request.user)
        return Response([{"weight": one.weight.value, "text": one.text} for one in concerns(audit)])

    @action(detail=True, methods=["get"], serializer_class=StrictSerializer)
    def scores(self, request, pk=None):
        """The scores of the scopes that the person may see, by scope and key of node. Of an
        anonymous audit without those of small groups, and without what gives them away."""
        return Response(results.scores_of(request.user, self.get_object()))

    @action(detail=True, methods=["get"], serializer_class=StrictSerializer)
    def disagreements(self, request, pk=None):
        """Where answers lie too far apart, most divided first."""
        return Response(disagreements(request.user, self.get_object()))

    @action(detail=True, methods=["get"], serializer_class=StrictSerializer)
    def result(self, request, pk=None):
        """What a closed audit found: dimensions weakest first, each with its places."""
        return Response(results.result_of(request.user, self.get_object()))

    @action(detail=True, methods=["get"], serializer_class=StrictSerializer)
    def compare(self, request, pk=None):
        """The result beside a former audit (``?with=``), without what chance gives."""
        wanted = request.query_params.get("with", "")
        return Response(results.comparison_of(request.user, self.get_object(), wanted))

    @action(detail=True, methods=["get"], serializer_class=StrictSerializer)
    def trend(self, request, pk=None):
        """One node (``?node=``) over all audits of the framework, of one ``subject`` or all."""
        asked = (request.query_params.get(name, "") for name in ("node", "subject"))
        return Response(results.trend_of(request.user, self.get_object(), *asked))

    def done(self, request, verb) -> Response:
        audit = self.get_object()
        with told():
            audit = verb(audit=audit, by=request.user, now=timezone.now())
        return Response(self.shown(audit))

    def shown(self, audit: Audit) -> dict[str, Any]:
        return AuditSerializer(audit, context=self.get_serializer_context()).data


def named(nodes: Mapping[str, Node], keys: list[str]) -> list[Node]:
    """The nodes of these keys. Raises NotNow for one that the audit's questionnaire lacks."""
    for key in keys:
        if key not in nodes:
            raise NotNow(_("“%s” is no section here.") % key)
    return [nodes[key] for key in keys]


def assignments_of(audit: Audit) -> list[dict[str, Any]]:
    rows = Assignment.objects.filter(invitation__audit=audit).select_related("node")
    found: dict[tuple[int, int], list[str]] = {}
    for row in rows.order_by("invitation", "scope", "node__order"):
        found.setdefault((row.invitation_id, row.scope_id), []).append(row.node.key)
    return [
        {"invitation": invitation, "scope": scope, "sections": keys}
        for (invitation, scope), keys in found.items()
    ]


def repeats_of(audit: Audit) -> list[dict[str, Any]]:
    keys = {node.pk: node.key for node in actions.repeated_sections(audit)}
    found = {
        place: [subject.pk for subject in subjects]
        for place, subjects in (actions.proposals(audit) if audit.is_draft else {}).items()
    }
    chosen: dict[tuple[int, int], list[int]] = {}
    for row in Repeat.objects.filter(scope__audit=audit):
        chosen.setdefault((row.scope_id, row.node_id), []).append(row.subject_id)
    return [
        {"scope": scope, "section": keys[node], "subjects": subjects}
        for (scope, node), subjects in (found | chosen).items()
        if node in keys
    ]
