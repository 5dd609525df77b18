"""Contracts and what happens at their end."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from productops import parsing
from productops.fields import AmountField, DateField, TextField, WholeField
from productops.forms import RecordForm
from teams.choices import AccountRole
from teams.forms import WordsFilter
from teams.models import Person
from tooling import access
from tooling.choices import (
    PriceModel,
    RenewalDecision,
)
from tooling.forms.choosing import MOST_SEATS, any_of, keepers
from tooling.models import Contract

LONGEST_NOTICE = 3650
SEE_COSTS = (AccountRole.ADMIN, AccountRole.OPS, AccountRole.EXEC)


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
