"""Forms over a row that others may edit at the same time: nothing is written over in silence."""

from django import forms
from django.utils.translation import gettext as _

from productops.models import Record


class VersionedForm(forms.Form):
    """Carries the version that was read. Where the row has moved on, the form is invalid,
    ``status`` is 409 and ``stands`` says what is there now."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, row: Record | None = None, initial: dict | None = None):
        self.row, self.is_stale = row, False
        super().__init__(data, initial=(initial or {}) | ({"version": row.version} if row else {}))

    def clean(self):
        values = super().clean()
        version = values.pop("version", None)
        if self.row is not None and version != self.row.version:
            self.refuse_stale()
        return values

    def refuse_stale(self) -> None:
        """Say that somebody else was faster; the next attempt builds on what stands now."""
        self.is_stale = True
        self.data = self.data.copy()
        self.data["version"] = str(self.row.version)
        self.add_error(None, _("Somebody else changed this meanwhile. Look at both, then save."))

    @property
    def stands(self) -> list[tuple[str, str]]:
        """What stands now where something else was typed: (label, text)."""
        if not self.is_stale:
            return []
        fields = [bound for bound in self.visible_fields() if bound.name in self.changed_data]
        return [(str(bound.label), self._shown(bound)) for bound in fields]

    def _shown(self, bound: forms.BoundField) -> str:
        value, choices = bound.initial, getattr(bound.field, "choices", None)
        wanted = {str(one) for one in (value if isinstance(value, list) else [value])}
        if choices is not None:
            return ", ".join(str(name) for key, name in choices if str(key) in wanted)
        return "" if value is None else str(value)

    @property
    def status(self) -> int:
        """The HTTP status of a page that shows this form."""
        return 409 if self.is_stale else 422 if self.errors else 200
