"""Serializer fields that read as forms and files do: the rules stand in ``parsing.py`` alone."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from productops import clock, parsing


class _Read(serializers.Field):
    """A field whose value goes through one function of ``parsing.py``."""

    read: Callable[..., Any]

    def __init__(self, *, options: dict | None = None, **kwargs) -> None:
        self.options = options or {}
        low, high = kwargs.pop("min_value", None), kwargs.pop("max_value", None)
        super().__init__(**kwargs)
        if low is not None:
            self.validators.append(MinValueValidator(low))
        if high is not None:
            self.validators.append(MaxValueValidator(high))

    def to_internal_value(self, data):
        try:
            return type(self).read(data, **self.options)
        except parsing.Unreadable as problem:
            raise serializers.ValidationError(str(problem)) from problem

    def to_representation(self, value):
        return value


@extend_schema_field(OpenApiTypes.DOUBLE)
class NumberField(_Read):
    """A finite double; written as a JSON number."""

    read = staticmethod(parsing.to_number)


@extend_schema_field(OpenApiTypes.INT)
class WholeField(_Read):
    """A whole number from ``low`` to ``high``."""

    read = staticmethod(parsing.to_whole)
    lowest, highest = 0, 2**31 - 1

    def __init__(self, *, low: int | None = None, high: int | None = None, **kwargs) -> None:
        bounds = {
            "low": self.lowest if low is None else low,
            "high": self.highest if high is None else high,
        }
        super().__init__(options=bounds, **kwargs)


class SmallField(WholeField):
    """What a small column holds."""

    highest = 2**15 - 1


class SignedField(WholeField):
    """What a column of whole numbers holds, below zero too."""

    lowest = -(2**31)


@extend_schema_field(OpenApiTypes.DECIMAL)
class AmountField(_Read):
    """Money: a decimal written as text, so that no cent is lost on the way."""

    read = staticmethod(parsing.to_amount)

    def __init__(self, *, decimal_places: int = 2, **kwargs) -> None:
        kwargs.pop("max_digits", None)  # an amount is below 10 to the 12th in any case
        super().__init__(options={"places": decimal_places}, **kwargs)

    def to_representation(self, value: Decimal) -> str:
        return str(value)


@extend_schema_field(OpenApiTypes.DATE)
class DateField(_Read):
    read = staticmethod(parsing.to_date)

    def to_representation(self, value: date) -> str:
        return value.isoformat()


@extend_schema_field(OpenApiTypes.DATETIME)
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
    models.IntegerField: SignedField,
    models.PositiveIntegerField: WholeField,
    models.PositiveSmallIntegerField: SmallField,
}
