"""Addresses that mail does not reach, over HTTP: a mail provider's webhook or a script tells."""

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from productops.api import routes
from productops.api.fields import TextField
from productops.api.serializers import StrictSerializer
from productops.api.views import ReadViewSet
from productops.bounces import clear_bounce, note_bounce
from productops.models import Bounce


class BounceSerializer(StrictSerializer):
    id = serializers.IntegerField(read_only=True)
    address = serializers.EmailField(max_length=254)
    reason = TextField(max_length=500, required=False, default="")
    times = serializers.IntegerField(read_only=True)
    at = serializers.DateTimeField(read_only=True)
    cleared_at = serializers.DateTimeField(read_only=True)


class BounceViewSet(ReadViewSet):
    """Addresses that do not work, newest first. POST tells of one, told again it counts; a token
    of scope ingest is enough for that. ``clear`` says that it works again."""

    queryset = Bounce.objects.all()
    serializer_class = BounceSerializer
    filterset_fields = {"cleared_at": ["isnull"], "address": ["exact"]}
    writers = ("admin", "ops")
    takes_ingest = True

    def create(self, request, *args, **kwargs) -> Response:
        told = self.get_serializer(data=request.data)
        told.is_valid(raise_exception=True)
        given = told.validated_data
        bounce = note_bounce(
            address=given["address"],
            reason=given["reason"] or _("Told by a program"),
            now=timezone.now(),
            by=request.user,
        )
        return Response(self.get_serializer(bounce).data, status=status.HTTP_201_CREATED)

    @action(detail=True, methods=["post"], serializer_class=StrictSerializer, takes_ingest=False)
    def clear(self, request, pk=None) -> Response:
        bounce = self.get_object()
        clear_bounce(bounce, by=request.user, now=timezone.now())
        return Response(BounceSerializer(bounce).data)


routes.register("bounces", BounceViewSet)
