"""Rows within the forms of a draft: choices, levels, areas, mappings. They grow and change places
without a script: one empty row stands below, and buttons of each row send the whole form."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audits import drafting
from audits.choices import Relation
from productops.fields import NumberField, TextField
from productops.parsing import Unreadable, to_number

MOST_ROWS = 100


def whole(value: Any) -> Any:
    """3.0 as 3, as files write it; what is no number stays."""
    if isinstance(value, list):
        return [whole(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


class Rows(forms.BaseFormSet):
    """Rows of one kind; a row in which nothing stands is left out."""

    order: list[forms.Form] | None = None

    def __init__(self, data, *, rows: list[dict[str, Any]], prefix: str):
        initial = [{name: _text(value) for name, value in row.items()} for row in rows]
        super().__init__(data, initial=initial, prefix=prefix)

    def arrange(self, verb: str, place: int) -> None:
        """Let the row ``place`` go up or down, or leave it out."""
        rows = list(self.forms)
        if verb == "remove":
            self.order = drafting.row_removed(rows, place)
        else:
            self.order = drafting.row_moved(rows, place, -1 if verb == "up" else 1)

    def filled(self) -> list[dict[str, Any]]:
        rows = [form.cleaned_data for form in self.order or self.forms if form.cleaned_data]
        return [row for row in rows if any(value not in ("", None) for value in row.values())]

    def said(self) -> list[dict[str, Any]]:
        """The rows as files write them: what is empty is left out."""
        return [
            {name: whole(value) for name, value in row.items() if value not in ("", None)}
            for row in self.filled()
        ]


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.15g}" if isinstance(value, float) else value


class ChoiceForm(forms.Form):
    value = TextField(label=_("Value"), longest=100, required=False)
    name = TextField(label=_("Name"), longest=200, required=False)
    text = TextField(label=_("What it means"), longest=2_000, has_lines=True, required=False)
    score = NumberField(label=_("Score"), required=False)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["text"].widget.attrs["rows"] = 2

    def clean(self):
        clean = self.cleaned_data
        if clean.get("name") and clean.get("value") == "" and clean.get("score") is None:
            clean["value"] = drafting.key_from(clean["name"], "")
        return clean


class LevelForm(forms.Form):
    value = NumberField(label=_("Level"), required=False)
    name = TextField(label=_("Name"), longest=200, required=False)
    text = TextField(label=_("What it means"), longest=2_000, has_lines=True, required=False)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["text"].widget.attrs["rows"] = 2


class AreaForm(forms.Form):
    key = TextField(label=_("Key"), longest=20, required=False)
    name = TextField(label=_("Name"), longest=200, required=False)


class MapForm(forms.Form):
    framework = TextField(
        label=_("Framework"),
        longest=120,
        required=False,
        widget=forms.TextInput(attrs={"list": "frameworks"}),
    )
    key = TextField(label=_("Question"), longest=120, required=False)
    relation = forms.ChoiceField(
        label=_("It"), choices=[("", "–"), *Relation.choices], required=False
    )
    strength = NumberField(label=_("Strength, 0 to 10"), required=False, low=0, high=10)

    def clean(self):
        clean = self.cleaned_data
        filled = [clean.get(name) for name in ("framework", "key", "relation")]
        if any(filled) and not all(filled):
            raise ValidationError(_("Name the framework, the question and how they stand."))
        return clean


def _rows(form: type[forms.Form], base: type[Rows]) -> type[Rows]:
    return forms.formset_factory(
        form,
        formset=base,
        extra=1,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS + 20,
        validate_max=True,
    )


class BaseChoices(Rows):
    def __init__(self, data, *, node: Mapping[str, Any]):
        choices = node.get("choices") or []
        self.was = {_text(choice.get("value")): choice.get("value") for choice in choices}
        super().__init__(data, rows=choices, prefix="choices")

    def rows(self, kind: str) -> list[dict[str, Any]]:
        """The choices as files write them."""
        return [self._row(row, kind) for row in self.filled()]

    def _row(self, row: dict[str, Any], kind: str) -> dict[str, Any]:
        value, score = self._value(row["value"], kind), whole(row["score"])
        if value == "" and score is not None:
            value = score
        if kind == "level" and score is None and isinstance(value, (int, float)):
            score = value
        said = {"value": value, "score": score, "name": row["name"], "text": row["text"]}
        needed = ("value", "name")
        return {
            name: inner for name, inner in said.items() if name in needed or inner not in ("", None)
        }

    def _value(self, text: str, kind: str) -> Any:
        """What it was where it is the same: a file may write numbers too. A level is a number."""
        if text in self.was:
            return self.was[text]
        try:
            return whole(to_number(text)) if kind == "level" else text
        except Unreadable:
            return text


class BaseLevels(Rows):
    def __init__(self, data, *, scale: Mapping[str, Any]):
        super().__init__(data, rows=scale.get("levels") or [], prefix="levels")


class BaseAreas(Rows):
    def __init__(self, data, *, areas: Mapping[str, str]):
        rows = [{"key": key, "name": name} for key, name in areas.items()]
        super().__init__(data, rows=rows, prefix="areas")

    def mapping(self) -> dict[str, str]:
        found = {}
        for row in self.filled():
            key = row["key"] or drafting.key_from(row["name"], "area")[:20]
            found[key] = row["name"] or key
        return found


class BaseMaps(Rows):
    def __init__(self, data, *, node: Mapping[str, Any]):
        super().__init__(data, rows=node.get("maps") or [], prefix="maps")


ChoiceRows: Any = _rows(ChoiceForm, BaseChoices)
LevelRows: Any = _rows(LevelForm, BaseLevels)
AreaRows: Any = _rows(AreaForm, BaseAreas)
MapRows: Any = _rows(MapForm, BaseMaps)
