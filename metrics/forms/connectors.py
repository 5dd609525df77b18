"""The settings of a source as a form: a field for each that its connector declares."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from metrics.connectors import Connector, Field
from metrics.models import Source
from productops.fields import DateField, NumberField, TextField
from productops.forms import VersionedForm

LONGEST = {"text": 1_000, "url": 4_000, "lines": 20_000, "secret": 4_000}
# Settings that say who is asked: a secret is for the one that it was entered for.
WHO = ("url", "host", "server", "address", "base", "site", "domain", "port")
KEEP = _("Leave empty to keep the one that is stored.")
PREFIX = "s"  # so that no setting takes the place of a field of ours


class ConnectorForm(VersionedForm):
    """Name, settings and secrets of one source. Secrets go in and never come out again."""

    name = TextField(label=_("Name"), longest=200)

    def __init__(self, data=None, *, kind: Connector, row: Source | None = None):
        self.kind = kind
        super().__init__(data, row=row, initial=_stands(row))
        kept = row.settings if row else {}
        for field in kind.fields:
            self.fields[_named(field.name)] = form_field(field, has_secret=self.has_secrets)
            if field.kind != "secret" and field.name in kept:
                self.initial[_named(field.name)] = kept[field.name]
        self.fields["since"] = DateField(
            label=_("Only from"),
            required=False,
            help_text=_("Older numbers are left out. Empty: all that there is."),
        )

    @property
    def has_secrets(self) -> bool:
        return bool(self.row and self.row.secret)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings as the connector takes them; what was left empty is left out."""
        plain = [field.name for field in self.kind.fields if field.kind != "secret"]
        given = {name: _plain(self.cleaned_data.get(_named(name))) for name in plain}
        return {name: value for name, value in given.items() if value not in (None, "")}

    @property
    def secrets(self) -> dict[str, str]:
        """The secrets that were entered now."""
        given = {name: self.cleaned_data.get(_named(name)) for name in self.kind.secret_fields}
        return {name: text for name, text in given.items() if text}

    @property
    def changes(self) -> dict[str, Any]:
        return {
            "name": self.cleaned_data["name"],
            "settings": self.settings,
            "since": self.cleaned_data.get("since"),
        }

    def clean(self):
        super().clean()
        if not self.errors:
            for name, sentence in self.kind.check(self.settings).items():
                self.refuse(name, sentence)
            self._keep_secrets_where_they_belong()
        return self.cleaned_data

    def refuse(self, name: str, sentence: str) -> None:
        """Put a connector's refusal beside its field; "" is the source as a whole."""
        field = _named(name) if _named(name) in self.fields else None
        self.add_error(field, sentence)

    def _keep_secrets_where_they_belong(self) -> None:
        """A stored secret is not sent to another place than the one it was entered for."""
        if not (self.has_secrets and self.kind.secret_fields) or self.secrets:
            return
        if asks_another(self.kind, self.row.settings, self.settings):
            first = self.kind.secret_fields[0]
            self.refuse(first, _("Another place is asked now: enter the secret again."))


def asks_another(kind: Connector, known: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether other settings ask somebody else than those that are known."""
    return any(
        _place(known.get(field.name)) != _place(wanted.get(field.name))
        for field in kind.fields
        if field.kind == "url" or field.name in WHO
    )


def _stands(row: Source | None) -> dict[str, Any]:
    return {"name": row.name, "since": row.since} if row else {}


def _named(name: str) -> str:
    return f"{PREFIX}_{name}"


def _plain(value: Any) -> Any:
    """A whole number as one: 2 and not 2.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _place(value: Any) -> Any:
    """Whom an address asks: its scheme, host and port."""
    if isinstance(value, str) and "://" in value:
        parts = urlsplit(value)
        return parts.scheme, parts.netloc.lower()
    return value or ""


def form_field(field: Field, *, has_secret: bool = False) -> forms.Field:
    """The form's field for a setting of a connector."""
    common = {"label": field.label, "help_text": field.help, "required": field.is_required}
    if field.kind == "secret":
        said = f"{field.help} {KEEP}".strip() if has_secret else field.help
        return TextField(
            **common | {"help_text": said, "required": field.is_required and not has_secret},
            longest=LONGEST["secret"],
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        )
    if field.kind == "choice":
        return forms.ChoiceField(**common, choices=field.choices, initial=field.default)
    if field.kind == "flag":
        shown = common | {"required": False}
        return forms.BooleanField(**shown, initial=bool(field.default))
    if field.kind == "number":
        return NumberField(**common, initial=field.default)
    return TextField(
        **common,
        longest=LONGEST.get(field.kind, 1_000),
        has_lines=field.kind == "lines",
        initial=field.default,
    )
