"""When a source is read, and who hears of it when that fails."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from metrics.choices import Every
from metrics.models import Source
from productops.forms import RecordForm
from teams.models import Person

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]
# Hours (formulae 4.8).
STALE = [
    ("", _("As its schedule says")),
    (2, _("2 hours")),
    (36, _("a day and a half")),
    (192, _("8 days")),
    (768, _("32 days")),
    (2280, _("95 days")),
    (8880, _("370 days")),
]


class ScheduleForm(RecordForm):
    """``fetches``: whether the source is fetched at all, or sent to us."""

    weekday = forms.TypedChoiceField(
        label=_("On"), choices=WEEKDAYS, coerce=int, required=False, empty_value=None, initial=0
    )
    stale_hours = forms.TypedChoiceField(
        label=_("Its numbers are old after"),
        choices=STALE,
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("Counted from the last time that it was read without a fault"),
    )

    class Meta:
        model = Source
        fields = ("every", "at", "weekday", "stale_hours", "owner")
        labels = {"every": _("Read"), "at": _("At"), "owner": _("Who hears of it when it fails")}
        help_texts = {"at": _("In the organisation's time zone. Empty: 06:00; hourly: its minute.")}
        widgets = {"at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        people = Person.objects.visible_to(person).active().exclude(role="")
        self.fields["owner"].queryset = people
        if self.instance.is_pushed:
            for name in ("every", "at", "weekday"):
                del self.fields[name]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("every") != Every.WEEK and "weekday" in self.fields:
            cleaned["weekday"] = None
        return cleaned

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields if name != "version"}
