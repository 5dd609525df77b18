"""What of an objective goes on elsewhere: carried over into another cycle, or copied."""

from django import forms
from django.utils.translation import gettext_lazy as _

from objectives.forms.asking import AskingForm
from objectives.models import Action, Cycle, KeyResult, Objective
from productops.fields import TextField


class CarryOverForm(AskingForm):
    """Which cycle goes on with an objective, and with what of it."""

    title = TextField(label=_("Title"), longest=300)
    cycle = forms.ModelChoiceField(
        Cycle.objects.none(), label=_("Into"), widget=forms.Select(attrs={"width": "sm"})
    )
    key_results = forms.ModelMultipleChoiceField(
        KeyResult.objects.none(),
        label=_("Key results"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They keep their baselines and targets; change them in the draft"),
    )
    tasks = forms.ModelMultipleChoiceField(
        Action.objects.none(),
        label=_("Open actions"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They go along, and are dropped here"),
    )

    def __init__(self, data=None, *, objective: Objective, initial=None):
        super().__init__(data, initial=initial)
        cycles = Cycle.objects.not_closed().exclude(pk=objective.cycle_id)
        self.fields["cycle"].queryset = cycles
        self.fields["key_results"].queryset = objective.key_results.all()
        self.fields["tasks"].queryset = objective.actions.of_kept().open().in_place()
