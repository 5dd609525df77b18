from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from objectives.actions.influences import LONGEST_WAIT
from objectives.choices import Influence
from objectives.forms.asking import AskingForm, Filters
from objectives.models import Kpi
from productops.fields import TextField, WholeField
from teams.models import Person

DRIVES, DRIVEN = "drives", "driven"
SIDES = {DRIVES: _("%(kpi)s drives the other one"), DRIVEN: _("The other one drives %(kpi)s")}
KINDS = [
    (Influence.RAISES.value, _("More of the cause raises the effect")),
    (Influence.LOWERS.value, _("More of the cause lowers the effect")),
]


class BeliefForm(AskingForm):
    """How one KPI drives another, as people believe it."""

    kind = forms.ChoiceField(
        label=_("How"), choices=KINDS, initial=Influence.RAISES, widget=forms.RadioSelect
    )
    after_days = WholeField(
        label=_("Shows after how many days"),
        high=LONGEST_WAIT,
        required=False,
        help_text=_("Leave it empty if nobody knows yet"),
        widget=forms.NumberInput(attrs={"width": "sm"}),
    )
    why = TextField(label=_("Why do we believe so?"), longest=2_000, has_lines=True, required=False)


class InfluenceForm(BeliefForm):
    """Which of two KPIs drives the other, and how."""

    side = forms.ChoiceField(
        label=_("Which drives which"), initial=DRIVES, widget=forms.RadioSelect
    )
    other = forms.ModelChoiceField(
        Kpi.objects.none(),
        label=_("The other KPI"),
        to_field_name="slug",
        widget=forms.Select(attrs={"data-combobox": "", "width": "lg"}),
    )
    field_order = ["side", "other"]

    def __init__(self, data=None, *, person: Person, kpi: Kpi):
        super().__init__(data)
        self.kpi = kpi
        self.fields["side"].choices = [
            (side, words % {"kpi": kpi.name}) for side, words in SIDES.items()
        ]
        self.fields["other"].queryset = Kpi.objects.visible_to(person).exclude(pk=kpi.pk)

    def values(self) -> dict[str, Any]:
        values = dict(self.cleaned_data)
        ends = (self.kpi, values.pop("other"))
        cause, effect = ends if values.pop("side") == DRIVES else ends[::-1]
        return values | {"cause": cause, "effect": effect}


class CauseFilters(Filters):
    """Which part of the map of causes: all of it, or what lies around one KPI."""

    kpi = forms.ChoiceField(label=_("Around"), required=False)
    steps = forms.ChoiceField(
        label=_("How far"),
        required=False,
        choices=[
            ("", _("2 steps each way")),
            ("1", _("1 step each way")),
            ("3", _("3 steps each way")),
            ("9", _("All the way")),
        ],
    )

    def __init__(self, data, *, kpis: Iterable[tuple[str, str]]):
        super().__init__(data)
        self.fields["kpi"].choices = [("", _("All KPIs")), *kpis]
        self.full_clean()

    @property
    def name(self) -> str:
        """Of the KPI in the middle; "" for the whole map."""
        return str(dict(self.fields["kpi"].choices)[self.value("kpi")]) if self.value("kpi") else ""

    @property
    def reach(self) -> int:
        return int(self.value("steps") or 2)
