"""Where to act next: proposed from what is stored."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from metrics import opportunities
from metrics.actions import opportunities as actions
from metrics.forms.opportunities import LONGEST, USUALLY
from metrics.opportunities import Opportunity
from productops import clock
from productops.api import routes
from productops.api.serializers import StrictSerializer


class AsideSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)
    until_on = serializers.DateField(required=False)

    def validate_until_on(self, until):
        today = clock.today()
        if not today <= until <= today + LONGEST:
            raise serializers.ValidationError(_("Write a day from today to a year from now."))
        return until


class Opportunities(APIView):
    """What the caller may see, the most promising first; ``waiting`` are those put aside."""

    roles = ("admin", "ops", "pm", "exec")

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request) -> Response:
        found = opportunities.found_for(request.user, clock.today())
        waiting = [
            told(one) | {"until_on": said.until_on, "why": said.reason, "by": said.by.email}
            for one, said in found.waiting
        ]
        return Response({"results": list(map(told, found.open)), "waiting": waiting})


class OpportunityAside(APIView):
    """PUT ``{reason, until_on}`` says "not now"; DELETE takes it back."""

    roles = ("admin", "ops", "pm")

    @extend_schema(request=AsideSerializer, responses={204: None})
    def put(self, request, key: str) -> Response:
        self.check(request, key)
        body = AsideSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        until_on = body.validated_data.get("until_on") or clock.today() + USUALLY
        reason = body.validated_data["reason"]
        actions.put_aside(key=key, reason=reason, until_on=until_on, by=request.user)
        return Response(status=204)

    @extend_schema(responses={204: None})
    def delete(self, request, key: str) -> Response:
        self.check(request, key)
        actions.take_up(key=key, by=request.user)
        return Response(status=204)

    def check(self, request, key: str) -> None:
        one = opportunities.found_for(request.user, clock.today()).named(key)
        if one is None:
            raise Http404
        if not request.user.may_change(one.subject):
            raise PermissionDenied(_("You may see this, but not put it aside."))


def told(one: Opportunity) -> dict:
    return {
        "key": one.key,
        "kind": one.kind,
        "title": one.title,
        "subject": one.subject.reference,
        "reason": one.reason,
        "lever": one.lever,
        "rank": round(one.rank, 3),
        "url": one.url,
        "begins": dict(one.begins),
    }


routes.add("opportunities/", Opportunities, name="opportunities")
routes.add("opportunities/<str:key>/aside/", OpportunityAside, name="opportunity-aside")
