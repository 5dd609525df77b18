"""What a check-in asks: how sure one is by one tap, and only what the data does not say."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from objectives import check_in_words
from objectives.actions.check_ins import SaidMeanwhile
from objectives.choices import Zone
from objectives.forms.asking import AskingForm
from objectives.models import CheckIn, KeyResult
from productops import numbers
from productops.fields import DateField, NumberField, Scale, TextField, WholeField


def text(label) -> TextField:
    return TextField(label=label, longest=5000, has_lines=True, required=False)


class CheckInForm(AskingForm):
    """Asks no value where a series is watched. ``seen`` carries which check-in was the newest when
    the page was read: what somebody said meanwhile is shown before this one is kept beside it."""

    value = NumberField(label=_("Value now"))
    zone = forms.ChoiceField(
        label=_("How far is it?"), choices=Zone.choices, widget=forms.RadioSelect
    )
    confidence = WholeField(
        label=_("How sure are you that the target is reached?"),
        low=0,
        high=10,
        widget=Scale(0, 10, (_("surely not"), _("surely"))),
        error_messages={"required": _("Say how sure you are, from 0 to 10.")},
    )
    changed = text(_("What changed?"))
    taken = text(_("What did we do about it?"))
    blockers = text(_("What is in the way?"))
    on = DateField(label=_("Day"))
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    is_same = forms.BooleanField(required=False, widget=forms.HiddenInput)

    said_meanwhile: CheckIn | None = None

    def __init__(self, data=None, *, key_result: KeyResult, row=None, initial=None):
        super().__init__(data, row=row, initial=initial)
        self.auto_id = f"check-{key_result.pk}-%s"  # several of them stand on one page
        self.last = None if row else key_result.last_check_in
        self.key_result = key_result
        self.fields["confidence"].widget.last = self.last.confidence if self.last else None
        if initial and initial.get("changed") and row is None:
            self.fields["changed"].help_text = _("Drafted from what is known; make it yours")
        for name in self._not_asked(row):
            del self.fields[name]
        for name in {"value", "on"} & self.fields.keys():
            self.fields[name].widget.attrs["width"] = "sm"

    def _not_asked(self, row) -> set[str]:
        """What the data says already, and what only a new check-in has."""
        known = set() if self.key_result.takes_values else {"value", "is_same"}
        known |= set() if self.key_result.is_ordinal else {"zone"}
        return known | ({"seen", "is_same"} if row else set())

    @property
    def same_value(self) -> str:
        """What a button may say again: the value of the last check-in; "" where there is none."""
        if "is_same" not in self.fields or self.last is None or self.last.value is None:
            return ""
        return numbers.quantity(self.last.value, self.key_result.unit)

    @property
    def more_is_open(self) -> bool:
        """Whether what is asked less often has something in it."""
        has_words = any(self[name].value() or self[name].errors for name in ("taken", "blockers"))
        return has_words or bool(self["on"].errors)

    def _clean_fields(self) -> None:
        """The button "unchanged" brings the value of last time; beside another one it is doubt."""
        if self.same_value and self.data.get(self.add_prefix("is_same")):
            typed = (self.data.get(self.add_prefix("value")) or "").strip()
            if not typed:
                self.data = self.data.copy()
                self.data[self.add_prefix("value")] = repr(self.last.value)
        super()._clean_fields()
        typed = self.cleaned_data.get("value")
        if self.cleaned_data.get("is_same") and self.last and typed not in (None, self.last.value):
            told = {"value": self.same_value}
            self.add_error(
                "value", _now("Clear this, or do not say that it is still %(value)s.") % told
            )

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "is_same"}

    # Somebody else said something meanwhile ---------------------------------------------------
    def attempt(self, verb: Callable[..., Any], **more: Any) -> bool:
        try:
            return super().attempt(verb, **more)
        except SaidMeanwhile as other:
            self._refuse_unseen(other.said, by=more.get("by"))
            return False

    def _refuse_unseen(self, said: CheckIn, by) -> None:
        self.is_stale, self.said_meanwhile = True, said
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = str(said.pk)
        self.add_error(None, check_in_words.said_meanwhile(said, by))

    @property
    def stands(self) -> list[tuple[str, str]]:
        said = self.said_meanwhile
        if said is None:
            return super().stands
        texts = [
            (self.fields[name].label, getattr(said, name))
            for name in ("changed", "taken", "blockers")
        ]
        what = [(_now("Said"), check_in_words.said_in_short(said, self.key_result.unit))]
        return what + [(str(label), words) for label, words in texts if words]
