import django_filters
from django.db.models import Prefetch
from django_filters.rest_framework import FilterSet
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response

from audits.models import Gap
from objectives import access, actions
from objectives.api.fields import PersonField, StandingField, SubjectField
from objectives.choices import CLOSED_OBJECTIVE_STATES, ObjectiveState, StartsFrom
from objectives.models import Action, Cycle, KeyResult, Objective, Pillar
from productops.api import routes
from productops.api.fields import NumberField, TextField
from productops.api.serializers import RecordSerializer, StrictSerializer, Visible
from productops.api.views import RecordViewSet

BEGINNINGS = (ObjectiveState.DRAFT, ObjectiveState.ONGOING)


class ObjectiveSerializer(RecordSerializer):
    cycle = Visible(key="slug", queryset=Cycle.objects.all())
    subject = SubjectField(to_change=True)
    owner = PersonField(required=False)
    why = TextField(
        max_length=10_000,
        required=False,
        allow_blank=True,
        style={"base_template": "textarea.html"},
    )
    gaps = Visible(queryset=Gap.objects.all(), many=True, required=False)
    pillar = Visible(queryset=Pillar.objects.all(), required=False, allow_null=True)
    standing = StandingField()

    class Meta:
        model = Objective
        fields = [
            "id", "title", "why", "cycle", "subject", "owner", "pillar", "state", "ambition",
            "approved_on", "gaps", "carried_from", "learning", "keeps", "changes", "stops", "grade",
            "closed_on", "standing", "version", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = [
            "id", "state", "approved_on", "carried_from", "learning", "keeps", "changes", "stops",
            "grade", "closed_on", "version",
        ]  # fmt: skip

    def create(self, validated_data) -> Objective:
        owner = validated_data.pop("owner", validated_data["by"])
        return actions.raise_objective(owner=owner, **validated_data)

    def update(self, objective: Objective, validated_data) -> Objective:
        gaps, by = validated_data.pop("gaps", None), validated_data["by"]
        if gaps is not None:
            gaps = [*gaps, *access.gaps_hidden_from(by, objective)]
        if validated_data.keys() - {"by"}:
            actions.change_objective(objective=objective, **validated_data)
        if gaps is not None:
            actions.answer_gaps(objective=objective, gaps=gaps, by=by)
        return objective


class ClosingSerializer(StrictSerializer):
    outcome = serializers.ChoiceField(
        choices=[(state.value, state.label) for state in CLOSED_OBJECTIVE_STATES]
    )
    learning = TextField(max_length=10_000, style={"base_template": "textarea.html"})
    keeps = TextField(max_length=5_000, required=False, allow_blank=True)
    changes = TextField(max_length=5_000, required=False, allow_blank=True)
    stops = TextField(max_length=5_000, required=False, allow_blank=True)
    proposal = TextField(max_length=300, required=False, allow_blank=True)


class CarryingSerializer(StrictSerializer):
    cycle = Visible(key="slug", queryset=Cycle.objects.all())
    key_results = Visible(queryset=KeyResult.objects.all(), many=True, required=False)
    tasks = Visible(queryset=Action.objects.all(), many=True, required=False)
    title = TextField(max_length=300, required=False, allow_blank=True)


class CopyingSerializer(StrictSerializer):
    """``subjects``: a copy is made about each. ``baselines``: where each number stands "now", or
    "kept". ``weight`` counts where they contribute to the objective."""

    cycle = Visible(key="slug", queryset=Cycle.objects.all())
    subjects = SubjectField(to_change=True, many=True, allow_empty=False)
    key_results = Visible(queryset=KeyResult.objects.all(), many=True, required=False)
    tasks = Visible(queryset=Action.objects.all(), many=True, required=False)
    title = TextField(max_length=300, required=False, allow_blank=True)
    owner = PersonField(required=False)
    baselines = serializers.ChoiceField(choices=StartsFrom.choices, required=False)
    contributes = serializers.BooleanField(required=False)
    weight = NumberField(required=False, allow_null=True)


class ObjectiveFilter(FilterSet):
    cycle = django_filters.CharFilter("cycle__slug")
    subject = django_filters.CharFilter(method="about")
    gap = django_filters.NumberFilter("gaps")

    class Meta:
        model = Objective
        fields = ["state", "owner", "ambition"]

    def about(self, rows, name, value):
        kind, _colon, key = value.partition(":")
        return rows.filter(subject__kind=kind, subject__key=key)


class ObjectiveViewSet(RecordViewSet):
    """What subjects want to reach. ``close`` wants an outcome and what was learned."""

    queryset = Objective.objects.with_standing().order_by("-pk")
    serializer_class = ObjectiveSerializer
    filterset_class = ObjectiveFilter

    def get_queryset(self):
        """With the gaps that the person sees."""
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        seen = Gap.objects.visible_to(self.request.user)
        return rows.prefetch_related(Prefetch("gaps", seen))

    def perform_destroy(self, objective: Objective) -> None:
        actions.discard_objective(objective=objective, by=self.request.user)

    @action(detail=True, methods=["post"], serializer_class=ClosingSerializer)
    def close(self, request, pk=None) -> Response:
        objective = self.get_object()
        closing = ClosingSerializer(data=request.data)
        closing.is_valid(raise_exception=True)
        actions.close_objective(objective=objective, by=request.user, **closing.validated_data)
        return self.shown(objective)

    @action(detail=True, methods=["post"], serializer_class=CarryingSerializer)
    def carry_over(self, request, pk=None) -> Response:
        objective = self.get_object()
        carrying = self.get_serializer(data=request.data)
        carrying.is_valid(raise_exception=True)
        values = carrying.validated_data
        carried = actions.carry_over(objective=objective, by=request.user, **values)
        return self.shown(self.get_queryset().get(pk=carried.pk))

    @action(detail=True, methods=["post"], serializer_class=CopyingSerializer)
    def copy(self, request, pk=None) -> Response:
        """Make drafts of it about other subjects: whoever reads it may."""
        objective = get_object_or_404(self.get_queryset(), pk=pk)
        copying = self.get_serializer(data=request.data)
        copying.is_valid(raise_exception=True)
        values = copying.validated_data
        copies = actions.copy_objective(objective=objective, by=request.user, **values)
        made = self.get_queryset().filter(pk__in=[each.pk for each in copies.objectives])
        shown = ObjectiveSerializer(
            made.order_by("pk"), many=True, context=self.get_serializer_context()
        )
        kept = [each.pk for each in copies.kept]
        body = {"objectives": shown.data, "kept_baselines": list(dict.fromkeys(kept))}
        return Response(body, status=status.HTTP_201_CREATED)

    @action(detail=True, methods=["post"])
    def approve(self, request, pk=None) -> Response:
        objective = self.get_object()
        objective.approve(by=request.user)
        return self.shown(objective)

    @action(detail=True, methods=["post"])
    def begin(self, request, pk=None) -> Response:
        objective = self.get_object()
        objective.begin(by=request.user)
        return self.shown(objective)

    @action(detail=True, methods=["post"])
    def reopen(self, request, pk=None) -> Response:
        objective = self.get_object()
        actions.reopen_objective(objective=objective, by=request.user)
        return self.shown(objective)

    def shown(self, objective: Objective) -> Response:
        context = self.get_serializer_context()
        return self.tagged(
            objective, Response(ObjectiveSerializer(objective, context=context).data)
        )


routes.register("objectives", ObjectiveViewSet)
