"""Serializers that refuse what they do not know instead of leaving it out in silence."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from productops.api.fields import FOR_COLUMNS

UNKNOWN = _("There is no such field.")
READ_ONLY = _("This field cannot be written.")


def check_fields(serializer: serializers.Serializer, data) -> None:
    """Refuse fields that are unknown or may only be read, each by its name."""
    if not isinstance(data, Mapping):
        return
    fields = serializer.fields
    wrong = {name: [UNKNOWN] for name in data if name not in fields}
    wrong |= {name: [READ_ONLY] for name in data if name in fields and fields[name].read_only}
    # A client may send back the version that it read: it is a condition, not a value.
    wrong.pop("version", None)
    if wrong:
        raise serializers.ValidationError(wrong)


class StrictSerializer(serializers.Serializer):
    """A serializer of values that are no row of a table."""

    def to_internal_value(self, data):
        check_fields(self, data)
        return super().to_internal_value(data)


class RecordSerializer(serializers.ModelSerializer):
    """A serializer of rows, whose columns are read as forms read them.

    ``save(by=person)`` is given who does it: write ``create`` and ``update`` by the app's own
    verbs and take ``by`` from ``validated_data``.
    """

    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | FOR_COLUMNS

    def to_internal_value(self, data):
        check_fields(self, data)
        return super().to_internal_value(data)


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "integer"}]})
class Visible(serializers.RelatedField):
    """Names a row by one of its columns, among those that the person may see (or change, with
    ``to_change=True``); others do not exist for them."""

    default_error_messages = {
        "unknown": _("There is no such record."),
        "no_key": _("Write the key of a record."),
    }

    def __init__(self, key: str = "pk", to_change: bool = False, **options) -> None:
        self.key, self.to_change = key, to_change
        super().__init__(**options)

    def get_queryset(self):
        rows = super().get_queryset()
        person = self.context["request"].user
        return rows.changeable_by(person) if self.to_change else rows.visible_to(person)

    def to_internal_value(self, data):
        if isinstance(data, bool) or not isinstance(data, (int, str)):
            self.fail("no_key")
        if isinstance(data, str) and (len(data) > 200 or self.key == "pk" and not data.isdecimal()):
            self.fail("unknown")
        row = self.get_queryset().filter(**{self.key: data}).first()
        return row if row is not None else self.fail("unknown")

    def use_pk_only_optimization(self) -> bool:
        return self.key == "pk"

    def to_representation(self, row):
        return getattr(row, self.key)
