"""What the forms of this app share: a verb that refuses tells the fields why."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from productops.forms import Stale, VersionedForm, take_version
from teams.models import Person

ANY = ("", _("Any"))
NONE = ("", "–")


class AskingForm(VersionedForm):
    """Its clean values go to one verb; ``made`` is what the verb returned."""

    made: Any = None

    def attempt(self, verb: Callable[..., Any], **more: Any) -> bool:
        """Call the verb with the values; False where it refused, with the reasons at the fields."""
        try:
            with transaction.atomic():
                if self.row is not None:
                    take_version(self.row)
                self.made = verb(**self.values(), **more)
        except ValidationError as refused:
            self.refuse(refused)
        except IntegrityError:
            self.add_error(None, _("Somebody else wrote something like this just now. Look again."))
        except Stale:
            self.row.refresh_from_db()
            self.refuse_stale()
        return not self.errors

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def refuse(self, refused: ValidationError) -> None:
        reasons = getattr(refused, "message_dict", {NON_FIELD_ERRORS: refused.messages})
        for name, texts in reasons.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)


class Filters(forms.Form):
    """A GET form: what it does not understand narrows nothing."""

    def __init__(self, data, **options):
        super().__init__(data, auto_id="filter_%s", **options)

    def read_once(self, *names: str) -> None:
        """Read the rows to choose from now: chips and fields of the bar then share them."""
        for name in names:
            field = self.fields[name]
            field.choices = list(iter(field.choices))  # a list of rows would count them first

    def value(self, name: str):
        return self.cleaned_data.get(name) or None


def search_field() -> forms.CharField:
    return forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


def person_field(person: Person, **options: Any) -> forms.ModelChoiceField:
    """Somebody who can sign in, found by typing."""
    people = Person.objects.visible_to(person).active().exclude(role="").order_by("name", "pk")
    return forms.ModelChoiceField(
        people, widget=forms.Select(attrs={"data-combobox": "", "width": "md"}), **options
    )
