"""One number by hand. What is refused is said by the intake itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from metrics.actions.intake import COLUMNS, take_observations
from objectives.models import Kpi, Series
from productops.exchange import Refused
from teams.choices import SubjectKind
from teams.models import Person, Subject

SHORT = {"autocomplete": "off"}
NUMBER = {"inputmode": "decimal", "autocomplete": "off"}


class ObservationForm(forms.Form):
    """One number: every cell is text here, and read as a file's or the API's is."""

    kpi = forms.ModelChoiceField(Kpi.objects.none(), label=_("KPI"), to_field_name="slug")
    subject = forms.ModelChoiceField(Subject.objects.none(), label=_("About"))
    at = forms.CharField(
        label=_("Day or time"),
        max_length=40,
        widget=forms.TextInput(attrs=SHORT),
        help_text=_("2026-03-31, or 2026-03-31T14:00 in the organisation's time zone"),
    )
    value = forms.CharField(
        label=_("Value"), max_length=200, required=False, widget=forms.TextInput(attrs=NUMBER)
    )
    numerator = forms.CharField(
        label=_("Numerator"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=NUMBER),
        help_text=_("Only for KPIs that are a ratio, instead of a value"),
    )
    denominator = forms.CharField(
        label=_("Denominator"), max_length=200, required=False, widget=forms.TextInput(attrs=NUMBER)
    )
    external_id = forms.CharField(
        label=_("Mark of its own"),
        max_length=400,
        required=False,
        widget=forms.TextInput(attrs=SHORT),
        help_text=_("Tells several numbers of one moment apart, such as the id of an order"),
    )

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kpi"].queryset = Kpi.objects.visible_to(person)
        kinds = (SubjectKind.ORGANISATION, SubjectKind.PRODUCT, SubjectKind.TEAM)
        mine = Subject.objects.changeable_by(person).filter(kind__in=kinds)
        self.fields["subject"].queryset = mine

    @property
    def raw(self) -> dict[str, Any]:
        """The row as the intake reads it."""
        cells = {name: self.cleaned_data[name] for name in COLUMNS if name in self.cleaned_data}
        return cells | {
            "kpi": self.cleaned_data["kpi"].slug,
            "subject": self.cleaned_data["subject"].reference,
        }

    def take(self, *, by: Person) -> bool:
        """Write the number; False, with the reason beside its field, where it is refused."""
        try:
            take_observations(raws=[(1, self.raw)], by=by)
        except Refused as refused:
            for refusal in refused.report.refused:
                field = refusal.column if refusal.column in self.fields else None
                self.add_error(field, refusal.reason)
        return not self.errors


def first_answers(series: Series | None, today: Any) -> dict[str, Any]:
    """What the form begins with: the series one came from, and today."""
    begins: dict[str, Any] = {"at": today.isoformat()}
    if series is not None:
        begins |= {"kpi": series.kpi.slug, "subject": series.subject_id}
    return begins
