"""Who is asked, over HTTP."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from audits import actions
from audits.api.verbs import told
from audits.choices import InvitationState
from audits.models import Audit, Invitation, Scope, progress_of
from audits.pages import RESPONDED
from productops.api.fields import TextField
from productops.api.serializers import RecordSerializer, Visible
from productops.api.views import RecordViewSet
from productops.navigation import OPERATORS
from teams.models import Person


class InvitationSerializer(RecordSerializer):
    audit = Visible(queryset=Audit.objects.all())
    person = Visible("email", queryset=Person.objects.all())
    scopes = serializers.PrimaryKeyRelatedField(
        queryset=Scope.objects.all(), many=True, write_only=True
    )
    sections = serializers.ListField(
        child=TextField(max_length=120), required=False, write_only=True, max_length=500
    )
    answers_for = serializers.SerializerMethodField()
    answered = serializers.SerializerMethodField()
    asked = serializers.SerializerMethodField()

    class Meta:
        model = Invitation
        fields = [
            "id", "audit", "person", "scopes", "sections", "answers_for", "state", "answered",
            "asked", "invited_at", "reminded_at", "started_at", "submitted_at",
        ]  # fmt: skip
        read_only_fields = ["state", "invited_at", "reminded_at", "started_at", "submitted_at"]

    def get_answers_for(self, invitation) -> list[str]:
        return [one.scope.subject.reference for one in invitation.assignments.all()]

    def get_answered(self, invitation) -> int | None:
        progress = getattr(invitation, "sheet_progress", None)
        return progress.answered if progress else None

    def get_asked(self, invitation) -> int | None:
        progress = getattr(invitation, "sheet_progress", None)
        return progress.asked if progress else None

    def to_representation(self, invitation) -> dict[str, Any]:
        """Of an anonymous audit only whether somebody has answered."""
        shown = super().to_representation(invitation)
        if invitation.audit.is_anonymous:
            has_answered = invitation.state in RESPONDED
            state = InvitationState.SUBMITTED if has_answered else InvitationState.INVITED
            shown |= {"state": state.value, "started_at": None, "submitted_at": None}
        return shown

    def validate(self, values):
        foreign = [scope for scope in values["scopes"] if scope.audit_id != values["audit"].pk]
        if foreign or not values["scopes"]:
            raise serializers.ValidationError({"scopes": [_("Name scopes of this audit.")]})
        tops, root = actions.sections_of(values["audit"])
        known = {node.key: node for node in (root, *tops)}
        keys = values.pop("sections", [])
        if lost := [key for key in keys if key not in known]:
            text = _("“%s” is no section here.") % lost[0]
            raise serializers.ValidationError({"sections": [text]})
        return values | {"sections": [known[key] for key in keys]}

    def create(self, validated_data):
        with told():
            return actions.invite(**validated_data, now=timezone.now())


def find_progress(rows: Iterable[Any]) -> None:
    """Let the invitations among the rows know how far they are, but for anonymous ones."""
    named = [row for row in rows if isinstance(row, Invitation) and not row.audit.is_anonymous]
    progress = progress_of({row.pk: row.progress for row in named})
    for row in named:
        row.sheet_progress = progress[row.pk]


class InvitationViewSet(RecordViewSet):
    queryset = (
        Invitation.objects.filter(audit__deleted_at=None)
        .select_related("person", "audit")
        .prefetch_related("assignments__scope__subject", "assignments__node")
        .order_by("pk")
    )
    serializer_class = InvitationSerializer
    writers = OPERATORS
    filterset_fields = ["audit", "state"]
    http_method_names = ["get", "head", "options", "post", "delete"]

    def get_serializer(self, *args, **kwargs):
        """Rows go out with their progress, many of them in as many statements as one."""
        rows = args[0] if args and args[0] is not None else []
        find_progress(rows if kwargs.get("many") else [rows])
        return super().get_serializer(*args, **kwargs)

    def perform_destroy(self, row) -> None:
        with told():
            actions.withdraw(invitation=row, by=self.request.user)
