"""What an improvement promises: a series, a direction, an effect worth having, a window."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from metrics.models import Registration
from metrics.scorecard import versions_on
from objectives.models import Series
from productops import clock
from productops.fields import DateField, NumberField, WholeField
from productops.measures import Direction
from teams.models import Person

WAYS = [("", _("As the KPI says")), (Direction.UP, _("Up")), (Direction.DOWN, _("Down"))]
BETTER = (Direction.UP, Direction.DOWN)


class Promise(forms.Form):
    """The terms of a registration: what will move, which way, by how much, how soon."""

    series = forms.ModelChoiceField(
        Series.objects.none(), label=_("KPI that it should move"), required=False
    )
    direction = forms.ChoiceField(
        label=_("It should go"), choices=WAYS, required=False, help_text=_("Which way is better.")
    )
    smallest_effect = NumberField(
        label=_("Smallest effect worth having"),
        low=0,
        required=False,
        help_text=_("In the unit of the KPI."),
    )
    lag_periods = WholeField(
        label=_("Periods until it shows"), low=0, high=52, required=False, initial=0
    )
    window_periods = WholeField(
        label=_("Periods to judge"), low=8, high=104, required=False, initial=8
    )
    trigger_on = DateField(
        label=_("Day of the decision"),
        required=False,
        help_text=_("Points after it are left out of the time before: they caused the decision."),
    )

    def narrow_series(self, person: Person) -> None:
        mine = Series.objects.visible_to(person).filter(kpi__deleted_at=None)
        self.fields["series"].queryset = mine.select_related("kpi", "subject")
        self.fields["series"].empty_label = _("Not chosen yet")

    def clean(self):
        cleaned = super().clean()
        series = self.cleaned_data.get("series")
        if series is not None and "direction" in self.cleaned_data:
            self.cleaned_data["direction"] = self._way(series)
        return cleaned

    def _way(self, series: Series) -> str:
        """The way that is better: the chosen one, else the KPI's own."""
        chosen = self.cleaned_data["direction"]
        own = versions_on(clock.today(), [series.kpi_id]).get(series.kpi_id)
        if not chosen and (own is None or own.direction not in BETTER):
            self.add_error(
                "direction", _("This KPI has no better way of its own: choose up or down.")
            )
        return chosen or (own.direction if own else "")

    @property
    def terms(self) -> dict[str, Any]:
        """The promise as the verbs take it."""
        names = ("series", "direction", "smallest_effect", "trigger_on")
        given = {name: self.cleaned_data.get(name) for name in names}
        lag, window = (self.cleaned_data.get(n) for n in ("lag_periods", "window_periods"))
        return given | {"lag_periods": lag or 0, "window_periods": window or 8}


class RegistrationForm(Promise):
    """A further promise, or a changed one, while the improvement is an idea."""

    def __init__(self, *args, person: Person, registration: Registration | None = None, **options):
        if registration is not None:
            options["initial"] = terms_of(registration)
        super().__init__(*args, **options)
        self.narrow_series(person)
        self.fields["series"].required = True
        if registration is not None:
            self.fields["series"].disabled = True


def terms_of(registration: Registration) -> dict[str, Any]:
    names = ("direction", "smallest_effect", "lag_periods", "window_periods", "trigger_on")
    return {"series": registration.series_id} | {
        name: getattr(registration, name) for name in names
    }
