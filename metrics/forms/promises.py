"""What an improvement promises: a series, a direction, an effect worth having, a window."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from metrics.actions.promises import fault_of_control
from metrics.models import Improvement, Registration
from metrics.scorecard import versions_on
from objectives.models import Series
from productops import clock
from productops.fields import DateField, NumberField, TextField, WholeField
from productops.forms import Versioned
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
    expected_effect = NumberField(
        label=_("Effect that you expect"),
        low=0,
        required=False,
        help_text=_("It is kept beside what really comes of it."),
    )
    control = forms.ModelChoiceField(
        Series.objects.none(),
        label=_("Compared with"),
        required=False,
        empty_label=_("Its own time before"),
        help_text=_("The same KPI where nothing changes: then what all of them feel is no effect."),
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
    improvement: Improvement | None = None

    def narrow_series(self, person: Person) -> None:
        mine = Series.objects.visible_to(person).filter(kpi__deleted_at=None)
        self.fields["series"].queryset = mine.select_related("kpi", "subject")
        self.fields["series"].empty_label = _("Not chosen yet")
        self.fields["control"].queryset = mine.select_related("kpi", "subject")

    def clean(self):
        cleaned = super().clean()
        series = self.cleaned_data.get("series")
        if series is not None:
            self._clean_terms(series)
        return cleaned

    def _clean_terms(self, series: Series) -> None:
        if "direction" in self.cleaned_data:
            self.cleaned_data["direction"] = self._way(series)
        if fault := fault_of_control(self.improvement, series, self.cleaned_data.get("control")):
            self.add_error("control", fault)
        smallest, expected = (
            self.cleaned_data.get(name) for name in ("smallest_effect", "expected_effect")
        )
        if None not in (smallest, expected) and expected < smallest:
            self.add_error(
                "expected_effect", _("You expect less than is worth having: is it worth doing?")
            )

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
        """The promise as the verbs take it. A day of the decision that nobody was asked about is
        left to the product, which looks for it in the points."""
        names = ("series", "direction", "smallest_effect", "expected_effect", "control")
        given = {name: self.cleaned_data.get(name) for name in names}
        lag, window = (self.cleaned_data.get(n) for n in ("lag_periods", "window_periods"))
        given |= {"lag_periods": lag or 0, "window_periods": window or 8}
        trigger = self.cleaned_data.get("trigger_on")
        if trigger is not None or self.was_asked_when:
            given["trigger_on"] = trigger
        return given

    @property
    def was_asked_when(self) -> bool:
        """Whether a day was shown, so that an empty field means: leave no points out."""
        return bool(self.initial.get("trigger_on"))


class RegistrationForm(Versioned, Promise):
    """A further promise, or a changed one, while the improvement is an idea."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args,
        person: Person,
        improvement: Improvement | None = None,
        registration: Registration | None = None,
        **options,
    ):
        self.improvement, self.registration = improvement, registration
        if registration is not None:
            options["initial"] = terms_of(registration) | {"version": registration.version}
        super().__init__(*args, **options)
        self.narrow_series(person)
        self.fields["series"].required = True
        if registration is not None:
            self.fields["series"].disabled = True

    @property
    def version_now(self) -> int | None:
        return self.registration.version if self.registration else None

    def clean(self):
        super().clean()
        return self.check_version()

    @property
    def was_asked_when(self) -> bool:
        return self.registration is not None


TERMS = (
    *("direction", "smallest_effect", "expected_effect", "lag_periods", "window_periods"),
    "trigger_on",
)


def terms_of(registration: Registration) -> dict[str, Any]:
    keys = {"series": registration.series_id, "control": registration.control_id}
    return keys | {name: getattr(registration, name) for name in TERMS}


class Outlook(Promise):
    """The terms as they stand while somebody writes them: nothing is wrong yet."""

    def __init__(self, *args, person: Person, **options):
        super().__init__(*args, **options)
        self.narrow_series(person)
        rows = self.fields["series"].queryset.select_related("state")
        self.fields["series"].queryset = self.fields["control"].queryset = rows

    @property
    def promise(self) -> Registration | None:
        """The promise that it would be; None as long as no series is chosen."""
        terms = self.terms
        return Registration(**terms) if terms["series"] and terms["direction"] else None


class RecheckForm(forms.Form):
    answer = TextField(label=_("What follows"), longest=2_000, has_lines=True)
