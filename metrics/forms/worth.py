"""What a change costs, what is foreseen of it, how it scores."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from metrics import scoring
from metrics.choices import ScoringModel
from metrics.models import Estimate
from productops.fields import AmountField, NumberField, TextField
from productops.forms import RecordForm

CURRENCY = re.compile(r"[A-Z]{3}")
LABELS = {
    "reach": _("Reach: people or events in a quarter"),
    "impact": _("Impact"),
    "confidence": _("Confidence"),
    "effort": _("Effort in person-months"),
    "value": _("Value"),
    "time_criticality": _("Time criticality"),
    "risk_opportunity": _("Risk reduced or opportunity opened"),
    "size": _("Size of the job"),
    "ease": _("Ease"),
    "cost_of_delay": _("Cost of a week's delay"),
    "duration": _("Weeks that it takes"),
}
HELP = {
    (ScoringModel.RICE, "impact"): _("3 massive, 2 high, 1 medium, 0.5 low, 0.25 minimal"),
    (ScoringModel.RICE, "confidence"): _("1 high, 0.8 medium, 0.5 low; below it is a moonshot"),
}
SCALE = _("From %(low)s to %(high)s")


class EstimateForm(RecordForm):
    cost_once = AmountField(label=_("Cost, once"), required=False)
    cost_per_year = AmountField(label=_("Cost, a year"), required=False)
    effort_days = AmountField(label=_("Days of work"), places=1, required=False)
    day_rate = AmountField(label=_("Cost of a day"), required=False)
    currency = TextField(label=_("Currency"), longest=3, help_text=_("For example EUR"))

    class Meta:
        model = Estimate
        fields = ("cost_once", "cost_per_year", "effort_days", "day_rate", "currency")

    def clean(self):
        cleaned = super().clean()
        for name in ("cost_once", "cost_per_year", "effort_days", "day_rate"):
            if name in cleaned and cleaned[name] is None:
                cleaned[name] = 0
            if (cleaned.get(name) or 0) < 0:
                self.add_error(name, _("A cost is not below 0."))
        return cleaned

    def clean_currency(self) -> str:
        code = self.cleaned_data["currency"].upper()
        if not CURRENCY.fullmatch(code):
            raise ValidationError(_("Write the three letters of a currency."))
        return code


class ForecastForm(forms.Form):
    value = NumberField(
        label=_("Effect foreseen"),
        help_text=_("In the KPI's unit and the promised direction; below 0 where it gets worse."),
    )
    note = TextField(label=_("Why"), longest=500, required=False)


class PriorityForm(forms.Form):
    """The inputs of one model, each within its range."""

    def __init__(self, data=None, *, model: str, initial: dict | None = None):
        super().__init__(data, initial=initial)
        self.model = model
        for asked in scoring.INPUTS[model]:
            self.fields[asked.name] = field_of(model, asked)

    def clean(self) -> dict:
        said = super().clean()
        if not self.errors:
            try:
                scoring.score(self.model, said)
            except ValueError as refusal:
                raise ValidationError(str(refusal)) from refusal
        return said


def field_of(model: str, asked: scoring.Input) -> forms.Field:
    label = LABELS[asked.name]
    if asked.steps:
        steps = [(step, f"{step:g}") for step in asked.steps]
        return forms.TypedChoiceField(label=label, choices=steps, coerce=float)
    scale = SCALE % {"low": f"{asked.low:g}", "high": f"{asked.high:g}"}
    help_text = HELP.get((model, asked.name), "" if asked.high == scoring.LARGEST else scale)
    return NumberField(label=label, low=asked.low, high=asked.high, help_text=help_text)
