"""Contracts: only for those who see what everything costs."""

from copy import copy

from django.core.exceptions import ValidationError as InvalidModel
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from productops import trash
from productops.api import routes
from productops.api.serializers import RecordSerializer, StrictSerializer, Visible
from productops.api.views import RecordViewSet
from teams.models import Person
from tooling import actions
from tooling.choices import RenewalDecision
from tooling.models import Contract, Tool


class WrittenSerializer(RecordSerializer):
    """A record that is written by ``actions.write_values``, after the rules of its model."""

    def validate(self, values):
        row = copy(self.instance) if self.instance is not None else self.Meta.model()
        for name, value in values.items():
            setattr(row, name, value)
        unsent = {field.name for field in row._meta.concrete_fields} - values.keys()
        try:
            row.clean_fields(exclude=unsent)
            row.clean()
        except InvalidModel as problem:
            raise serializers.ValidationError(problem.message_dict) from problem
        return values

    def create(self, validated_data):
        by, row = validated_data.pop("by"), self.Meta.model()
        actions.write_values(row=row, values=validated_data, by=by)
        return row

    def update(self, row, validated_data):
        by = validated_data.pop("by")
        actions.write_values(row=row, values=validated_data, by=by)
        return row


class ContractSerializer(WrittenSerializer):
    tool = Visible("slug", queryset=Tool.objects.all())
    owner = Visible("email", queryset=Person.objects.all(), required=False, allow_null=True)
    yearly_cost = serializers.DecimalField(None, 2, read_only=True)
    notice_on = serializers.DateField(read_only=True)

    class Meta:
        model = Contract
        fields = [
            "id", "tool", "name", "reference", "price_model", "amount", "currency", "period",
            "seats", "pack_size", "from_on", "until_on", "notice_days", "auto_renews", "owner",
            "decision", "decision_reason", "yearly_cost", "notice_on", "version",
        ]  # fmt: skip
        read_only_fields = ["decision", "decision_reason", "version"]


class DecisionSerializer(StrictSerializer):
    decision = serializers.ChoiceField(choices=RenewalDecision.choices)
    reason = serializers.CharField(max_length=2000)


class ContractViewSet(RecordViewSet):
    queryset = Contract.objects.order_by("pk").select_related("tool", "owner")
    serializer_class = ContractSerializer
    filterset_fields = ["tool", "reference", "price_model", "currency"]
    roles = ("admin", "ops", "exec")

    def perform_destroy(self, row) -> None:
        trash.discard(row=row, by=self.request.user)

    @action(detail=True, methods=["post"], serializer_class=DecisionSerializer)
    def decide(self, request, pk=None):
        """Say what happens at the end of the term, and why."""
        contract = self.get_object()
        given = DecisionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        contract.decide(by=request.user, **given.validated_data)
        context = self.get_serializer_context()
        return Response(ContractSerializer(contract, context=context).data)


routes.register("contracts", ContractViewSet)
