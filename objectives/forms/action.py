from django import forms
from django.utils.translation import gettext_lazy as _

from objectives.forms.asking import AskingForm, person_field
from objectives.models import KeyResult, Objective
from productops.fields import DateField, TextField
from teams.models import Person


class ActionForm(AskingForm):
    """``objective``: whose key results it may serve; without any, it is not asked."""

    title = TextField(label=_("What is to be done"))
    due_on = DateField(label=_("Until"), required=False)
    key_result = forms.ModelChoiceField(
        KeyResult.objects.none(),
        label=_("Serves"),
        required=False,
        empty_label=_("The objective as a whole"),
        widget=forms.Select(attrs={"width": "md"}),
    )

    def __init__(
        self,
        data=None,
        *,
        person: Person,
        row=None,
        initial=None,
        objective: Objective | None = None,
    ):
        super().__init__(data, row=row, initial=initial)
        self.fields["owner"] = person_field(person, label=_("Who"))
        self.fields["due_on"].widget.attrs["width"] = "sm"
        if objective is not None and objective.key_results.exists():
            self.fields["key_result"].queryset = objective.key_results.all()
        else:
            del self.fields["key_result"]
        self.order_fields(["title", "owner", "due_on", "key_result"])
