"""Why not now, and until when."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from productops import clock
from productops.fields import DateField, TextField

USUALLY, LONGEST = timedelta(days=90), timedelta(days=366)


class PutAsideForm(forms.Form):
    reason = TextField(label=_("Why not now"), longest=500, required=False)
    until_on = DateField(
        label=_("Until"), required=False, help_text=_("It comes back then. Empty: in 90 days.")
    )

    def clean_until_on(self):
        today = clock.today()
        until = self.cleaned_data["until_on"] or today + USUALLY
        if not today <= until <= today + LONGEST:
            raise ValidationError(_("Write a day from today to a year from now."))
        return until
