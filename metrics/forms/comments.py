"""What is said about a point, and to whom."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from metrics.actions.comments import LONGEST
from metrics.models import Comment
from productops.fields import TextField
from productops.forms import VersionedForm
from teams.models import Person

NOBODY = ("", _("Nobody in particular"))


class CommentForm(VersionedForm):
    """``readers`` may be asked to look. Several of these forms stand on one page, each with its
    own ``name``, so they are given the same list."""

    text = TextField(
        label=_("Comment"),
        longest=LONGEST,
        has_lines=True,
        help_text=_("Markdown. Write @ and a full name to ask somebody to look."),
    )
    to = forms.ChoiceField(
        label=_("Ask to look"),
        required=False,
        widget=forms.Select(attrs={"data-combobox": "", "width": "md"}),
    )

    def __init__(self, data=None, *, readers: Iterable[Person], name: str = "say", **options):
        super().__init__(data, **options)
        self.auto_id = f"{name}-%s"
        self.readers = {str(person.pk): person for person in readers}
        people = [(pk, person.name or person.email) for pk, person in self.readers.items()]
        self.fields["to"].choices = [NOBODY, *people]
        self.fields["text"].widget.attrs["rows"] = "3"

    @property
    def words(self) -> dict:
        """What the verbs take."""
        chosen = self.readers.get(self.cleaned_data["to"])
        return {"text": self.cleaned_data["text"], "to": [chosen] if chosen else []}


class AnswerForm(CommentForm):
    text = TextField(label=_("Answer"), longest=LONGEST, has_lines=True)

    def __init__(self, data=None, *, thread: Comment, **options):
        super().__init__(data, name=f"answer-{thread.pk}", **options)
        self.thread = thread
