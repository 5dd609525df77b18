"""Gaps over HTTP."""

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from audits import actions
from audits.api.verbs import body, told
from audits.models import Gap
from productops import clock
from productops.api.fields import DateField, TextField
from productops.api.serializers import RecordSerializer, StrictSerializer, Visible
from productops.api.views import RecordViewSet
from teams.models import Person, Subject


class GapSerializer(RecordSerializer):
    subject = Visible(queryset=Subject.objects.all(), to_change=True)
    owner = Visible("email", queryset=Person.objects.all(), required=False, allow_null=True)
    cause = serializers.ChoiceField(
        choices=Gap._meta.get_field("cause").choices, required=False, allow_blank=True
    )

    class Meta:
        model = Gap
        fields = [
            "id", "title", "description", "subject", "audit", "node", "cause", "state", "owner",
            "level", "target", "effort", "parts", "priority", "found_on", "due_on", "closed_on",
            "version",
        ]  # fmt: skip
        read_only_fields = [
            "audit", "node", "state", "parts", "priority", "found_on", "closed_on", "version",
        ]  # fmt: skip

    def validate(self, values):
        gap = self.instance
        found = {"level", "target", "subject"} & set(values)
        if gap is not None and gap.audit_id and found:
            name = sorted(found)[0]
            raise serializers.ValidationError({name: [_("What an audit found stays as it is.")]})
        level, target = (values.get(name, getattr(gap, name, None)) for name in ("level", "target"))
        if (level is None) != (target is None):
            missing = "level" if level is None else "target"
            raise serializers.ValidationError({missing: [_("Give both levels, or none.")]})
        return values

    def create(self, validated_data):
        by = validated_data.pop("by")
        return actions.create_gap(fields=validated_data, by=by, on=clock.today())

    def update(self, gap, validated_data):
        by = validated_data.pop("by")
        return actions.change_gap(gap=gap, fields=validated_data, by=by)


class AcceptSerializer(StrictSerializer):
    reason = TextField(max_length=2_000)
    until_on = DateField()


class GapViewSet(RecordViewSet):
    queryset = Gap.objects.select_related("subject", "owner", "node__version").ranked()
    serializer_class = GapSerializer
    filterset_fields = ["state", "subject", "audit", "cause", "owner"]

    @action(detail=True, methods=["post"], serializer_class=StrictSerializer)
    def close(self, request, pk=None):
        gap = self.get_object()
        gap.close(by=request.user, on=clock.today())
        return self.shown(gap)

    @action(detail=True, methods=["post"], serializer_class=StrictSerializer)
    def reopen(self, request, pk=None):
        gap = self.get_object()
        return self.shown(actions.reopen_gap(gap=gap, by=request.user, on=clock.today()))

    @action(detail=True, methods=["post"], serializer_class=AcceptSerializer)
    def accept(self, request, pk=None):
        gap = self.get_object()
        given = body(AcceptSerializer, request, self.get_serializer_context())
        with told():
            actions.accept_gaps(gaps=[gap], by=request.user, on=clock.today(), **given)
        return self.shown(gap)

    def shown(self, gap: Gap) -> Response:
        return Response(GapSerializer(gap, context=self.get_serializer_context()).data)
