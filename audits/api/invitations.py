"""Who is asked, over HTTP."""

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from audits import actions
from audits.api.verbs import told
from audits.models import Audit, Invitation, Scope
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
    answers_for = serializers.SerializerMethodField()
    answered = serializers.IntegerField(read_only=True, default=0)

    class Meta:
        model = Invitation
        fields = [
            "id", "audit", "person", "scopes", "answers_for", "state", "answered", "invited_at",
            "reminded_at", "started_at", "submitted_at",
        ]  # fmt: skip
        read_only_fields = ["state", "invited_at", "reminded_at", "started_at", "submitted_at"]

    def get_answers_for(self, invitation) -> list[str]:
        return [one.scope.subject.reference for one in invitation.assignments.all()]

    def validate(self, values):
        foreign = [scope for scope in values["scopes"] if scope.audit_id != values["audit"].pk]
        if foreign or not values["scopes"]:
            raise serializers.ValidationError({"scopes": [_("Name scopes of this audit.")]})
        return values

    def create(self, validated_data):
        with told():
            return actions.invite(**validated_data, now=timezone.now())


class InvitationViewSet(RecordViewSet):
    queryset = (
        Invitation.objects.filter(audit__deleted_at=None)
        .select_related("person")
        .prefetch_related("assignments__scope__subject")
        .with_progress()
        .order_by("pk")
    )
    serializer_class = InvitationSerializer
    writers = OPERATORS
    filterset_fields = ["audit", "state"]
    http_method_names = ["get", "head", "options", "post", "delete"]

    def perform_destroy(self, row) -> None:
        with told():
            actions.withdraw(invitation=row, by=self.request.user)
