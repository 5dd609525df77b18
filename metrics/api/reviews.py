"""Weekly business reviews: opened, written in, closed, read as they were kept."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from metrics.actions import reviews as actions
from metrics.models import Dashboard, Review, ReviewAction, ReviewNote
from metrics.reviewing import access, minutes
from objectives.api.fields import PersonField
from objectives.models import Series
from productops import clock, plain
from productops.api import routes
from productops.api.fields import DateField, TextField
from productops.api.problems import Problem
from productops.api.serializers import RecordSerializer, StrictSerializer, Visible
from productops.api.views import RecordViewSet
from teams.models import Person


class ReviewSerializer(RecordSerializer):
    dashboard = Visible(key="slug", queryset=Dashboard.objects.all())
    on = DateField()
    chair = PersonField(required=False, allow_null=True)
    attendees = Visible(queryset=Person.objects.all(), many=True, required=False)

    class Meta:
        model = Review
        fields = [
            "id", "dashboard", "week", "on", "state", "chair", "attendees", "sha256", "closed_at",
            "minutes_sent_at", "version", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["week", "state", "sha256", "closed_at", "minutes_sent_at", "version"]
        # The verb says it in a sentence.
        validators: list = []

    def validate_on(self, on):
        if actions.week_before(on) > actions.week_before(clock.today()):
            raise serializers.ValidationError(_("The week before that day is not over yet."))
        return on

    def validate(self, attrs):
        if self.instance is not None:
            fixed = {"dashboard", "on"} & attrs.keys()
            if fixed:
                raise serializers.ValidationError(dict.fromkeys(fixed, _("This stays as it is.")))
        return attrs

    def create(self, validated_data) -> Review:
        try:
            return actions.open_review(**validated_data)
        except ValidationError as refusal:
            raise serializers.ValidationError(refusal.message_dict) from refusal

    def update(self, review: Review, validated_data) -> Review:
        by, attendees = validated_data.pop("by"), validated_data.pop("attendees", None)
        before = {name: getattr(review, name) for name in validated_data}
        for name, value in validated_data.items():
            setattr(review, name, value)
        return unless_closed(
            lambda: actions.change_review(
                review=review, by=by, before=before, after=validated_data, attendees=attendees
            )
        )


def unless_closed(verb):
    """Do it; what is closed stays as it was (409)."""
    try:
        return verb()
    except actions.ReviewClosed as refusal:
        raise Problem(409, str(refusal)) from refusal


class NoteBody(StrictSerializer):
    text = TextField(max_length=1_000)
    series = Visible(queryset=Series.objects.all(), required=False, allow_null=True)


class FollowUpBody(StrictSerializer):
    title = TextField(max_length=200)
    series = Visible(queryset=Series.objects.all())
    owner = PersonField()
    due_on = DateField(required=False, allow_null=True)


class ReviewViewSet(RecordViewSet):
    """Reviews of dashboards, one a week. ``deck`` is what one shows: as it stands, or as it was
    kept. ``notes`` and ``follow-ups`` write in an open one, ``close`` keeps it and sends the
    minutes; a closed one stays as it was."""

    queryset = Review.objects.with_names().prefetch_related("attendees").order_by("-week", "-pk")
    serializer_class = ReviewSerializer
    filterset_fields = ["dashboard", "state", "week"]
    roles = ("admin", "ops", "pm", "exec")
    writers = ("admin", "ops", "pm", "exec")
    http_method_names = ["get", "head", "options", "post", "patch", "delete"]

    def create(self, request, *args, **kwargs) -> Response:
        if not request.user.changes_all:
            raise Problem(403, _("Product operations opens reviews."))
        return super().create(request, *args, **kwargs)

    def destroy(self, request, *args, **kwargs) -> Response:
        raise Problem(405, _("A review stays; close it."))

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["get"])
    def deck(self, request, pk=None) -> Response:
        review = access.review_to_read(request.user, self.get_object().pk)
        return Response(plain.to_plain(access.deck_for(request.user, review, clock.today())))

    @extend_schema(responses={201: OpenApiTypes.OBJECT})
    @action(detail=True, methods=["post"], serializer_class=NoteBody)
    def notes(self, request, pk=None) -> Response:
        review, body = self.held(request), self.body(request)
        note: ReviewNote = unless_closed(
            lambda: actions.say(review=review, by=request.user, **body)
        )
        return Response({"id": note.pk, "text": note.text, "series": note.series_id}, status=201)

    @extend_schema(responses={201: OpenApiTypes.OBJECT})
    @action(detail=True, methods=["post"], url_path="follow-ups", serializer_class=FollowUpBody)
    def follow_ups(self, request, pk=None) -> Response:
        review, body = self.held(request), self.body(request)
        asked: ReviewAction = unless_closed(
            lambda: actions.ask(review=review, by=request.user, **body)
        )
        return Response({"action": asked.action_id, "number": asked.action.number}, status=201)

    @action(detail=True, methods=["post"])
    def close(self, request, pk=None) -> Response:
        review = self.held(request)
        unless_closed(lambda: minutes.close(review=review, by=request.user, today=clock.today()))
        fresh = self.get_queryset().get(pk=review.pk)
        return self.tagged(fresh, Response(self.get_serializer(fresh).data))

    @extend_schema(responses={204: None})
    @action(detail=True, methods=["delete"], url_path="notes/(?P<note>[0-9]{1,18})")
    def note(self, request, pk=None, note: str = "") -> Response:
        found = access.note_to_remove(request.user, self.held(request), int(note))
        unless_closed(lambda: actions.unsay(note=found, by=request.user))
        return Response(status=204)

    def held(self, request) -> Review:
        """The review, if the person may write in it."""
        found = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Problem(404, _("Nothing is here, or it is not yours to see."))
        return access.review_to_hold(request.user, found.pk)

    def body(self, request) -> dict:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data


routes.register("reviews", ReviewViewSet)
