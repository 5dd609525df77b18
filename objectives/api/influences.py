"""What people believe drives what."""

from django.utils.translation import gettext as _
from rest_framework import serializers

from objectives import actions
from objectives.choices import Influence
from objectives.models import Kpi, KpiInfluence
from productops.api import routes
from productops.api.serializers import RecordSerializer, Visible
from productops.api.views import RecordViewSet


class InfluenceSerializer(RecordSerializer):
    """More of ``cause`` raises or lowers ``effect``, both named by their short name (slug)."""

    cause = Visible(key="slug", queryset=Kpi.objects.all())
    effect = Visible(key="slug", queryset=Kpi.objects.all())
    kind = serializers.ChoiceField(Influence.choices, default=Influence.RAISES)

    class Meta:
        model = KpiInfluence
        fields = ["id", "cause", "effect", "kind", "after_days", "why", "version"]
        read_only_fields = ["id", "version"]
        validators: list = []

    def validate(self, attrs):
        """Another pair is another belief."""
        for name in ("cause", "effect"):
            if self.instance is not None and attrs.get(name, None) not in (
                None,
                getattr(self.instance, name),
            ):
                raise serializers.ValidationError(
                    {name: _("To link other KPIs, add a new belief.")}
                )
        return attrs

    def create(self, validated_data) -> KpiInfluence:
        belief, _differs = actions.say_influence(**validated_data)
        return belief

    def update(self, influence: KpiInfluence, validated_data) -> KpiInfluence:
        said = {name: getattr(influence, name) for name in ("kind", "after_days", "why")}
        said |= {name: value for name, value in validated_data.items() if name in said}
        actions.change_influence(influence=influence, by=validated_data["by"], **said)
        return influence


class InfluenceViewSet(RecordViewSet):
    """Said again for the same two KPIs, what is said now holds. Circles are allowed: they are
    beliefs."""

    queryset = KpiInfluence.objects.with_ends().order_by("pk")
    serializer_class = InfluenceSerializer
    filterset_fields = ["cause__slug", "effect__slug", "kind"]
    writers = ("admin", "ops")

    def perform_destroy(self, influence: KpiInfluence) -> None:
        actions.take_back_influence(influence=influence, by=self.request.user)


routes.register("kpi-influences", InfluenceViewSet)
