from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from objectives.actions.influences import LONGEST_WAIT
from objectives.choices import Influence
from objectives.forms.asking import AskingForm
from objectives.models import Kpi
from productops.fields import TextField, WholeField
from teams.models import Person

DRIVES, DRIVEN = "drives", "driven"
SIDES = {DRIVES: _("%(kpi)s drives the other one"), DRIVEN: _("The other one drives %(kpi)s")}
KINDS = [
    (Influence.RAISES.value, _("More of the cause raises the effect")),
    (Influence.LOWERS.value, _("More of the cause lowers the effect")),
]


class InfluenceForm(AskingForm):
    """What one KPI has to do with another, as people believe it."""

    side = forms.ChoiceField(
        label=_("Which drives which"), initial=DRIVES, widget=forms.RadioSelect
    )
    other = forms.ModelChoiceField(
        Kpi.objects.none(),
        label=_("The other KPI"),
        to_field_name="slug",
        widget=forms.Select(attrs={"data-combobox": "", "width": "lg"}),
    )
    kind = forms.ChoiceField(
        label=_("How"), choices=KINDS, initial=Influence.RAISES, widget=forms.RadioSelect
    )
    after_days = WholeField(
        label=_("Shows after how many days"),
        high=LONGEST_WAIT,
        required=False,
        help_text=_("Empty: nobody knows yet"),
    )
    why = TextField(label=_("Why do we believe so?"), longest=2_000, has_lines=True, required=False)

    def __init__(self, data=None, *, person: Person, kpi: Kpi):
        super().__init__(data)
        self.kpi = kpi
        self.fields["side"].choices = [
            (side, words % {"kpi": kpi.name}) for side, words in SIDES.items()
        ]
        self.fields["other"].queryset = Kpi.objects.visible_to(person).exclude(pk=kpi.pk)
        self.fields["after_days"].widget.attrs["width"] = "sm"

    def values(self) -> dict[str, Any]:
        values = dict(self.cleaned_data)
        ends = (self.kpi, values.pop("other"))
        cause, effect = ends if values.pop("side") == DRIVES else ends[::-1]
        return values | {"cause": cause, "effect": effect}
