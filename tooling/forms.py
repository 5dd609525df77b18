"""Input to clean values; choices are narrowed to the person."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from productops import clock, parsing
from productops.fields import AmountField, DateField, TextField, WholeField
from productops.forms import RecordForm
from teams.choices import AccountRole
from teams.forms import NamedForm, WordsFilter
from teams.models import Person, Team
from tooling import access
from tooling.choices import (
    MOST_WINDOW,
    RADAR_NEWS,
    PriceModel,
    RenewalDecision,
    Ring,
    RolloutState,
    SeatUse,
)
from tooling.models import Capability, Contract, Rollout, Tool

MOST_SEATS = 10_000_000
LONGEST_NOTICE = 3650
SEE_COSTS = (AccountRole.ADMIN, AccountRole.OPS, AccountRole.EXEC)


def any_of(choices) -> list[tuple]:
    return [("", _("Any")), *choices.choices]


def keepers():
    """People who can be asked to look after something."""
    return Person.objects.active().exclude(role="")


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


class SeatFilter(WordsFilter):
    use = forms.ChoiceField(label=_("Use"), required=False, choices=any_of(SeatUse))


class SeatForm(forms.Form):
    person = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none())
    from_on = DateField(label=_("From"), required=False, help_text=_("Otherwise today"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = Person.objects.active()


class ContractFilter(WordsFilter):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Any")), ("running", _("Running")), ("ended", _("Ended"))],
    )
    price_model = forms.ChoiceField(
        label=_("Price model"), required=False, choices=any_of(PriceModel)
    )


class ContractForm(RecordForm):
    amount = AmountField(label=_("Amount"), help_text=_("Of a seat, of a pack, or of the whole"))
    currency = TextField(label=_("Currency"), longest=3, initial="EUR")
    seats = WholeField(
        label=_("Seats bought"),
        high=MOST_SEATS,
        required=False,
        help_text=_("Leave empty where everybody may use it."),
    )
    pack_size = WholeField(label=_("Seats in a pack"), low=1, high=MOST_SEATS, required=False)
    from_on = DateField(label=_("From"))
    until_on = DateField(label=_("Until"), required=False)
    notice_days = WholeField(label=_("Notice, days"), high=LONGEST_NOTICE, initial=90)

    class Meta:
        model = Contract
        fields = [
            "tool", "name", "reference", "price_model", "amount", "currency", "period", "seats",
            "pack_size", "from_on", "until_on", "notice_days", "auto_renews", "owner",
        ]  # fmt: skip

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tool"].queryset = access.tools_to_choose(person)
        self.fields["owner"].queryset = keepers().with_role(*SEE_COSTS)
        self.fields["reference"].required = False
        self.fields["reference"].help_text = _("Otherwise made of the name")

    def clean_currency(self) -> str:
        return self.cleaned_data["currency"].upper()

    def clean_reference(self) -> str:
        """The key of the contract; of the name where none is written."""
        given = self.cleaned_data["reference"]
        name = self.cleaned_data.get("name", "")
        try:
            wanted = given or parsing.to_slug(name or "contract")[:110]
        except parsing.Unreadable:
            wanted = "contract"
        others = Contract.with_trash.exclude(pk=self.instance.pk)
        taken = set(others.filter(reference__startswith=wanted).values_list("reference", flat=True))
        if given and given in taken:
            raise ValidationError(_("There is a contract of this reference already."))
        numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
        return wanted if wanted not in taken else next(key for key in numbered if key not in taken)


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("What happens at its end"), choices=RenewalDecision.choices
    )
    reason = TextField(label=_("Why"), longest=2000, has_lines=True)


class RenewalFilter(forms.Form):
    within = forms.TypedChoiceField(
        label=_("Ends within"),
        required=False,
        coerce=int,
        empty_value=365,
        choices=[("", _("A year")), (120, _("120 days")), (30, _("30 days")), (36500, _("Any"))],
    )


class RolloutFilter(WordsFilter):
    state = forms.ChoiceField(label=_("State"), required=False, choices=any_of(RolloutState))


class RolloutForm(RecordForm):
    target_people = WholeField(
        label=_("People to reach"),
        low=1,
        high=MOST_SEATS,
        help_text=_("So many people active in it make it a rollout that happened."),
    )

    class Meta:
        model = Rollout
        fields = ["tool", "title", "owner", "target_people", "notes"]
        widgets = {"notes": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tool"].queryset = access.tools_to_choose(person)
        self.fields["owner"].queryset = keepers()


class WaveForm(forms.Form):
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none())
    go_live_on = DateField(label=_("Goes live"))

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = access.teams_to_choose(person)


class StateForm(forms.Form):
    state = forms.ChoiceField(choices=RolloutState.choices)
