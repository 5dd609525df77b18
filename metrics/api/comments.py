"""What people say about points: threads, answers, what was resolved, what is followed up."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from metrics.actions import comments as actions
from metrics.actions.charts import CannotSay
from metrics.models import Comment
from objectives.api.fields import PersonField
from objectives.models import Series
from productops.api import routes
from productops.api.fields import DateField, TextField
from productops.api.problems import Problem
from productops.api.serializers import RecordSerializer, StrictSerializer, Visible
from productops.api.views import RecordViewSet
from teams.choices import AccountRole

LONG = {"base_template": "textarea.html"}
MOST_ASKED = 20


class CommentSerializer(RecordSerializer):
    """``series`` and ``period`` (its first day) begin a thread, ``parent`` answers in one; ``to``
    are people who are asked to look, beside those named in the text with an @."""

    series = Visible(queryset=Series.objects.filter(kpi__deleted_at=None), required=False)
    period = DateField(required=False)
    parent = Visible(queryset=Comment.objects.all(), required=False, allow_null=True)
    text = TextField(max_length=actions.LONGEST, style=LONG)
    to = serializers.ListField(
        child=PersonField(), required=False, write_only=True, max_length=MOST_ASKED
    )
    author = serializers.CharField(source="author.email", read_only=True)
    mentions = serializers.SlugRelatedField("email", source="people", many=True, read_only=True)
    resolved_by = serializers.CharField(source="resolved_by.email", default=None, read_only=True)
    follow_up = serializers.CharField(source="action.number", default=None, read_only=True)

    class Meta:
        model = Comment
        fields = [
            "id", "series", "period", "parent", "text", "to", "author", "mentions", "edited_at",
            "resolved_at", "resolved_by", "follow_up", "action", "version", "created_at",
        ]  # fmt: skip
        read_only_fields = ["action", "version"]

    def validate(self, values):
        if self.instance is not None:
            return self._only_words(values)
        if values.get("parent") is not None:
            return self._in_thread(values)
        missing = [name for name in ("series", "period") if name not in values]
        if missing:
            text = _("Say which point it is about: series and period, or parent.")
            raise serializers.ValidationError({missing[0]: text})
        return values

    def _only_words(self, values):
        fixed = [name for name in ("series", "period", "parent") if name in values]
        if moved := [name for name in fixed if values[name] != getattr(self.instance, name)]:
            raise serializers.ValidationError({moved[0]: _("What was said stays where it is.")})
        return values

    def _in_thread(self, values):
        thread = values["parent"].thread
        for name in ("series", "period"):
            if name in values and values[name] != getattr(thread, name):
                raise serializers.ValidationError({name: _("The thread is about another point.")})
        return values

    def create(self, validated_data) -> Comment:
        words = {name: validated_data[name] for name in ("text", "by")}
        words["to"] = validated_data.get("to", ())
        if parent := validated_data.get("parent"):
            return actions.answer(comment=parent, **words)
        point = {name: validated_data[name] for name in ("series", "period")}
        try:
            return actions.say(**point, **words)
        except CannotSay as refusal:
            raise serializers.ValidationError({"period": str(refusal)}) from refusal

    def update(self, comment: Comment, validated_data) -> Comment:
        text = validated_data.get("text", comment.text)
        actions.edit(comment=comment, text=text, to=validated_data.get("to", ()))
        return comment


class FollowUpSerializer(StrictSerializer):
    title = TextField(max_length=200)
    owner = PersonField(required=False)
    due_on = DateField(required=False, allow_null=True)


class CommentViewSet(RecordViewSet):
    """Threads about points of charts. Whoever sees a series may speak; only the author edits."""

    queryset = Comment.objects.with_people().prefetch_related("people").order_by("-pk")
    serializer_class = CommentSerializer
    filterset_fields = ["series", "period", "parent", "author"]
    writers = tuple(AccountRole)
    http_method_names = ["get", "head", "options", "post", "put", "patch"]

    def may_change(self, person, comment: Comment) -> bool:
        if self.action in ("resolve", "reopen"):
            return True
        if self.action == "follow_up":
            return person.may_change(comment.series.subject)
        return super().may_change(person, comment)

    @action(detail=True, methods=["post"])
    def resolve(self, request, pk=None) -> Response:
        comment = self.get_object()
        actions.resolve(comment=comment, by=request.user)
        return self.shown(comment)

    @action(detail=True, methods=["post"])
    def reopen(self, request, pk=None) -> Response:
        comment = self.get_object()
        actions.reopen(comment=comment, by=request.user)
        return self.shown(comment)

    @extend_schema(request=FollowUpSerializer)
    @action(
        detail=True, methods=["post"], url_path="follow-up", serializer_class=FollowUpSerializer
    )
    def follow_up(self, request, pk=None) -> Response:
        comment = self.get_object()
        if comment.action is not None:
            raise Problem(409, _("This is followed up already."), action=comment.action.pk)
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = {"owner": request.user} | asked.validated_data
        actions.follow_up_on(comment=comment, by=request.user, **values)
        return self.shown(comment)

    def shown(self, comment: Comment) -> Response:
        fresh = self.get_queryset().get(pk=comment.pk)
        data = CommentSerializer(fresh, context=self.get_serializer_context()).data
        return self.tagged(fresh, Response(data))


routes.register("comments", CommentViewSet)
