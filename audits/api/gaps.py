"""Gaps over HTTP."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from audits import access, actions
from audits.api.verbs import body, told
from audits.choices import LONGEST_WHY, MOST_WHYS, Band
from audits.models import Answer, Gap
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

    whys = serializers.ListField(
        child=TextField(max_length=LONGEST_WHY), max_length=MOST_WHYS, required=False
    )
    criticality = serializers.IntegerField(
        min_value=1, max_value=3, required=False, allow_null=True
    )
    formula = serializers.CharField(read_only=True)
    band = serializers.ChoiceField(choices=Band.choices, read_only=True, allow_null=True)

    class Meta:
        model = Gap
        fields = [
            "id", "title", "description", "subject", "audit", "node", "source", "fact", "whys",
            "cause", "state", "owner", "level", "target", "effort", "criticality", "parts",
            "priority", "formula", "band", "found_on", "due_on", "closed_on", "closed_because",
            "merged_into", "version",
        ]  # fmt: skip
        read_only_fields = [
            "audit", "node", "source", "fact", "state", "parts", "priority", "found_on",
            "closed_on", "closed_because", "merged_into", "version",
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


class CloseSerializer(StrictSerializer):
    """May be left out where evidence that holds stands with the gap."""

    because = TextField(max_length=2_000, required=False, allow_blank=True, default="")


class MergeSerializer(StrictSerializer):
    gaps = Visible(
        queryset=Gap.objects.all(),
        many=True,
        to_change=True,
        help_text=_("The gaps that this one goes on for; they close."),
    )


class FromAnswerSerializer(StrictSerializer):
    answer = Visible(queryset=Answer.objects.counted().filter(scope__audit__deleted_at=None))


class GapViewSet(RecordViewSet):
    queryset = Gap.objects.select_related("subject", "owner", "node__version").ranked()
    serializer_class = GapSerializer
    filterset_fields = ["state", "subject", "audit", "cause", "owner", "source"]

    @action(detail=True, methods=["post"], serializer_class=CloseSerializer)
    def close(self, request, pk=None):
        gap = self.get_object()
        given = body(CloseSerializer, request, self.get_serializer_context())
        with told():
            actions.close_gaps(gaps=[gap], by=request.user, on=clock.today(), **given)
        return self.shown(gap)

    @action(
        detail=False,
        methods=["post"],
        url_path="from-answer",
        serializer_class=FromAnswerSerializer,
    )
    def from_answer(self, request):
        """The gap that an answer shows: a new one, or the one that is there already."""
        given = body(FromAnswerSerializer, request, self.get_serializer_context())
        answer = access.answer_to_show(request.user, given["answer"].pk)
        gap = actions.raise_from_answer(answer=answer, by=request.user, on=clock.today())
        return self.shown(gap)

    @action(detail=True, methods=["post"], serializer_class=StrictSerializer)
    def confirm(self, request, pk=None):
        gap = self.get_object()
        actions.confirm_gaps(gaps=[gap], by=request.user)
        return self.shown(gap)

    @action(detail=True, methods=["post"], serializer_class=MergeSerializer)
    def merge(self, request, pk=None):
        """Take over answers, places and evidence of other gaps that say the same."""
        gap = self.get_object()
        given = body(MergeSerializer, request, self.get_serializer_context())
        with told():
            actions.merge_gaps(kept=gap, others=given["gaps"], by=request.user, on=clock.today())
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
