"""Serializer fields that read as forms and files do: the rules stand in ``parsing.py`` alone."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from rest_framework import serializers

from productops import clock, parsing


class _Read(serializers.Field):
    """A field whose value goes through one function of ``parsing.py``."""

    read: Callable[..., Any]

    def __init__(self, *, options: dict | None = None, **kwargs) -> None:
        # Bounds that a model field brings along are asked by its own validators.
        for bound in ("max_digits", "decimal_places", "max_length", "min_value", "max_value"):
            kwargs.pop(bound, None)
        self.options = options or {}
        super().__init__(**kwargs)

    def to_internal_value(self, data):
        try:
            return type(self).read(data, **self.options)
        except parsing.Unreadable as problem:
            raise serializers.ValidationError(str(problem)) from problem

    def to_representation(self, value):
        return value


class NumberField(_Read):
    """A finite double; written as a JSON number."""

    read = staticmethod(parsing.to_number)


class WholeField(_Read):
    """A whole number; ``low`` and ``high`` bound it."""

    read = staticmethod(parsing.to_whole)

    def __init__(self, *, low: int = 0, high: int = 2**31 - 1, **kwargs) -> None:
        low = kwargs.pop("min_value", None) or low
        super().__init__(options={"low": low, "high": high}, **kwargs)


class AmountField(_Read):
    """Money: a decimal written as text, so that no cent is lost on the way."""

    read = staticmethod(parsing.to_amount)

    def to_representation(self, value: Decimal) -> str:
        return str(value)


class DateField(_Read):
    read = staticmethod(parsing.to_date)

    def to_representation(self, value: date) -> str:
        return value.isoformat()


class MomentField(_Read):
    """A point in time; without an offset it is the organisation's wall clock."""

    @staticmethod
    def read(value: Any) -> datetime:
        return parsing.to_moment(value, clock.zone())

    def to_representation(self, value: datetime) -> str:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


class TextField(serializers.CharField):
    """Text in NFC without control characters; long texts may have lines."""

    def __init__(self, **kwargs) -> None:
        self.has_lines = kwargs.get("style", {}).get("base_template") == "textarea.html"
        super().__init__(**kwargs)

    def to_internal_value(self, data) -> str:
        try:
            return parsing.clean_text(data, longest=self.max_length, has_lines=self.has_lines)
        except parsing.Unreadable as problem:
            raise serializers.ValidationError(str(problem)) from problem


# What a serializer of rows makes of the columns of a model.
FOR_COLUMNS = {
    models.CharField: TextField,
    models.TextField: TextField,
    models.DateField: DateField,
    models.DateTimeField: MomentField,
    models.DecimalField: AmountField,
    models.FloatField: NumberField,
    models.IntegerField: WholeField,
    models.PositiveIntegerField: WholeField,
    models.PositiveSmallIntegerField: WholeField,
}
