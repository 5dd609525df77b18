"""Form fields that read as files and the API read: the rules stand in ``parsing.py`` alone."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from productops import clock, parsing


class _Read:
    """A field whose text goes through one function of ``parsing.py``."""

    empty: Any = None
    read: Callable[..., Any]
    options: dict[str, Any]

    def to_python(self, value):
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return self.empty
        try:
            return self.read(value, **self.options)
        except parsing.Unreadable as problem:
            raise ValidationError(str(problem), code="unreadable") from problem


class NumberField(_Read, forms.Field):
    """A finite number, as text with its decimal point: browsers send it the same everywhere."""

    read = staticmethod(parsing.to_number)
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, *, low: float | None = None, high: float | None = None, **options):
        super().__init__(**options)
        self.options = {}
        if low is not None:
            self.validators.append(forms.fields.validators.MinValueValidator(low))
        if high is not None:
            self.validators.append(forms.fields.validators.MaxValueValidator(high))


class WholeField(_Read, forms.Field):
    """A whole number from ``low`` to ``high``."""

    read = staticmethod(parsing.to_whole)
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def __init__(self, *, low: int = 0, high: int = 2**31 - 1, **options):
        super().__init__(**options)
        self.options = {"low": low, "high": high}


class Scale(forms.RadioSelect):
    """Whole numbers in a row, each one tap away; words stand at both ends, and a mark at the
    number that was said ``last``."""

    template_name = "ui/scale.html"
    last: int | None = None

    def __init__(self, low: int, high: int, ends: tuple = ("", "")):
        super().__init__(choices=[(number, str(number)) for number in range(low, high + 1)])
        self.ends = ends

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"ends": self.ends, "last": self.last}
        return context


class AmountField(_Read, forms.Field):
    """An amount of money as Decimal."""

    read = staticmethod(parsing.to_amount)
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, *, places: int = 2, **options):
        super().__init__(**options)
        self.options = {"places": places}


class DateInput(forms.DateInput):
    """The browser's own calendar; it speaks ISO whatever it shows."""

    input_type = "date"

    def __init__(self, attrs: dict | None = None):
        super().__init__(attrs, format="%Y-%m-%d")


class DateField(_Read, forms.Field):
    read = staticmethod(parsing.to_date)
    widget = DateInput
    options: dict[str, Any] = {}


class MomentField(_Read, forms.Field):
    """A date or a time; what has no offset is the organisation's wall clock."""

    widget = forms.TextInput(attrs={"autocomplete": "off"})
    options: dict[str, Any] = {}

    def read(self, value):
        return parsing.to_moment(value, clock.zone())


class TextField(_Read, forms.Field):
    """Text in composed form, without control characters, of at most ``longest`` characters."""

    read = staticmethod(parsing.clean_text)
    empty = ""

    def __init__(self, *, longest: int = 200, has_lines: bool = False, **options):
        if has_lines:
            options.setdefault("widget", forms.Textarea)
        super().__init__(**options)
        self.options = {"longest": longest, "has_lines": has_lines}
        self.widget.attrs.setdefault("maxlength", str(longest))
