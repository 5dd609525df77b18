from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from objectives.actions.plans import MOST_STEPS
from objectives.choices import Pace
from objectives.forms.asking import AskingForm
from objectives.models import KeyResult
from productops.fields import DateField, NumberField, TextField

EMPTY_ROWS = 3


class PlanForm(AskingForm):
    """The way of a key result in steps, a day and a value each; empty rows are left out."""

    def __init__(self, data=None, *, key_result: KeyResult, steps: list[tuple[date, float]]):
        super().__init__(data, row=key_result)
        shown: list[tuple[date | None, float | None]] = [*steps]
        shown += [(None, None)] * min(EMPTY_ROWS, MOST_STEPS - len(steps))
        for number, (day, value) in enumerate(shown, 1):
            facts = {"n": number}
            self.fields[f"on_{number}"] = DateField(
                label=_("Step %(n)d, by") % facts, required=False, initial=day
            )
            self.fields[f"value_{number}"] = NumberField(
                label=_("Step %(n)d, value") % facts, required=False, initial=value
            )
            for name in ("on", "value"):
                self.fields[f"{name}_{number}"].widget.attrs["width"] = "sm"
        self.number = len(shown)

    def clean(self) -> dict[str, Any]:
        """A step has both, or neither."""
        values = super().clean() or self.cleaned_data
        for number in range(1, self.number + 1):
            day, value = values.get(f"on_{number}"), values.get(f"value_{number}")
            names = {f"on_{number}", f"value_{number}"}
            if names & self.errors.keys() or (day is None) == (value is None):
                continue
            missing = "on" if day is None else "value"
            self.add_error(f"{missing}_{number}", _("A step has a day and a value."))
        return values

    def values(self) -> dict[str, Any]:
        found = [
            (self.cleaned_data[f"on_{number}"], self.cleaned_data[f"value_{number}"])
            for number in range(1, self.number + 1)
        ]
        return {"steps": [(day, value) for day, value in found if day is not None]}

    @property
    def pairs(self) -> list[tuple]:
        """The two fields of each step."""
        return [(self[f"on_{n}"], self[f"value_{n}"]) for n in range(1, self.number + 1)]


class OverruleForm(AskingForm):
    """A person's word beside the computed pace."""

    status = forms.ChoiceField(
        label=_("How is it going?"),
        choices=[(one.value, one.label) for one in Pace if one != Pace.UNKNOWN],
        widget=forms.RadioSelect,
    )
    reason = TextField(
        label=_("Why is it otherwise than the pace says?"), longest=5_000, has_lines=True
    )


class PillarForm(AskingForm):
    name = TextField(label=_("Name"), longest=100)
    text = TextField(label=_("What it means"), longest=5_000, has_lines=True, required=False)
