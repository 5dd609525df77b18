"""What every form view needs."""

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from productops.models import Record, stale_or_current


def submitted(request: HttpRequest) -> QueryDict | None:
    """Return what a form was sent, even when that is nothing, or None if none was sent."""
    return request.POST if request.method == "POST" else None


def attached(request: HttpRequest):
    """Return the files that came with a form, or None if none was sent."""
    return request.FILES if request.method == "POST" else None


class Versioned(forms.BaseForm):
    """What forms over a Record share: they carry the version that was read. Where the row has
    moved on, the form is invalid, ``status`` is 409 and the page shows both: what was typed, and
    what ``stands`` now (templates/ui/stale.html)."""

    is_stale = False

    @property
    def version_now(self) -> int | None:
        """The version of the row as it stands; None where there is no row yet."""
        return None

    def check_version(self) -> dict:
        """The cleaned values without the version, which is refused where it is an older one."""
        version = self.cleaned_data.get("version")
        if self.version_now is not None and version != self.version_now:
            self.refuse_stale()
        # Saving writes the next version; ``take_version`` makes sure that only one does.
        self.cleaned_data.pop("version", None)
        return self.cleaned_data

    def refuse_stale(self) -> None:
        """Say that somebody else was faster; the next attempt builds on what stands now."""
        self.is_stale = True
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(self.version_now)
        self.add_error(None, _("Somebody else changed this meanwhile. Look at both, then save."))

    @property
    def stands(self) -> list[tuple[str, str]]:
        """What stands now where something else was typed: (label, text)."""
        fields = [bound for bound in self.visible_fields() if bound.name in self.changed_data]
        return [(str(bound.label), _shown(bound)) for bound in fields] if self.is_stale else []

    @property
    def status(self) -> int:
        """The HTTP status of a page that shows this form."""
        return 409 if self.is_stale else 422 if self.errors else 200


class RecordForm(Versioned, forms.ModelForm):
    """Edits a Record field by field."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version

    @property
    def version_now(self) -> int | None:
        return self.initial["version"] if self.instance.pk else None

    def clean(self):
        super().clean()
        return self.check_version()


class VersionedForm(Versioned, forms.Form):
    """Asks for what a verb needs to change a Record (or, without ``row``, to make one)."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, row: Record | None = None, initial: dict | None = None):
        self.row = row
        super().__init__(data, initial=(initial or {}) | ({"version": row.version} if row else {}))

    @property
    def version_now(self) -> int | None:
        return self.row.version if self.row else None

    def clean(self):
        super().clean()
        return self.check_version()


def _shown(bound: forms.BoundField) -> str:
    """The value that a field began with, by the names of its choices where it has some."""
    choices = getattr(bound.field, "choices", None)
    if choices is None:
        return "" if bound.initial is None else str(bound.initial)
    kept = bound.initial if isinstance(bound.initial, (list, tuple)) else [bound.initial]
    wanted = {str(getattr(one, "pk", one)) for one in kept}
    return ", ".join(str(name) for key, name in choices if str(key) in wanted)


class Stale(Exception):  # noqa: N818  answered with 409, nothing lost
    """Somebody else saved the row between reading and writing it."""


def take_version(row) -> None:
    """Claim the next version of a row, inside the transaction that writes it; else ``Stale``."""
    rows = type(row)._base_manager.filter(pk=row.pk)
    if not stale_or_current(rows, row.version):
        raise Stale(str(row))
    row.version += 1
