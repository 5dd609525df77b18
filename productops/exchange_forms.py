"""Forms of import and export, made from the options that each kind declares for the command line.

One declaration serves command, page and API, so that none can do what another cannot.
"""

from argparse import Action, ArgumentParser
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from productops.exchange import Kind, in_words
from productops.fields import TextField, WholeField

MOST_LINES = 200


class LinesField(forms.CharField):
    """Several texts, one a line (a list where a program sends the name more than once)."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value) -> list[str]:
        text = super().to_python(value) or ""
        return [line.strip() for line in text.splitlines()[:MOST_LINES] if line.strip()]


class ImportForm(forms.Form):
    """A file and how to read it; the kind's own options follow."""

    file = forms.FileField(label=_("File"), max_length=255, help_text=_("At most 25 MB"))

    def __init__(self, kind: Kind, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        if not kind.formats:
            self.fields |= table_fields()
        self.fields |= fields_of(kind)

    def options(self) -> dict[str, Any]:
        """What the command line would have given: every option, with its default where empty."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "file"}
        return defaults_of(self.kind) | {
            name: value for name, value in given.items() if value not in ("", None, [])
        }


def table_fields() -> dict[str, forms.Field]:
    return {
        "sheet": TextField(label=_("Sheet"), required=False, help_text=_("Otherwise the first")),
        "decimal": forms.ChoiceField(
            label=_("Decimal mark"), choices=[(".", "1.5"), (",", "1,5")], required=False
        ),
        "header_row": WholeField(
            label=_("Row of the header"), low=1, required=False, help_text=_("Otherwise found")
        ),
    }


def fields_of(kind: Kind) -> dict[str, forms.Field]:
    """A field for each option that a kind adds to the command line."""
    return {action.dest: field_of(action) for action in actions_of(kind)}


def defaults_of(kind: Kind) -> dict[str, Any]:
    return {action.dest: action.default for action in actions_of(kind)}


def actions_of(kind: Kind) -> list[Action]:
    parser = ArgumentParser(add_help=False)
    if kind.arguments is not None:
        kind.arguments(parser)
    return parser._actions


def help_of(action: Action) -> str:
    """The help of the command line as a sentence, with the shape of a value that has one."""
    text = action.help or ""
    shape = action.metavar if isinstance(action.metavar, str) and "=" in action.metavar else ""
    return " · ".join(filter(None, (text[:1].upper() + text[1:], shape)))


def field_of(action: Action) -> forms.Field:
    shared = {
        "label": in_words(action.dest),
        "required": action.required,
        "help_text": help_of(action),
    }
    if action.nargs == 0:
        return forms.BooleanField(**shared | {"required": False})
    if action.choices:
        known = [(str(choice), str(choice)) for choice in action.choices]
        return forms.ChoiceField(choices=[("", "–"), *known], **shared)
    if type(action).__name__ in ("_AppendAction", "_ExtendAction") or action.nargs in ("*", "+"):
        lines = " · ".join(filter(None, (shared["help_text"], str(_("one a line")))))
        return LinesField(max_length=10_000, **shared | {"help_text": lines})
    if action.type is int:
        return WholeField(**shared)
    return TextField(longest=500, **shared)
