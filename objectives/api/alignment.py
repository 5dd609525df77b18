"""How objectives and key results stand to each other, and the pillars above them."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from rest_framework import serializers

from objectives import actions
from objectives.models import Alignment, KeyResult, Objective, Pillar
from productops.api import routes
from productops.api.serializers import RecordSerializer, Visible
from productops.api.views import RecordViewSet


class AlignmentSerializer(RecordSerializer):
    """It begins in ``objective`` or ``key_result`` and ends in ``to_objective`` or
    ``to_key_result``. ``weight`` null: aligned, but not counted in the progress above."""

    objective = Visible(queryset=Objective.objects.all(), to_change=True, required=False)
    key_result = Visible(
        queryset=KeyResult.objects.select_related("objective"), to_change=True, required=False
    )
    to_objective = Visible(queryset=Objective.objects.all(), required=False)
    to_key_result = Visible(queryset=KeyResult.objects.select_related("objective"), required=False)

    class Meta:
        model = Alignment
        fields = [
            "id", "objective", "key_result", "to_objective", "to_key_result", "kind", "weight",
            "at",
        ]  # fmt: skip
        read_only_fields = ["id", "at"]
        validators: list = []

    def validate(self, attrs):
        for one, other in (("objective", "key_result"), ("to_objective", "to_key_result")):
            if bool(attrs.get(one)) == bool(attrs.get(other)):
                text = _("Give either this or %(other)s.") % {"other": other}
                raise serializers.ValidationError({one: text})
        return attrs

    def create(self, validated_data) -> Alignment:
        begin = validated_data.pop("objective", None) or validated_data.pop("key_result", None)
        end = validated_data.pop("to_objective", None) or validated_data.pop("to_key_result", None)
        return actions.align(begin=begin, end=end, **validated_data)


class AlignmentViewSet(RecordViewSet):
    """Said again for the same two ends, an alignment takes the kind and weight said now."""

    queryset = Alignment.objects.with_ends().order_by("-pk")
    serializer_class = AlignmentSerializer
    filterset_fields = ["objective", "key_result", "to_objective", "to_key_result", "kind"]
    http_method_names = ["get", "head", "options", "post", "delete"]

    def may_change(self, person, row) -> bool:
        return any(person.may_change(subject) for subject in row.subjects)

    def perform_destroy(self, tie: Alignment) -> None:
        actions.part(tie=tie, by=self.request.user)


class PillarSerializer(RecordSerializer):
    class Meta:
        model = Pillar
        fields = ["id", "name", "text", "order", "ended_on", "version"]
        read_only_fields = ["id", "ended_on", "version"]

    def create(self, validated_data) -> Pillar:
        return actions.add_pillar(**validated_data)

    def update(self, pillar: Pillar, validated_data) -> Pillar:
        actions.change_pillar(pillar=pillar, **validated_data)
        return pillar


class PillarViewSet(RecordViewSet):
    """The few directions of the strategy. Deleting one that objectives stand under is refused."""

    queryset = Pillar.objects.all()
    serializer_class = PillarSerializer
    writers = ("admin", "ops")

    def perform_destroy(self, pillar: Pillar) -> None:
        if Objective.with_trash.filter(pillar=pillar).exists():
            raise PermissionDenied(_("Objectives stand under it. End it instead."))
        pillar.delete()


routes.register("alignments", AlignmentViewSet)
routes.register("pillars", PillarViewSet)
