"""Seats of a tool."""

from django import forms
from django.utils.translation import gettext_lazy as _

from productops.fields import DateField
from teams.forms import WordsFilter
from teams.models import Person
from tooling.choices import (
    SeatUse,
)
from tooling.forms.choosing import any_of


class SeatFilter(WordsFilter):
    use = forms.ChoiceField(label=_("Use"), required=False, choices=any_of(SeatUse))


class SeatForm(forms.Form):
    person = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none())
    from_on = DateField(label=_("From"), required=False, help_text=_("Otherwise today"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = Person.objects.active()
