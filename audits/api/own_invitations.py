"""What somebody is asked themself, over HTTP: to submit it, and to hand it over."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from audits import actions
from audits.api.invitations import InvitationSerializer, find_progress
from audits.api.verbs import body, told
from audits.forms.handing_over import parts_of
from audits.models import Invitation, Sheet, sheet_of
from audits.refusals import NotNow
from productops.api.fields import TextField
from productops.api.serializers import StrictSerializer
from productops.api.views import ReadViewSet
from productops.navigation import EVERYBODY
from productops.parsing import Unreadable
from teams.models import Person


class HandOverSerializer(StrictSerializer):
    """Who answers instead: somebody known, or somebody new at an address of the organisation.

    ``scope`` and ``section`` name one part of what is asked; without them all of it goes.
    """

    email = serializers.EmailField()
    name = TextField(max_length=100, required=False)
    scope = serializers.IntegerField(required=False)
    section = TextField(max_length=120, required=False)
    reason = TextField(max_length=300, required=False)

    def validate(self, values):
        if ("scope" in values) != ("section" in values):
            lacking = "section" if "scope" in values else "scope"
            text = _("Name both the scope and the section, or neither.")
            raise serializers.ValidationError({lacking: [text]})
        return values


class OwnInvitationViewSet(ReadViewSet):
    """What the person who asks was asked, whatever else they may read. Answers themselves are
    posted to ``answers``."""

    queryset = (
        Invitation.objects.filter(audit__deleted_at=None)
        .select_related("person", "audit__framework_version")
        .prefetch_related("assignments__scope__subject")
        .order_by("pk")
    )
    serializer_class = InvitationSerializer
    writers = ("", *EVERYBODY)  # whoever was asked
    filterset_fields = ["audit", "state"]

    def get_queryset(self):
        return super().get_queryset().own(self.request.user)

    def get_serializer(self, *args, **kwargs):
        rows = args[0] if args and args[0] is not None else []
        find_progress(rows if kwargs.get("many") else [rows])
        return super().get_serializer(*args, **kwargs)

    @extend_schema(responses=InvitationSerializer)
    @action(detail=True, methods=["post"], serializer_class=StrictSerializer)
    def submit(self, request, pk=None):
        """Say that the answers are complete. 400 says what is still missing or does not fit."""
        sheet = self.sheet()
        body(StrictSerializer, request, self.get_serializer_context())
        with told():
            if faults := actions.faults_of(sheet):
                raise serializers.ValidationError({"answers": [text for _at, text in faults]})
            actions.submit(sheet=sheet, now=timezone.now())
        return self.shown()

    @extend_schema(responses=InvitationSerializer)
    @action(
        detail=True, methods=["post"], url_path="hand-over", serializer_class=HandOverSerializer
    )
    def hand_over(self, request, pk=None):
        """Let somebody else answer, all of it or one section of one scope."""
        sheet = self.sheet()
        given = body(HandOverSerializer, request, self.get_serializer_context())
        with told():
            actions.hand_over(
                sheet=sheet,
                part=_part(sheet, given),
                to=_person(given, request.user),
                reason=given.get("reason", ""),
                now=timezone.now(),
            )
        return self.shown()

    def sheet(self) -> Sheet:
        """All that the person is asked; 409 where there is nothing (any more)."""
        sheet = sheet_of(self.get_object())
        with told():
            if not sheet.places:
                raise NotNow(_("You are not asked about this any more."))
        return sheet

    def shown(self) -> Response:
        row = self.get_object()
        find_progress([row])
        return Response(InvitationSerializer(row, context=self.get_serializer_context()).data)


def _part(sheet: Sheet, given: dict[str, Any]) -> actions.Part | None:
    if "section" not in given:
        return None
    for _label, part in parts_of(sheet).values():
        if (part.scope.pk, part.section.key) == (given["scope"], given["section"]):
            return part
    text = _("You are not asked about “%s” there.") % given["section"]
    raise serializers.ValidationError({"section": [text]})


def _person(given: dict[str, Any], by: Person) -> Person:
    try:
        return actions.person_named(given["email"], given.get("name", ""), by=by)
    except Unreadable as problem:
        raise serializers.ValidationError({"email": [str(problem)]}) from problem
