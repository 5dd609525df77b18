import zlib
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from objectives.actions.targets import check_bounds
from objectives.forms.asking import AskingForm, Filters
from objectives.forms.key_result import number_field
from objectives.models import Series
from objectives.target_plan import (
    Step,
    held_on,
    months_after,
    only_changes,
    periods_ahead,
    straight,
)
from productops.measures import Direction

GRAINS = [("month", _("Month")), ("quarter", _("Quarter"))]
LABELS = {"low": _("At least"), "high": _("At most")}
FILLED = {
    "low": (_("At least, first"), _("At least, last")),
    "high": (_("At most, first"), _("At most, last")),
}


def sides_of(series: Series, steps: list[Step]) -> tuple[str, ...]:
    """The ends that a target of this series may have: by its direction, and as it has them."""
    definition = series.kpi.definition
    usual = {Direction.UP: ("low",), Direction.DOWN: ("high",)}.get(
        Direction(definition.direction) if definition else Direction.NEUTRAL, ("low", "high")
    )
    has_both = any(low is not None and high is not None for _day, low, high in steps)
    return ("low", "high") if has_both else usual


class FillForm(Filters):
    """How the periods are filled in before they are looked at: along a straight line, or all with
    the first value. It saves nothing."""

    by = forms.ChoiceField(label=_("A target for each"), choices=GRAINS, required=False)

    def __init__(self, data, *, sides: tuple[str, ...], usual: str):
        super().__init__(data)
        self.usual, self.sides = usual, sides
        for side in sides:
            first, last = FILLED[side]
            self.fields[f"{side}_from"] = number_field(first)
            self.fields[f"{side}_to"] = number_field(last)
        self.full_clean()
        self.initial = {"by": self.grain}

    @property
    def grain(self) -> str:
        return self.value("by") or self.usual

    def filled(self, side: str, number: int) -> list[float] | None:
        """The values of a side, None where nothing is asked."""
        first, last = (self.cleaned_data.get(f"{side}_{end}") for end in ("from", "to"))
        if first is None:
            return None
        return straight(first, first if last is None else last, number)


class TargetPlanForm(AskingForm):
    """What a series should be in each period ahead; an empty period is as the one before."""

    def __init__(self, data=None, *, series: Series, steps: list[Step], fill: FillForm, on: date):
        self.series, self.steps, self.sides = series, steps, fill.sides
        self.days = periods_ahead(on, fill.grain)
        self.until = months_after(self.days[0], 12)
        self.mark = zlib.crc32(repr((self.days, steps)).encode())
        super().__init__(data, initial={"version": self.mark})
        filled = {side: fill.filled(side, len(self.days)) for side in self.sides}
        for number, day in enumerate(self.days, 1):
            held = dict(zip(("low", "high"), held_on(day, steps), strict=True))
            for side in self.sides:
                line = filled[side]
                facts = {"period": date_format(day, "F Y"), "end": LABELS[side]}
                field = number_field(_("%(period)s: %(end)s") % facts)
                field.widget.attrs["size"] = "8"
                field.initial = held[side] if line is None else line[number - 1]
                self.fields[f"{side}_{number}"] = field

    @property
    def version_now(self) -> int:
        """What the periods and their targets were when somebody read them."""
        return self.mark

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if self.errors:
            return values
        for number, (_day, low, high) in enumerate(self._typed(values), 1):
            if low is None and high is None:
                continue
            try:
                check_bounds(low, high, self.series.kpi.definition)
            except ValidationError as refused:
                for side, texts in refused.message_dict.items():
                    name = side if side in self.sides else self.sides[0]
                    self.add_error(f"{name}_{number}", texts[0])
        return values

    def _typed(self, values: dict[str, Any]) -> list[Step]:
        return [
            (day, values.get(f"low_{number}"), values.get(f"high_{number}"))
            for number, day in enumerate(self.days, 1)
        ]

    def values(self) -> dict[str, Any]:
        since = self.days[0]
        before = held_on(since, [step for step in self.steps if step[0] < since])
        steps = only_changes(before, self._typed(self.cleaned_data))
        return {"steps": steps, "since": since, "until": self.until}

    @property
    def heads(self) -> list[str]:
        return [str(LABELS[side]) for side in self.sides]

    @property
    def periods(self) -> list[tuple[date, list[forms.BoundField]]]:
        """Each period with its fields."""
        return [
            (day, [self[f"{side}_{number}"] for side in self.sides])
            for number, day in enumerate(self.days, 1)
        ]
