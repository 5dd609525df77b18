from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from metrics.actions.channels import check_address
from metrics.models import Channel
from productops.fields import TextField
from productops.forms import RecordForm
from teams.models import Person


class ChannelForm(RecordForm):
    """A room of a chat program. The address is asked for and never shown."""

    name = TextField(label=_("Name"), longest=100)
    secret = TextField(
        label=_("Address"),
        longest=2_000,
        help_text=_(
            "The webhook address of Slack, Teams, Discord or Google Chat, or an address such as "
            "mmosts://host/token. Whoever has it can write to the channel: it is kept locked."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    class Meta:
        model = Channel
        fields = ("name", "owner")

    field_order = ("name", "secret", "owner")

    def __init__(self, *args, person: Person, **options):
        super().__init__(*args, **options)
        self.fields["owner"].queryset = Person.objects.visible_to(person).active().exclude(role="")
        if self.instance.pk:
            self.fields["secret"].required = False
            self.fields["secret"].help_text = _("Leave it empty to keep the one that is there.")

    def clean_secret(self) -> str:
        address = self.cleaned_data["secret"]
        if address:
            try:
                check_address(address)
            except ValidationError as refusal:
                raise ValidationError(refusal.message_dict["address"]) from refusal
        return address
