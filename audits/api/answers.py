"""Answers over HTTP: to read, and one's own to write."""

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response

from audits import actions
from audits.models import Answer, Invitation, Node, Scope
from audits.replies import read_reply
from productops import clock
from productops.api.fields import TextField
from productops.api.problems import Problem
from productops.api.serializers import RecordSerializer, StrictSerializer
from productops.api.views import ReadViewSet
from productops.navigation import EVERYBODY
from productops.parsing import Unreadable


class AnswerSerializer(RecordSerializer):
    """``value`` is a level, a number, true or false, the value of a choice or a list of them, a
    text, a date; "dont_know" or "na" where there is none."""

    audit = serializers.IntegerField(source="scope.audit_id", read_only=True)
    question = serializers.CharField(source="node.key", read_only=True)
    subject = serializers.CharField(source="scope.subject.reference", read_only=True)
    person = serializers.CharField(source="invitation.person.email", read_only=True, default="")
    answer = serializers.CharField(source="level_name", read_only=True)

    class Meta:
        model = Answer
        fields = [
            "id", "audit", "scope", "question", "subject", "person", "state", "number", "text",
            "day", "chosen", "answer", "comment", "evidence_url", "revision", "answered_at",
        ]  # fmt: skip
        read_only_fields = fields


class OwnAnswerSerializer(StrictSerializer):
    """One answer of one's own: the API's way through the questionnaire."""

    invitation = serializers.PrimaryKeyRelatedField(queryset=Invitation.objects.none())
    scope = serializers.PrimaryKeyRelatedField(queryset=Scope.objects.all())
    question = TextField(max_length=120)
    value = serializers.JSONField()
    comment = serializers.CharField(required=False, allow_blank=True, default="")
    evidence_url = serializers.CharField(required=False, allow_blank=True, default="")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own = Invitation.objects.filter(person=self.context["request"].user)
        self.fields["invitation"].queryset = own.select_related("audit__framework_version")

    def validate(self, values):
        invitation, scope = values["invitation"], values["scope"]
        assigned = invitation.assignments.filter(scope=scope).select_related("node").first()
        if assigned is None:
            raise serializers.ValidationError({"scope": [_("You were not asked about this.")]})
        nodes = Node.objects.within(assigned.node).questions()
        node = nodes.filter(key=values["question"]).first()
        if node is None:
            raise serializers.ValidationError({"question": [_("There is no such question.")]})
        remarks = {name: values[name] for name in ("comment", "evidence_url")}
        try:
            content = read_reply(node, values["value"], **remarks)
        except Unreadable as problem:
            raise serializers.ValidationError({"value": [str(problem)]}) from problem
        return {"invitation": invitation, "scope": scope, "node": node, "content": content}

    def create(self, validated_data):
        invitation, now = validated_data["invitation"], timezone.now()
        if not invitation.audit.takes_answers_on(clock.day_of(now)):
            raise Problem(409, _("This audit takes no answers any more."))
        invitation.start(now=now)
        actions.record_answer(**validated_data, now=now)
        own = {name: validated_data[name] for name in ("invitation", "scope", "node")}
        return Answer.objects.select_related("node", "scope__subject").get(**own)


class AnswerViewSet(ReadViewSet):
    """Submitted answers that the person may read, and all of their own."""

    queryset = (
        Answer.objects.filter(scope__audit__deleted_at=None)
        .select_related("node", "scope__subject", "invitation__person")
        .order_by("pk")
    )
    serializer_class = AnswerSerializer
    writers = ("", *EVERYBODY)  # whoever was asked may answer
    filterset_fields = {"scope__audit": ["exact"], "scope": ["exact"], "node__key": ["exact"]}
    http_method_names = ["get", "head", "options", "post"]

    def get_queryset(self):
        answers = super().get_queryset()
        return answers.readable_now(self.request.user)

    def create(self, request, *args, **kwargs):
        given = OwnAnswerSerializer(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        answer = given.save()
        return Response(AnswerSerializer(answer).data, status=201)
