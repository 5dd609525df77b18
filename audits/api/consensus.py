"""What people agreed upon, over HTTP."""

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from audits import actions
from audits.api.verbs import told
from audits.models import Consensus, Scope
from audits.replies import read_reply
from audits.workshop_access import check_may_facilitate, place_named
from productops.api.fields import TextField
from productops.api.problems import Problem
from productops.api.serializers import RecordSerializer, Visible
from productops.api.views import RecordViewSet
from productops.forms import Stale
from productops.navigation import WRITERS
from productops.parsing import Unreadable
from teams.models import Subject


class ConsensusSerializer(RecordSerializer):
    """``value`` is a level, a number, true or false, the value of a choice or a list of them, or
    "na". ``edition`` of what stood there, sent along, refuses to write over something newer."""

    audit = serializers.IntegerField(source="scope.audit_id", read_only=True)
    scope = Visible(queryset=Scope.objects.select_related("audit", "subject"))
    question = TextField(source="node.key", max_length=120)
    subject = Visible(queryset=Subject.objects.all(), required=False)
    value = serializers.JSONField(write_only=True)
    answer = serializers.CharField(source="level_name", read_only=True)
    edition = serializers.CharField(required=False, allow_blank=True, max_length=40)
    by = serializers.SlugRelatedField("email", read_only=True)

    class Meta:
        model = Consensus
        fields = [
            "id", "audit", "scope", "question", "subject", "value", "state", "number", "chosen",
            "answer", "note", "edition", "by", "at",
        ]  # fmt: skip
        read_only_fields = ["state", "number", "chosen", "at"]

    def validate(self, values):
        scope = values["scope"]
        subject = values.get("subject") or scope.subject
        node = place_named(scope, values["node"]["key"], subject)
        if node is None:
            raise serializers.ValidationError({"question": [_("There is no such question.")]})
        try:
            content = read_reply(node, values["value"])
        except Unreadable as problem:
            raise serializers.ValidationError({"value": [str(problem)]}) from problem
        if content["state"] == "dont_know":
            text = _("Nobody can agree upon not knowing.")
            raise serializers.ValidationError({"value": [text]})
        place = {"scope": scope, "node": node, "subject": subject, "content": content}
        return place | {"note": values.get("note", ""), "known": values.get("edition")}

    def create(self, validated_data):
        check_may_facilitate(validated_data["by"], validated_data["scope"])
        try:
            with told():
                return actions.agree(**validated_data, now=timezone.now())
        except Stale as stale:
            text = _("Somebody else wrote something down meanwhile. Read it again.")
            raise Problem(409, text, field="edition") from stale


class ConsensusViewSet(RecordViewSet):
    """What was agreed upon after talking; it takes the place of the median of the answers.
    Posting to a place again writes anew, deleting lets the answers count again."""

    queryset = Consensus.objects.select_related(
        "node", "subject", "scope__subject", "scope__audit", "by"
    ).order_by("pk")
    serializer_class = ConsensusSerializer
    writers = WRITERS
    filterset_fields = {"scope__audit": ["exact"], "scope": ["exact"], "node__key": ["exact"]}
    http_method_names = ["get", "head", "options", "post", "delete"]

    def may_change(self, person, row) -> bool:
        return person.may_change(row.scope.subject)

    def perform_destroy(self, row) -> None:
        with told():
            actions.withdraw_consensus(consensus=row, by=self.request.user)
