"""Tools and their rings."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from productops import clock
from productops.fields import DateField, TextField, WholeField
from teams.forms import NamedForm, WordsFilter
from teams.models import Person, Team
from tooling import access
from tooling.choices import (
    MOST_WINDOW,
    RADAR_NEWS,
    Ring,
)
from tooling.forms.choosing import any_of, keepers
from tooling.models import Capability, Tool


class ToolFilter(WordsFilter):
    ring = forms.ChoiceField(label=_("Ring"), required=False, choices=any_of(Ring))
    capability = forms.ModelChoiceField(
        label=_("Used for"),
        queryset=Capability.objects.none(),
        required=False,
        empty_label=_("Any"),
    )
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("Any")
    )
    state = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("In use")), ("archived", _("Archived"))],
    )

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["capability"].queryset = Capability.objects.visible_to(person)
        self.fields["team"].queryset = access.teams_to_choose(person)


class ToolForm(NamedForm):
    vendor_name = TextField(label=_("Vendor"), required=False, longest=200)
    more_capabilities = TextField(
        label=_("For something else"),
        required=False,
        longest=500,
        help_text=_("Separate several by commas."),
    )
    active_days = WholeField(
        label=_("Active within … days"),
        low=1,
        high=MOST_WINDOW,
        initial=30,
        help_text=_("A person counts as active when seen within so many days."),
    )

    class Meta:
        model = Tool
        fields = [
            "name", "purpose", "category", "ring", "owner", "capabilities", "teams", "data_class",
            "active_days",
        ]  # fmt: skip
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 3}),
            "capabilities": forms.CheckboxSelectMultiple,
            "teams": forms.CheckboxSelectMultiple,
        }

    field_order = [
        "name", "vendor_name", "purpose", "category", "ring", "owner", "capabilities",
        "more_capabilities", "teams", "data_class", "active_days",
    ]  # fmt: skip

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = keepers()
        self.fields["teams"].queryset = access.teams_to_choose(person)
        self.fields["capabilities"].label = _("What it is used for")
        self.initial["vendor_name"] = self.instance.vendor.name if self.instance.vendor else ""
        if self.instance.pk:
            # A ring moves by a form of its own, with the reason.
            del self.fields["ring"]
        if not person.changes_all:
            # A pm sees some of the teams only: saving those would drop the others.
            del self.fields["teams"]

    def clean_vendor_name(self) -> str:
        name = self.cleaned_data["vendor_name"]
        if name:
            self.slug_of(name)
        return name

    def clean_more_capabilities(self) -> list[str]:
        parts = self.cleaned_data["more_capabilities"].split(",")
        names = [name[:200] for name in map(str.strip, parts) if name]
        for name in names:
            self.slug_of(name)
        return names


class RingForm(forms.Form):
    ring = forms.ChoiceField(label=_("Ring"), choices=Ring.choices)
    reason = TextField(label=_("Why"), longest=2000, has_lines=True)
    on = DateField(label=_("Since"), required=False, help_text=_("Otherwise today"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].widget.attrs["rows"] = 2

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on and on > clock.today():
            raise ValidationError(_("This day has not come yet."))
        return on


class RadarFilter(forms.Form):
    since = DateField(label=_("Moves since"), required=False)

    def day(self):
        """The day since which moves are news."""
        given = self.cleaned_data.get("since") if self.is_valid() else None
        return given or clock.today() - RADAR_NEWS
