"""Who hears of what: asked for, and changed."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from metrics.actions import subscriptions
from metrics.choices import AlertsWhen
from metrics.models import Channel, Dashboard, Subscription
from objectives.models import Series
from productops.forms import RecordForm
from teams.models import Person

READERS = ("person", "address", "channel")
ABOUT = ("dashboard", "series")
HABITS = ("alerts", "is_weekly", "weekday", "hour", "quiet_from", "quiet_until")


def hours(*, empty: str = "") -> list[tuple[str, str]]:
    named = [(str(hour), f"{hour:02}:00") for hour in range(24)]
    return [("", empty), *named] if empty else named


def hour_field(label, *, empty: str = "", help_text="") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        coerce=int,
        empty_value=None,
        required=not empty,
        choices=hours(empty=empty),
        help_text=help_text,
    )


class HabitsForm(RecordForm):
    """How often, and when."""

    alerts = forms.ChoiceField(
        label=_("Tell of signals"),
        choices=AlertsWhen.choices,
        widget=forms.RadioSelect,
        help_text=_("A signal is told once, on its first point; it is armed anew when it is over."),
    )
    is_weekly = forms.BooleanField(
        label=_("Weekly digest"),
        required=False,
        help_text=_("What changed, and every KPI with its age. Sent also when nothing happened."),
    )
    weekday = forms.TypedChoiceField(
        label=_("Digest on"), coerce=int, choices=[(str(day), WEEKDAYS[day]) for day in range(7)]
    )
    hour = hour_field(_("Digest at"), help_text=_("By the reader's own clock."))
    quiet_from = hour_field(
        _("Quiet from"), empty=_("never"), help_text=_("Signals wait until the quiet hours end.")
    )
    quiet_until = hour_field(_("Quiet until"), empty=_("never"))

    class Meta:
        model = Subscription
        fields = HABITS

    def clean(self):
        cleaned = super().clean()
        if (cleaned.get("quiet_from") is None) != (cleaned.get("quiet_until") is None):
            self.add_error("quiet_until", _("Quiet hours have a beginning and an end."))
        return cleaned

    def _post_clean(self):
        """The row as a whole, once its fields are fine: else the same would be told twice."""
        if not self.errors:
            super()._post_clean()
        if not self.errors:
            self.check_whole()

    def check_whole(self) -> None:
        try:
            subscriptions.check(self.instance)
        except ValidationError as refusal:
            for name, problems in refusal.message_dict.items():
                self.add_error(name if name in self.fields else None, problems)


class SubscriptionForm(HabitsForm):
    """A new one: operations may also name somebody else, an address or a channel."""

    class Meta(HabitsForm.Meta):
        fields = (*READERS, *ABOUT, *HABITS)
        labels = {
            "person": _("Who"),
            "address": _("or an e-mail address without an account"),
            "channel": _("or a channel"),
            "dashboard": _("About the dashboard"),
            "series": _("or one KPI"),
        }
        help_texts = {
            "address": _("It gets one mail and hears nothing until it says yes."),
            "series": _("Neither: every KPI that the person owns."),
        }

    field_order = (*READERS, *ABOUT, *HABITS)

    def __init__(self, *args, person: Person, **options):
        options["instance"] = Subscription(by=person)
        super().__init__(*args, **options)
        self.by = person
        if person.changes_all:
            self.fields["person"].queryset = Person.objects.active().exclude(role="")
            self.fields["channel"].queryset = Channel.objects.visible_to(person)
        else:
            for name in READERS:
                del self.fields[name]
            self.instance.person = person
        self.fields["dashboard"].queryset = Dashboard.objects.visible_to(person)
        mine = Series.objects.visible_to(person).filter(kpi__deleted_at=None)
        self.fields["series"].queryset = mine.select_related("kpi", "subject")

    def clean(self):
        cleaned = super().clean()
        named = [name for name in READERS if cleaned.get(name)]
        if self.by.changes_all and len(named) != 1 and not self._has_errors(READERS):
            self.add_error("person", _("Choose a person, or an address, or a channel."))
        if all(cleaned.get(name) for name in ABOUT):
            self.add_error("series", _("Choose a dashboard or a KPI, not both."))
        if named and named[0] != "person" and not any(cleaned.get(name) for name in ABOUT):
            self.add_error("dashboard", _("Choose a dashboard or a KPI."))
        return cleaned

    def _has_errors(self, names) -> bool:
        return any(name in self.errors for name in names)

    @property
    def asked(self) -> dict:
        """What the verb takes."""
        names = (*READERS, *ABOUT, *HABITS)
        return {name: getattr(self.instance, name) for name in names}


def said_slot(subscription: Subscription) -> str:
    """When its digest comes: "Mondays, 08:00"."""
    if not subscription.is_weekly:
        return ""
    day = WEEKDAYS[subscription.weekday]
    return formats.localize(f"{day}, {subscription.hour:02}:00")
