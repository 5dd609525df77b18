"""What a reviewer writes about one answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from productops.fields import TextField


class ReviewNoteForm(forms.Form):
    text = TextField(
        label=_("What should be looked at again"),
        longest=1_000,
        has_lines=True,
        help_text=_("The person gets it by mail, and sees it beside the question."),
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["text"].widget.attrs["rows"] = 4
