"""A file of numbers and how it is written; the mapping that was found may be kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from metrics.models import ColumnMapping
from productops.exchange_forms import table_fields
from productops.fields import TextField
from teams.models import Person


class UploadForm(forms.Form):
    """The file. Which column says what is asked on the next page, with the rows beside it."""

    file = forms.FileField(
        label=_("File"),
        max_length=255,
        help_text=_("CSV, TSV, XLSX, XLS or ODS, at most 25 MB"),
    )
    mapping = forms.ModelChoiceField(
        ColumnMapping.objects.none(),
        label=_("Saved mapping"),
        required=False,
        empty_label=_("None: say it on the next page"),
    )

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["mapping"].queryset = ColumnMapping.objects.visible_to(person)
        self.fields |= table_fields()

    def options(self) -> dict[str, Any]:
        """How to read the file; the decimal mark of a saved mapping counts where none is given."""
        names = ("sheet", "decimal", "header_row")
        given = {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}
        saved = {"decimal": self.saved["decimal"]} if self.saved.get("decimal") else {}
        return given | saved

    @property
    def saved(self) -> dict[str, Any]:
        mapping = self.cleaned_data.get("mapping")
        return mapping.options if mapping else {}


class SavingForm(forms.Form):
    """A name under which the mapping is kept, if any."""

    name = TextField(
        label=_("Keep this mapping as"),
        longest=100,
        required=False,
        help_text=_("For the next file of this kind. Empty: it is not kept."),
    )
    is_shared = forms.BooleanField(label=_("For everybody"), required=False)
