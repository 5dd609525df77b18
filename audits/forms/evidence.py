"""What shows an answer or a gap: a paper or an address, and until when it holds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from productops.attachments import ACCEPTED
from productops.fields import DateField, TextField


class RevisionForm(forms.Form):
    """A new revision of what is there."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("A photo, a PDF, an office file or a text, up to 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )
    url = forms.URLField(label=_("Link"), required=False, max_length=500, assume_scheme="https")
    note = TextField(label=_("Note"), longest=2_000, has_lines=True, required=False)
    valid_until = DateField(
        label=_("Valid until"),
        required=False,
        help_text=_("The owner of the gap is asked for a new one two weeks before."),
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["note"].widget.attrs["rows"] = 2

    def clean(self):
        values = super().clean()
        if not (values.get("file") or values.get("url") or {"file", "url"} & set(self.errors)):
            self.add_error("file", _("Add a file or a link."))
        return values


class EvidenceForm(RevisionForm):
    title = TextField(label=_("What is it?"))
    field_order = ["title", "file", "url", "note", "valid_until"]
