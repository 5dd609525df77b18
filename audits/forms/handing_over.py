"""Who should answer instead, and what of it."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audits.actions import Part
from audits.models import Sheet
from productops.fields import TextField
from teams.models import Person

ELSE, ALL = "else", "all"


class HandOverForm(forms.Form):
    """``near`` are people who stand for the same scopes; anybody else is named by address."""

    who = forms.ChoiceField(label=_("Who can answer?"), widget=forms.RadioSelect)
    email = forms.EmailField(
        label=_("Their e-mail address"),
        required=False,
        help_text=_("Somebody of your organisation"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = TextField(label=_("Their name"), required=False, longest=100)
    what = forms.ChoiceField(label=_("What of it?"), widget=forms.RadioSelect, initial=ALL)
    reason = TextField(label=_("A line for them"), required=False, longest=300)

    def __init__(self, data=None, *, sheet: Sheet, near: list[Person]):
        super().__init__(data)
        self.near = {str(person.pk): person for person in near}
        self.parts = parts_of(sheet)
        people = [(pk, str(person)) for pk, person in self.near.items()]
        self.fields["who"].choices = [*people, (ELSE, _("Somebody else"))]
        if not people:
            self.fields["who"].initial = ELSE
        sections = [(key, label) for key, (label, _part) in self.parts.items()]
        self.fields["what"].choices = [(ALL, _("All questions")), *sections]
        if len(sections) < 2:
            del self.fields["what"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("who") == ELSE and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", ValidationError(_("Write their e-mail address.")))
        return cleaned

    @property
    def known(self) -> Person | None:
        """The person who was chosen by name."""
        return self.near.get(self.cleaned_data["who"])

    @property
    def part(self) -> Part | None:
        """The section that goes; None where all does."""
        found = self.parts.get(self.cleaned_data.get("what", ALL))
        return found[1] if found else None


def parts_of(sheet: Sheet) -> dict[str, tuple[str, Part]]:
    """The sections that somebody is asked, by the value of their choice: (label, part)."""
    parts: dict[str, tuple[str, Part]] = {}
    several = len({place.scope.pk for place in sheet.places}) > 1
    for place in sheet.places:
        section = sheet.layout.top_of(place.node)
        label = f"{place.scope.subject} · {section.text}" if several else section.text
        key = f"{place.scope.pk}-{section.pk}"
        parts.setdefault(key, (label, Part(place.scope, section)))
    return parts
