"""Asking again: a next audit like this one, or the same once more."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from productops import clock
from productops.fields import DateField, TextField


class AgainForm(forms.Form):
    """The next audit like this one."""

    title = TextField(label=_("Title"))
    closes_on = DateField(label=_("Open until"))

    def clean_closes_on(self):
        return not_over(self.cleaned_data["closes_on"])


class ReopenForm(forms.Form):
    """Why a closed audit is opened again, and until when."""

    reason = TextField(
        label=_("Why"),
        longest=1_000,
        has_lines=True,
        help_text=_("It stands in the history of the audit, for everybody who reads it."),
    )
    closes_on = DateField(label=_("Open until"))

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["reason"].widget.attrs["rows"] = 3

    def clean_closes_on(self):
        return not_over(self.cleaned_data["closes_on"])


def not_over(day):
    if day < clock.today():
        raise ValidationError(_("Choose today or a later day."))
    return day
