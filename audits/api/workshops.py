"""Workshops over HTTP: what their facilitator does. Phones vote by the link alone."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from audits import actions, pages
from audits.api.verbs import body, told
from audits.differing import divided_places, places_of
from audits.models import Scope, Workshop
from audits.replies import read_reply
from audits.workshop_access import check_may_facilitate
from productops.api.fields import TextField, WholeField
from productops.api.problems import Problem
from productops.api.serializers import RecordSerializer, StrictSerializer, Visible
from productops.api.views import RecordViewSet
from productops.forms import Stale
from productops.links import url_of
from productops.navigation import WRITERS
from productops.parsing import Unreadable


class WorkshopSerializer(RecordSerializer):
    """``votes`` counts them; how they are spread is told once they are revealed."""

    audit = serializers.IntegerField(source="scope.audit_id", read_only=True)
    scope = Visible(queryset=Scope.objects.select_related("audit__framework_version", "subject"))
    about = serializers.ChoiceField(
        choices=["differences", "all"], write_only=True, default="differences"
    )
    question = serializers.CharField(source="node.key", read_only=True, default=None)
    by = serializers.SlugRelatedField("email", read_only=True)
    link = serializers.SerializerMethodField()
    questions = serializers.SerializerMethodField()
    participants = serializers.SerializerMethodField()
    votes = serializers.SerializerMethodField()
    spread = serializers.SerializerMethodField()

    class Meta:
        model = Workshop
        fields = [
            "id", "audit", "scope", "about", "question", "subject", "round", "is_revealed",
            "edition", "questions", "participants", "votes", "spread", "link", "by", "begun_at",
            "ended_at",
        ]  # fmt: skip
        read_only_fields = ["subject", "round", "is_revealed", "edition", "begun_at", "ended_at"]

    def get_link(self, workshop) -> str:
        """The address for phones, for those who may lead; nothing once it is over."""
        person = self.context["request"].user
        is_theirs = person.may_change(workshop.scope.subject)
        return url_of(workshop.link) if workshop.link and workshop.is_running and is_theirs else ""

    def get_questions(self, workshop) -> int:
        return len(workshop.places)

    def get_participants(self, workshop) -> int:
        return workshop.number_joined

    def get_votes(self, workshop) -> int:
        return workshop.number_voted

    def get_spread(self, workshop) -> list[dict[str, Any]] | None:
        if not workshop.is_revealed or workshop.node is None:
            return None
        return pages.spread_in_figures(workshop)

    def create(self, validated_data):
        scope, by = validated_data["scope"], validated_data["by"]
        check_may_facilitate(by, scope)
        about = validated_data["about"]
        places = places_of(scope) if about == "all" else divided_places(scope)
        with told():
            return actions.start_workshop(scope=scope, places=places, by=by, now=timezone.now())


class WorkshopStepSerializer(StrictSerializer):
    """``edition`` as it was read: where the workshop went on since, the step is refused."""

    edition = WholeField(min_value=1)


class WorkshopAgreeSerializer(WorkshopStepSerializer):
    value = serializers.JSONField()
    note = TextField(max_length=2_000, required=False, default="")


class WorkshopViewSet(RecordViewSet):
    """Steps are posts that name the ``edition`` which was read; one that is older is 409."""

    queryset = (
        Workshop.objects.filter(scope__audit__deleted_at=None)
        .select_related("scope__audit", "scope__subject", "node", "subject", "by", "link")
        .with_counts()
        .order_by("pk")
    )
    serializer_class = WorkshopSerializer
    writers = WRITERS
    filterset_fields = {"scope__audit": ["exact"], "scope": ["exact"]}
    http_method_names = ["get", "head", "options", "post"]

    def may_change(self, person, row) -> bool:
        return person.may_change(row.scope.subject)

    @action(detail=True, methods=["post"], serializer_class=WorkshopStepSerializer)
    def reveal(self, request, pk=None):
        return self.step(request, actions.reveal)

    @action(
        detail=True,
        methods=["post"],
        url_path="vote-again",
        serializer_class=WorkshopStepSerializer,
    )
    def vote_again(self, request, pk=None):
        return self.step(request, actions.vote_again)

    @action(detail=True, methods=["post"], serializer_class=WorkshopStepSerializer)
    def next(self, request, pk=None):
        return self.step(request, actions.go_on)

    @action(detail=True, methods=["post"], serializer_class=WorkshopAgreeSerializer)
    def agree(self, request, pk=None):
        workshop = self.get_object()
        given = body(WorkshopAgreeSerializer, request, self.get_serializer_context())
        if workshop.node is None:
            raise Problem(409, _("There is no question to agree upon."))
        try:
            content = read_reply(workshop.node, given.pop("value"))
        except Unreadable as problem:
            raise serializers.ValidationError({"value": [str(problem)]}) from problem
        if content["state"] == "dont_know":
            raise serializers.ValidationError({"value": [_("Nobody can agree upon not knowing.")]})
        own = {"content": content, "by": request.user, "now": timezone.now()}
        return self.after(workshop, actions.agree_together, given | own)

    @action(detail=True, methods=["post"], serializer_class=WorkshopStepSerializer)
    def end(self, request, pk=None):
        return self.step(request, actions.end_workshop, by=request.user, now=timezone.now())

    def step(self, request, verb: Callable, **own) -> Response:
        workshop = self.get_object()
        given = body(WorkshopStepSerializer, request, self.get_serializer_context())
        return self.after(workshop, verb, given | own)

    def after(self, workshop: Workshop, verb: Callable, given: dict[str, Any]) -> Response:
        try:
            with told():
                verb(workshop=workshop, **given)
        except Stale as stale:
            text = _("Somebody else led on meanwhile. Read it again.")
            raise Problem(409, text, field="edition") from stale
        fresh = self.get_queryset().get(pk=workshop.pk)
        return Response(WorkshopSerializer(fresh, context=self.get_serializer_context()).data)
