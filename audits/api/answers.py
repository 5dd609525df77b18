"""Answers over HTTP: to read, and one's own to write."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from audits import access, actions
from audits.api.verbs import told
from audits.catalogue import catalogue_for
from audits.choices import NodeKind
from audits.models import Answer, Invitation, Place, Scope, Sheet, sheet_of
from audits.replies import Unfit, read_reply
from productops import clock
from productops.api.fields import TextField
from productops.api.parsing import StrictJSONParser
from productops.api.problems import Problem
from productops.api.serializers import RecordSerializer, StrictSerializer
from productops.api.views import ReadViewSet
from productops.attachments import download, keep_attachment
from productops.navigation import EVERYBODY
from productops.parsing import Unreadable


class AnswerSerializer(RecordSerializer):
    """``answer`` is what was said in words. ``warning`` says, of one that was just sent, what it
    should fulfil and does not; it stays all the same."""

    audit = serializers.IntegerField(source="scope.audit_id", read_only=True)
    question = serializers.CharField(source="node.key", read_only=True)
    subject = serializers.CharField(source="subject.reference", read_only=True)
    person = serializers.CharField(source="invitation.person.email", read_only=True, default="")
    answer = serializers.CharField(source="level_name", read_only=True)
    file = serializers.CharField(source="file.name", read_only=True, default=None)
    warning = serializers.CharField(read_only=True, default="")

    class Meta:
        model = Answer
        fields = [
            "id", "audit", "scope", "question", "subject", "person", "state", "number", "text",
            "day", "chosen", "answer", "comment", "evidence_url", "documented", "proposal",
            "proposal_due", "file", "revision", "answered_at", "warning",
        ]  # fmt: skip
        read_only_fields = fields


class OwnAnswerSerializer(StrictSerializer):
    """One answer of one's own: the API's way through the questionnaire.

    ``value`` is a level, a number, true or false, the value of a choice or a list of them, a text,
    a date, the references of subjects; "dont_know" or "na" where there is none. ``subject`` names
    one of a section that repeats. ``file`` comes as multipart, where ``value`` and ``documented``
    are written as JSON; it is the answer where a file is asked for.
    """

    invitation = serializers.PrimaryKeyRelatedField(queryset=Invitation.objects.none())
    scope = serializers.PrimaryKeyRelatedField(queryset=Scope.objects.all())
    question = TextField(max_length=120)
    subject = TextField(max_length=200, required=False)
    value = serializers.JSONField(required=False)
    comment = serializers.CharField(required=False, allow_blank=True, default="")
    evidence_url = serializers.CharField(required=False, allow_blank=True, default="")
    other = serializers.CharField(required=False, allow_blank=True, default="")
    documented = serializers.JSONField(required=False, default=None)
    proposal = serializers.CharField(required=False, allow_blank=True, default="")
    proposal_due = serializers.CharField(required=False, allow_blank=True, default="")
    file = serializers.FileField(required=False, allow_null=True, default=None)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):  # the schema is drawn without one
            own = Invitation.objects.filter(person=request.user)
            self.fields["invitation"].queryset = own.select_related("audit__framework_version")

    def validate(self, values):
        sheet = sheet_of(values["invitation"])
        place = _place_named(sheet, values)
        values["file"] = _kept(values["file"])
        try:
            content = read_reply(place.node, _given(place, values), **_beside(place, values))
            warning = actions.check_answer(sheet, place, content)
        except Unfit as problem:
            raise serializers.ValidationError({problem.field: [str(problem)]}) from problem
        except Unreadable as problem:
            raise serializers.ValidationError({"value": [str(problem)]}) from problem
        return {"sheet": sheet, "place": place, "content": content, "warning": warning}

    def create(self, validated_data):
        place, now = validated_data["place"], timezone.now()
        invitation = place.invitation
        if not invitation.audit.takes_answers_on(clock.day_of(now)):
            raise Problem(409, _("This audit takes no answers any more."))
        invitation.start(now=now)
        where = {"scope": place.scope, "node": place.node, "subject": place.subject}
        with told():
            actions.save_answer(
                **{name: validated_data[name] for name in ("sheet", "place", "content")},
                known=place.revision,
                now=now,
            )
        answers = Answer.objects.select_related("node", "scope", "subject", "file")
        answer = answers.get(invitation=invitation, **where)
        answer.warning = validated_data["warning"]
        return answer


def _place_named(sheet: Sheet, values: dict) -> Place:
    """The place that an answer names, among those that its person is asked."""
    scope, key = values["scope"], values["question"]
    about = [place for place in sheet.places if place.scope.pk == scope.pk]
    if not about:
        raise serializers.ValidationError({"scope": [_("You were not asked about this.")]})
    asked = [place for place in about if place.node.key == key]
    if not asked:
        raise serializers.ValidationError({"question": [_("There is no such question.")]})
    subject = values.get("subject")
    named = [place for place in asked if subject in (None, place.subject.reference)]
    if len(named) != 1:
        text = _("Name one of these: %s.") % ", ".join(one.subject.reference for one in asked)
        raise serializers.ValidationError({"subject": [text]})
    if sheet.is_hidden(named[0]):
        text = _("What was answered before leaves this question out.")
        raise serializers.ValidationError({"question": [text]})
    return named[0]


def _kept(sent) -> int | None:
    """The id of the file that was sent, stored."""
    if sent is None:
        return None
    try:
        return keep_attachment(sent.file, sent.name, sent.size).pk
    except Unreadable as problem:
        raise serializers.ValidationError({"file": [str(problem)]}) from problem


def _given(place: Place, values: dict) -> Any:
    """The answer itself; where a file is asked for, the one that was sent."""
    if place.node.kind == NodeKind.FILE and values["file"]:
        return values["file"]
    if "value" not in values:
        raise serializers.ValidationError({"value": [_("This field is required.")]})
    return values["value"]


def _beside(place: Place, values: dict) -> dict:
    names = ("comment", "evidence_url", "other", "documented", "proposal", "proposal_due")
    is_answer = place.node.kind == NodeKind.FILE
    return {name: values[name] for name in names} | {
        "file": None if is_answer else values["file"],
        "files": {values["file"]} - {None},
        "catalogue": {subject.reference for subject in catalogue_for(place)},
    }


class AnswerViewSet(ReadViewSet):
    """Submitted answers that the person may read, and all of their own."""

    queryset = (
        Answer.objects.filter(scope__audit__deleted_at=None)
        .select_related("node", "scope", "subject", "invitation__person", "file")
        .order_by("pk")
    )
    serializer_class = AnswerSerializer
    parser_classes = [StrictJSONParser, MultiPartParser]
    writers = ("", *EVERYBODY)  # whoever was asked may answer
    filterset_fields = {"scope__audit": ["exact"], "scope": ["exact"], "node__key": ["exact"]}
    http_method_names = ["get", "head", "options", "post"]

    def get_queryset(self):
        answers = super().get_queryset()
        return answers.readable_now(self.request.user)

    @extend_schema(request=OwnAnswerSerializer, responses={201: AnswerSerializer})
    def create(self, request, *args, **kwargs):
        given = OwnAnswerSerializer(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        answer = given.save()
        return Response(AnswerSerializer(answer).data, status=201)

    @extend_schema(responses=OpenApiTypes.BINARY)
    @action(detail=True, methods=["get"], serializer_class=StrictSerializer)
    def file(self, request, pk=None):
        """The photo or paper that came with the answer, as a download."""
        return download(access.answer_file(request.user, self.get_object().pk))
