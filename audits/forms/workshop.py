"""What phones and the facilitator send."""

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.models import Node, Workshop
from audits.replies import read_reply
from productops.fields import TextField, WholeField

LARGEST_KEY = 2**53


class JoinForm(forms.Form):
    name = TextField(
        label=_("Your name"),
        longest=60,
        required=False,
        help_text=_("It is shown when you are asked to say why. You may leave it out."),
    )

    def __init__(self, *args, workshop: Workshop, **options):
        super().__init__(*args, **options)
        if workshop.scope.audit.is_anonymous:
            del self.fields["name"]


class VoteForm(forms.Form):
    """One tap. ``node``, ``subject`` and ``round`` are what stood on the phone."""

    node = WholeField(high=LARGEST_KEY)
    subject = WholeField(high=LARGEST_KEY)
    round = WholeField(high=32_767)
    answer = forms.CharField(max_length=200)

    @property
    def place(self) -> tuple[int, int]:
        return self.cleaned_data["node"], self.cleaned_data["subject"]

    def reply(self, node: Node) -> dict:
        """The vote as content of an answer. Raises Unreadable."""
        return read_reply(node, self.cleaned_data["answer"])


class StepForm(forms.Form):
    """What the facilitator pressed, on the page of which edition."""

    edition = WholeField(high=2**31 - 1)


class PlaceForm(StepForm):
    """Which question to take up."""

    node = WholeField(high=LARGEST_KEY)
    subject = WholeField(high=LARGEST_KEY)

    @property
    def place(self) -> tuple[int, int]:
        return self.cleaned_data["node"], self.cleaned_data["subject"]
