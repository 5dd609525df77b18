from django import forms
from django.utils.translation import gettext_lazy as _

from objectives.actions.key_results import NUMBERS, WORDED_ZONES
from objectives.choices import KeyResultKind
from objectives.forms.asking import NONE, AskingForm, person_field
from objectives.models import KeyResult, Kpi
from productops.fields import NumberField, TextField
from teams.models import Person, Subject


def number_field(label, help_text: str = "", **options) -> NumberField:
    field = NumberField(label=label, required=False, help_text=help_text, **options)
    field.widget.attrs["width"] = "sm"
    return field


class KeyResultForm(AskingForm):
    """One form for the three kinds: each reads its own fields and leaves the others empty."""

    title = TextField(
        label=_("Title"), longest=300, help_text=_("What one will see when it is reached")
    )
    kpi = forms.ChoiceField(
        label=_("KPI"),
        required=False,
        help_text=_("Its numbers arrive by themselves; without one you type them at check-in"),
    )
    subject = forms.ModelChoiceField(
        Subject.objects.none(), label=_("Measured for"), widget=forms.Select(attrs={"width": "md"})
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=KeyResultKind.choices,
        initial=KeyResultKind.METRIC,
        widget=forms.RadioSelect,
    )
    baseline = number_field(_("Baseline"), _("Where it stands today"))
    target = number_field(_("Target"), _("What you expect to reach"))
    commit = number_field(_("Commit"), _("The least you promise; 30% of the way if empty"))
    stretch = number_field(_("Stretch"), _("If all goes well; 100% of the way if empty"))
    low = number_field(_("At least"))
    high = number_field(_("At most"))
    zone_commit = TextField(label=_("Commit looks like"), longest=1000, required=False)
    zone_target = TextField(label=_("Target looks like"), longest=1000, required=False)
    zone_stretch = TextField(label=_("Stretch looks like"), longest=1000, required=False)
    weight = number_field(
        _("Weight"), _("1 as a rule; 0 leaves it out of the objective's progress"), initial=1
    )

    def __init__(
        self, data=None, *, person: Person, suggested: set[str] = frozenset(), row=None,
        initial=None,
    ):  # fmt: skip
        super().__init__(data, row=row, initial=initial)
        self.fields["kpi"].choices = [NONE, *_grouped(suggested)]
        self.fields["subject"].queryset = Subject.objects.changeable_by(person)
        self.fields["owner"] = person_field(person, label=_("Owner"))

    def clean_weight(self) -> float:
        weight = self.cleaned_data["weight"]
        if weight is not None and weight < 0:
            raise forms.ValidationError(_("A weight is not negative."))
        return 1.0 if weight is None else weight

    def clean_kpi(self) -> Kpi | None:
        slug = self.cleaned_data["kpi"]
        return Kpi.objects.filter(slug=slug).first() if slug else None

    def values(self) -> dict:
        plain = ("title", "owner", "weight", "kpi", "subject")
        return {name: self.cleaned_data[name] for name in plain} | self._wanted(self.cleaned_data)

    def _wanted(self, values: dict) -> dict:
        zones = {zone: values.get(f"zone_{zone}", "") for zone in WORDED_ZONES}
        numbers = {name: values.get(name) for name in NUMBERS}
        return {"kind": values["kind"], "zones": zones} | numbers

    @classmethod
    def initial_of(cls, key_result: KeyResult) -> dict:
        """What stands there, by the names of the fields."""
        names = ("title", "owner", "kind", "weight", *NUMBERS)
        series = key_result.series
        return (
            {name: getattr(key_result, name) for name in names}
            | {f"zone_{zone}": text for zone, text in key_result.zones.items()}
            | {
                "owner": key_result.owner_id,
                "kpi": series.kpi.slug if series else "",
                "subject": series.subject_id if series else key_result.objective.subject_id,
            }
        )


def _grouped(suggested: set[str]) -> list:
    """All KPIs by name, with those that the gaps suggest in front."""
    kpis = list(Kpi.objects.values_list("slug", "name"))
    first = [(slug, name) for slug, name in kpis if slug in suggested]
    rest = [(slug, name) for slug, name in kpis if slug not in suggested]
    if not first:
        return rest
    return [(_("Suggested by the gaps"), first), (_("All KPIs"), rest)]
