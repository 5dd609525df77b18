"""What people set for themselves."""

from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from productops import changelog
from productops.fields import TextField
from productops.models import ApiToken

NEVER = "never"


def zones() -> list[str]:
    """The names of zones, as the field of a person's own takes them."""
    return sorted(name for name in available_timezones() if "/" in name or name == "UTC")


def zone_of(person) -> ZoneInfo:
    """The zone in which a person reads times; one that is unknown counts as none."""
    try:
        return ZoneInfo(person.time_zone or settings.TIME_ZONE)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)


class AccountForm(forms.ModelForm):
    name = TextField(label=_("Name"), longest=200)
    time_zone = TextField(
        label=_("Time zone"),
        longest=64,
        required=False,
        help_text=_("Such as Europe/Berlin; empty for the organisation's own"),
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "width": "md"}),
    )

    class Meta:
        model = get_user_model()
        fields = ["name", "time_zone", "theme", "uses_shortcuts"]

    def clean_time_zone(self) -> str:
        zone = self.cleaned_data["time_zone"]
        if zone and zone not in zones():
            raise forms.ValidationError(_("There is no zone of this name."))
        return zone

    @transaction.atomic
    def keep(self) -> None:
        """Keep what was chosen, and what it was before in the change log."""
        before, after = changelog.fields_changed(self)
        person = super().save()
        if after:
            changelog.record(by=person, row=person, verb="edit", before=before, after=after)


class TokenForm(forms.Form):
    name = TextField(label=_("Name"), longest=100, help_text=_("What will use it"))
    scope = forms.ChoiceField(label=_("Scope"), choices=ApiToken.Scope.choices)
    expires_days = forms.TypedChoiceField(
        label=_("Ends"),
        coerce=lambda days: None if days == NEVER else int(days),
        initial="90",
        choices=[
            ("30", _("after 30 days")),
            ("90", _("after 90 days")),
            ("365", _("after a year")),
            (NEVER, _("when it is revoked")),
        ],
    )
