"""A stateless calculation: options, criteria and scores in, a decision out; nothing is kept."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from productops.api import routes
from productops.api.fields import NumberField
from productops.api.problems import Problem
from productops.api.serializers import StrictSerializer
from tooling.selection import METHODS, Selected, select, sentence, weight_flip

MOST_OPTIONS = 50
MOST_CRITERIA = 30
MOST_FLIPS = 100
# Where an argument of the calculation comes from in the body.
FIELDS = {"matrix": "scores"} | dict.fromkeys(
    ("weights", "directions", "limits", "anchors"), "criteria"
)


class CriterionSerializer(StrictSerializer):
    """``gate``: the raw value that an option has to reach; ``anchors``: what 0 and all mean."""

    name = serializers.CharField(max_length=200)
    weight = NumberField()
    direction = serializers.ChoiceField(choices=["up", "down"])
    gate = NumberField(required=False, allow_null=True)
    anchors = serializers.ListField(
        child=NumberField(), min_length=2, max_length=2, required=False, allow_null=True
    )


class SelectionSerializer(StrictSerializer):
    options = serializers.ListField(
        child=serializers.CharField(max_length=200), min_length=1, max_length=MOST_OPTIONS
    )
    criteria = CriterionSerializer(many=True)
    scores = serializers.ListField(
        child=serializers.ListField(child=NumberField(), max_length=MOST_CRITERIA),
        max_length=MOST_OPTIONS,
    )
    method = serializers.ChoiceField(choices=METHODS, default="wsm")
    comparisons = serializers.ListField(
        child=serializers.ListField(child=NumberField(), max_length=MOST_CRITERIA),
        max_length=MOST_CRITERIA,
        required=False,
    )

    def validate_criteria(self, value):
        if not 1 <= len(value) <= MOST_CRITERIA:
            raise serializers.ValidationError(_("Send from 1 to 30 criteria."))
        anchored = [bool(criterion.get("anchors")) for criterion in value]
        if any(anchored) and not all(anchored):
            raise serializers.ValidationError(_("Give anchors to all criteria or to none."))
        return value

    def validate(self, values):
        options, criteria = len(values["options"]), len(values["criteria"])
        rows = values["scores"]
        if len(rows) != options or any(len(row) != criteria for row in rows):
            raise serializers.ValidationError(
                {
                    "scores": [
                        _("There has to be a row for each option, a score for each criterion.")
                    ]
                }
            )
        if values.get("comparisons") and len(values["comparisons"]) != criteria:
            raise serializers.ValidationError(
                {"comparisons": [_("There has to be a row for each criterion.")]}
            )
        return values


class AnalyseSelection(APIView):
    """``{options, criteria: [{name, weight, direction, gate?, anchors?}], scores, method}`` gives
    scores, ranks, what would turn them, and how often each option takes each rank."""

    reads_by_post = True

    @extend_schema(request=SelectionSerializer, responses=OpenApiTypes.OBJECT)
    def post(self, request) -> Response:
        given = SelectionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        body = given.validated_data
        return Response(as_data(computed(body), body))


def computed(body: dict[str, Any]) -> Selected:
    """The decision; a refusal of the calculation is told by the field that it came from."""
    criteria = body["criteria"]
    anchors = [criterion.get("anchors") for criterion in criteria]
    try:
        return select(
            body["scores"],
            [criterion["weight"] for criterion in criteria],
            [criterion["direction"] for criterion in criteria],
            limits=[criterion.get("gate") for criterion in criteria],
            method=body["method"],
            anchors=anchors if all(anchors) else None,
            comparisons=body.get("comparisons"),
        )
    except ValueError as refusal:
        argument = str(refusal).split(" ")[0].strip(".:,")
        if argument == "matrix" and body.get("comparisons") and "reciprocal" in str(refusal):
            argument = "comparisons"
        raise Problem(422, str(refusal), field=FIELDS.get(argument, argument)) from refusal


def as_data(found: Selected, body: dict[str, Any]) -> dict[str, Any]:
    """The answer; options that fail a gate have neither score nor rank."""
    options, criteria = body["options"], [criterion["name"] for criterion in body["criteria"]]
    scored = found.scores
    places = {option: at for at, option in enumerate(found.gated.passed)}
    names = [options[option] for option in found.gated.passed]

    def of_each(values) -> list:
        return [
            values[places[at]] if at in places and values else None for at in range(len(options))
        ]

    return {
        "options": options,
        "method": body["method"],
        "weights": list(found.weights),
        "failed_gates": [[criteria[at] for at in failed] for failed in found.gated.failed],
        "scores": of_each(scored and scored.scores),
        "ranking": of_each(scored and scored.ranking),
        "order": [names[at] for at in scored.order] if scored else [],
        "close_call": found.is_close,
        "flips": flips_data(found, names, criteria),
        "rank_acceptability": of_each(found.acceptability and [*map(list, found.acceptability)]),
        "comparisons": comparisons_data(found, criteria),
        "sentence": sentence(found, options, criteria),
    }


def flips_data(found: Selected, names: list[str], criteria: list[str]) -> dict[str, Any] | None:
    if found.flips is None:
        return None
    critical = found.flips.most_critical
    return {
        "most_critical": critical and weight_flip(critical, names, criteria),
        "weights": [
            weight_flip(flip, names, criteria) for flip in found.flips.weights[:MOST_FLIPS]
        ],
        "scores": [
            {
                "leader": names[flip.leader],
                "rival": names[flip.rival],
                "option": names[flip.option],
                "criterion": criteria[flip.criterion],
                "value": flip.value,
                "change": flip.change,
                "becomes": flip.becomes,
            }
            for flip in found.flips.scores[:MOST_FLIPS]
        ],
    }


def comparisons_data(found: Selected, criteria: list[str]) -> dict[str, Any] | None:
    compared = found.comparisons
    if compared is None:
        return None
    worst = compared.inconsistent
    return {
        "consistency_ratio": compared.ratio,
        "is_acceptable": compared.is_acceptable,
        "inconsistent": worst and [criteria[at] for at in (worst.i, worst.j, worst.k)],
    }


routes.add("analyse/selection/", AnalyseSelection)
