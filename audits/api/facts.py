"""What the record says, over HTTP: measured values beside what people answer."""

from rest_framework import serializers

from audits.models import Fact
from productops.api.views import ReadViewSet


class FactSerializer(serializers.ModelSerializer):
    subject = serializers.CharField(source="subject.reference", read_only=True)

    class Meta:
        model = Fact
        fields = ["id", "measure", "subject", "on", "value"]


class FactViewSet(ReadViewSet):
    """The value of a measure of one subject on one day, for the measures that questions name."""

    queryset = Fact.objects.select_related("subject").order_by("-on", "measure", "pk")
    serializer_class = FactSerializer
    filterset_fields = {"measure": ["exact"], "subject": ["exact"], "on": ["exact", "gte", "lte"]}
