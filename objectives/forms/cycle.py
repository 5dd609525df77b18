"""Cycles: opened by hand or as proposed, and ended with all that still runs in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from objectives.actions import Ending, lacking
from objectives.choices import CLOSED_OBJECTIVE_STATES, ObjectiveState
from objectives.forms.asking import AskingForm
from objectives.forms.objective import retrospect
from objectives.models import Cycle
from objectives.pages.objectives import ObjectiveRow, closing_beginning
from productops.fields import DateField, TextField


class CycleForm(AskingForm):
    name = TextField(label=_("Name"), longest=100, help_text=_("For instance Q1 2027"))
    starts_on = DateField(label=_("First day"), required=False)
    ends_on = DateField(
        label=_("Last day"), required=False, help_text=_("Leave both days empty for a backlog")
    )


@dataclass(frozen=True)
class EndingFields:
    """One objective that still runs, and the bound fields that say what becomes of it."""

    row: ObjectiveRow
    fields: list[Any]


class EndCycleForm(AskingForm):
    """What a whole cycle taught, and what becomes of each objective that still runs in it."""

    keeps = retrospect(_("What to keep"))
    changes = retrospect(_("What to change"))
    stops = retrospect(_("What to stop"))

    def __init__(self, data=None, *, row: Cycle, rows: Iterable[ObjectiveRow], initial=None):
        super().__init__(data, row=row, initial=initial)
        self.rows = list(rows)
        following = Cycle.objects.after(row)
        self.has_next = following is not None and not following.is_backlog
        if self.rows and following:
            self.fields["into"] = forms.ModelChoiceField(
                Cycle.objects.not_closed().exclude(pk=row.pk),
                label=_("Carry over into"),
                initial=following.pk,
                required=False,
                widget=forms.Select(attrs={"width": "sm"}),
            )
        for each in self.rows:
            self._ask_about(each, may_carry=following is not None)

    def _ask_about(self, row: ObjectiveRow, *, may_carry: bool) -> None:
        key = row.objective.pk
        is_draft = row.objective.state == ObjectiveState.DRAFT
        is_carried = bool(self.data.get(f"carry_{key}"))
        ends = (ObjectiveState.DROPPED,) if is_draft else CLOSED_OBJECTIVE_STATES
        self.fields[f"outcome_{key}"] = forms.ChoiceField(
            label=_("What came of it?"),
            choices=[("", "–"), *((state.value, state.label) for state in ends)],
            initial="" if is_draft else closing_beginning(row).get("outcome", ""),
            required=not is_carried,
            error_messages={"required": lacking(row.objective, "outcome")},
            widget=forms.Select(attrs={"width": "sm"}),
        )
        self.fields[f"learning_{key}"] = TextField(
            label=_("What did we learn?"),
            longest=10_000,
            has_lines=True,
            required=not (is_carried or is_draft),
            error_messages={"required": lacking(row.objective, "learning")},
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        if may_carry:
            self.fields[f"carry_{key}"] = forms.BooleanField(
                label=_("Move it") if is_draft else _("Carry over what is left"), required=False
            )

    @property
    def said(self) -> list[Any]:
        """The fields about the cycle as a whole."""
        names = ("keeps", "changes", "stops", "into")
        return [self[name] for name in names if name in self.fields]

    @property
    def endings(self) -> list[EndingFields]:
        names = ("outcome", "learning", "carry")
        return [
            EndingFields(
                each,
                [
                    self[f"{name}_{each.objective.pk}"]
                    for name in names
                    if f"{name}_{each.objective.pk}" in self.fields
                ],
            )
            for each in self.rows
        ]

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        endings = {
            each.objective.pk: Ending(
                given.get(f"outcome_{each.objective.pk}") or "",
                given.get(f"learning_{each.objective.pk}") or "",
                bool(given.get(f"carry_{each.objective.pk}")),
            )
            for each in self.rows
        }
        said = {name: given[name] for name in ("keeps", "changes", "stops")}
        return said | {"endings": endings, "into": given.get("into")}
