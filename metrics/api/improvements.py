"""Improvements by the verbs of the pages."""

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from audits.models import Gap
from metrics import access
from metrics.actions import improvements as actions
from metrics.choices import RulingKind
from metrics.forms import doses
from metrics.models import Improvement, NotAllowed, Ruling
from metrics.models.improvements import LEVERS
from objectives.api.fields import PersonField, SubjectField
from objectives.models import Action, KeyResult, Series
from processes.models import Revision
from productops import clock
from productops.api import routes
from productops.api.fields import DateField, TextField
from productops.api.problems import Problem
from productops.api.serializers import RecordSerializer, StrictSerializer, Visible
from productops.api.views import RecordViewSet
from productops.measures import Direction
from teams.models import LearningPlan
from tooling.models import Rollout

WAYS = [Direction.UP, Direction.DOWN]


def lever(model) -> Visible:
    return Visible(queryset=model.objects.all(), required=False, allow_null=True)


class RulingSerializer(serializers.ModelSerializer):
    by = serializers.CharField(source="by.email")

    class Meta:
        model = Ruling
        fields = ["ruling", "note", "by", "at"]


class ImprovementSerializer(RecordSerializer):
    subject = SubjectField(to_change=True)
    owner = PersonField(required=False)
    revision = lever(Revision)
    learning_plan = lever(LearningPlan)
    rollout = lever(Rollout)
    dose_series = lever(Series)
    dose_direction = serializers.ChoiceField(choices=WAYS, required=False)
    key_results = Visible(queryset=KeyResult.objects.all(), many=True, required=False)
    gaps = Visible(queryset=Gap.objects.all(), many=True, required=False)
    action = Visible(
        queryset=Action.objects.with_about(), to_change=True, required=False, allow_null=True
    )
    rulings = RulingSerializer(many=True, read_only=True)

    class Meta:
        model = Improvement
        fields = [
            "id", "title", "hypothesis", "kind", "subject", "owner", "state", "go_live_on",
            "revision", "learning_plan", "rollout", "dose_series", "dose_level", "dose_direction",
            "delivery", "delivered_on", "key_results", "gaps", "action", "rulings", "version",
            "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["state", "delivery", "delivered_on", "version"]

    def validate_action(self, action: Action | None) -> Action | None:
        """What it grew out of is said when it is planned; the plan it leaves has to be theirs."""
        if self.instance is not None and action != self.instance.action:
            raise serializers.ValidationError(_("What it grew out of stays as it was said."))
        if action is not None and not self.context["request"].user.may_change(action.subject):
            raise serializers.ValidationError(_("You may see this, but not change it."))
        return action

    def validate(self, attrs):
        kind = attrs.get("kind") or getattr(self.instance, "kind", None)
        for name in LEVERS.values():
            if name != LEVERS.get(kind) and attrs.get(name) is not None:
                raise serializers.ValidationError(
                    {name: _("An improvement of this kind changes something else.")}
                )
        if fault := doses.fault_of(*(self.now(attrs, n) for n in ("dose_series", "dose_level"))):
            raise serializers.ValidationError(dict([fault]))
        return attrs

    def now(self, attrs, name: str):
        """A field as it will be."""
        return attrs.get(name, getattr(self.instance, name, None))

    def create(self, validated_data) -> Improvement:
        validated_data.setdefault("owner", validated_data["by"])
        return actions.plan_improvement(**validated_data)

    def update(self, improvement: Improvement, validated_data) -> Improvement:
        by = validated_data.pop("by")
        links = {n: validated_data.pop(n, None) for n in ("key_results", "gaps")}
        if "kind" in validated_data:
            validated_data = dict.fromkeys(LEVERS.values()) | validated_data
        before = {name: getattr(improvement, name) for name in validated_data}
        for name, value in validated_data.items():
            setattr(improvement, name, value)
        with_problem(
            lambda: actions.change_improvement(
                improvement=improvement, by=by, before=before, after=validated_data, **links
            )
        )
        return improvement


def with_problem(verb):
    """Do it; what the state does not allow is 409."""
    try:
        return verb()
    except NotAllowed as refusal:
        raise Problem(409, str(refusal)) from refusal


class GoLiveSerializer(StrictSerializer):
    on = DateField()

    def validate_on(self, on):
        if on > clock.today():
            raise serializers.ValidationError(_("This day has not come yet."))
        return on


class RulingBody(StrictSerializer):
    ruling = serializers.ChoiceField(choices=RulingKind.choices)
    note = TextField(max_length=2_000, required=False, allow_blank=True)
    new_limits = serializers.BooleanField(required=False)


class StopBody(StrictSerializer):
    note = TextField(max_length=2_000)


class ImprovementViewSet(RecordViewSet):
    """Changes meant to move a number. ``approve``, ``go-live``, ``rule`` and ``stop`` lead one
    from idea to ruling; what is approved is stopped, not deleted. ``action`` names what it grows
    out of, which is then no longer to be done by itself; deleting the idea opens that again."""

    queryset = (
        Improvement.objects.select_related("subject", "owner")
        .prefetch_related("key_results", "gaps", "rulings__by")
        .order_by("-pk")
    )
    serializer_class = ImprovementSerializer
    filterset_fields = ["state", "kind", "owner", "action"]

    def perform_destroy(self, improvement: Improvement) -> None:
        if not improvement.is_idea:
            raise Problem(409, _("What was approved is stopped, not deleted."))
        actions.discard(improvement=improvement, by=self.request.user)

    @action(detail=True, methods=["post"])
    def approve(self, request, pk=None) -> Response:
        improvement = access.improvement_to_approve(request.user, self.get_object().pk)
        return self.done(lambda: actions.approve(improvement=improvement, by=request.user))

    @action(detail=True, methods=["post"], url_path="go-live", serializer_class=GoLiveSerializer)
    def go_live(self, request, pk=None) -> Response:
        improvement, body = self.get_object(), self.body(request)
        return self.done(lambda: actions.go_live(improvement=improvement, by=request.user, **body))

    @action(detail=True, methods=["post"], serializer_class=RulingBody)
    def rule(self, request, pk=None) -> Response:
        improvement, body = self.to_rule(request), self.body(request)
        return self.done(lambda: actions.rule(improvement=improvement, by=request.user, **body))

    @action(detail=True, methods=["post"], serializer_class=StopBody)
    def stop(self, request, pk=None) -> Response:
        improvement, body = self.to_rule(request), self.body(request)
        return self.done(lambda: actions.stop(improvement=improvement, by=request.user, **body))

    def to_rule(self, request) -> Improvement:
        """The improvement, if the person may decide about it."""
        found = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Problem(404, _("Nothing is here, or it is not yours to see."))
        return access.improvement_to_rule(request.user, found.pk)

    def body(self, request) -> dict:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def done(self, verb) -> Response:
        """Do it, and answer with the improvement as it stands now."""
        with_problem(verb)
        fresh = self.get_queryset().get(pk=self.kwargs["pk"])
        context = self.get_serializer_context()
        return self.tagged(fresh, Response(ImprovementSerializer(fresh, context=context).data))


routes.register("improvements", ImprovementViewSet)
