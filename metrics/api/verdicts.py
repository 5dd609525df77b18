"""Whether improvements worked, how many of the verdicts would be chance, and whether it lasted."""

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from metrics import circumstance_rows, losses, multiplicity
from metrics.actions.rechecks import answer_recheck
from metrics.api.improvements import with_problem
from metrics.discovery import Q
from metrics.models import Recheck, Verdict
from objectives.models import Cycle, Series
from productops import clock
from productops.api import routes
from productops.api.fields import TextField
from productops.api.problems import Problem
from productops.api.serializers import StrictSerializer
from productops.api.views import ReadViewSet


class Told(serializers.ListSerializer):
    """Verdicts with what is asked of all of them at once."""

    def to_representation(self, data):
        rows = list(data)
        beside(self.child, rows)
        return super().to_representation(rows)


def beside(serializer: "VerdictSerializer", rows: list[Verdict]) -> None:
    """Look up what stands beside these verdicts, for whoever reads."""
    serializer.stands = multiplicity.standing_of(rows)
    serializer.seen = circumstance_rows.seen_by(serializer.context["request"].user, rows)


class VerdictSerializer(serializers.ModelSerializer):
    improvement = serializers.IntegerField(source="registration.improvement_id")
    series = serializers.IntegerField(source="registration.series_id")
    delivery = serializers.CharField(source="registration.improvement.delivery")
    provisional = serializers.BooleanField(source="is_provisional")
    stands = serializers.SerializerMethodField(
        help_text="Whether it stands by Benjamini and Hochberg's procedure; null: not tested."
    )
    circumstances = serializers.SerializerMethodField()
    circumstances_hidden = serializers.SerializerMethodField()

    class Meta:
        model = Verdict
        list_serializer_class = Told
        fields = [
            "id", "improvement", "registration", "series", "basis", "result", "reason",
            "sentence", "effect", "ci_low", "ci_high", "mde", "r1", "gate_signal", "gate_size",
            "p_value", "stands", "worth", "provisional", "delivery", "n_before", "n_after",
            "summary", "second_opinion", "circumstances", "circumstances_hidden", "ready_on",
            "data_sha256", "judged_at",
        ]  # fmt: skip

    def to_representation(self, verdict):
        if not hasattr(self, "seen"):
            beside(self, [verdict])
        return super().to_representation(verdict)

    @extend_schema(responses={200: OpenApiTypes.BOOL})
    def get_stands(self, verdict) -> bool | None:
        standing = self.stands.get(verdict.pk)
        return standing and standing[0]

    def get_circumstances(self, verdict) -> list[dict[str, str]]:
        return [
            {"kind": one.kind, "id": one.id, "on": str(one.on), "title": one.title}
            for one in self.seen[verdict.pk].rows
        ]

    def get_circumstances_hidden(self, verdict) -> int:
        return self.seen[verdict.pk].hidden


class VerdictViewSet(ReadViewSet):
    """Whether improvements worked, as the data says now. ``discoveries`` counts, for the cycle
    that today or ``?cycle=`` names, how many verdicts stand and how many would be chance."""

    queryset = Verdict.objects.select_related("registration__improvement").order_by(
        "-judged_at", "-pk"
    )
    serializer_class = VerdictSerializer
    filterset_fields = ["result", "basis", "registration__improvement", "registration__series"]
    http_method_names = ["get", "head", "options"]

    def get_queryset(self):
        seen = Series.objects.visible_to(self.request.user)
        return (
            super()
            .get_queryset()
            .filter(registration__series__in=seen, registration__improvement__deleted_at=None)
        )

    def known_parameters(self) -> set[str]:
        return {"cycle"} if self.action == "discoveries" else super().known_parameters()

    @extend_schema(
        parameters=[OpenApiParameter("cycle", str, description="Short name of a cycle")],
        responses=OpenApiTypes.OBJECT,
    )
    @action(detail=False, filterset_fields=None, pagination_class=None)
    def discoveries(self, request) -> Response:
        self.check_parameters(request)
        found = multiplicity.reckonings([self.day_asked(request)])[0]
        mine = set(self.get_queryset().filter(pk__in=found.keys).values_list("pk", flat=True))
        return Response(
            {
                "round": found.round.name,
                "from": found.round.first,
                "until": found.round.until,
                "q": Q,
                "n": found.found.n,
                "found": found.found.found,
                "expected_false": found.found.expected_false,
                "by_chance": found.found.by_chance,
                "threshold": found.found.threshold,
                "verdicts": [
                    {"id": pk, "stands": stands}
                    for pk, stands in found.stands.items()
                    if pk in mine
                ],
            }
        )

    def day_asked(self, request):
        slug = request.query_params.get("cycle")
        if slug is None:
            return clock.today()
        cycle = Cycle.objects.visible_to(request.user).filter(slug=slug).first()
        if cycle is None or cycle.starts_on is None:
            raise Problem(400, _("There is no such cycle with dates."), field="cycle")
        return cycle.starts_on


class RecheckSerializer(serializers.ModelSerializer):
    improvement = serializers.IntegerField(source="registration.improvement_id")
    series = serializers.IntegerField(source="registration.series_id")
    answered_by = serializers.CharField(source="answered_by.email", default=None)

    class Meta:
        model = Recheck
        fields = [
            "id", "improvement", "registration", "series", "days", "due_on", "result", "effect",
            "ci_low", "ci_high", "n", "sentence", "checked_at", "answer", "answered_by",
            "answered_at",
        ]  # fmt: skip


class AnswerBody(StrictSerializer):
    answer = TextField(max_length=2_000)


class RecheckViewSet(ReadViewSet):
    """Whether what improved has lasted, asked 90 and 180 days after the verdict's window.
    ``answer`` says what follows from one that has not."""

    queryset = Recheck.objects.select_related("registration", "answered_by").order_by("-pk")
    serializer_class = RecheckSerializer
    filterset_fields = ["result", "days", "registration__improvement", "registration__series"]
    http_method_names = ["get", "head", "options", "post"]

    def get_queryset(self):
        seen = Series.objects.visible_to(self.request.user)
        return (
            super()
            .get_queryset()
            .filter(registration__series__in=seen, registration__improvement__deleted_at=None)
        )

    @action(detail=True, methods=["post"], serializer_class=AnswerBody)
    def answer(self, request, pk=None) -> Response:
        found = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Problem(404, _("Nothing is here, or it is not yours to see."))
        recheck = losses.recheck_to_answer(request.user, found.pk)
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        with_problem(
            lambda: answer_recheck(recheck=recheck, by=request.user, **body.validated_data)
        )
        fresh = self.get_queryset().get(pk=recheck.pk)
        context = self.get_serializer_context()
        return Response(RecheckSerializer(fresh, context=context).data)


routes.register("verdicts", VerdictViewSet)
routes.register("rechecks", RecheckViewSet)
