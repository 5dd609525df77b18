"""What people agreed upon, as somebody writes it down."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.choices import AnswerState
from audits.models import Consensus, Node
from audits.replies import read_reply
from audits.rungs import Rung, place_of
from productops.fields import TextField
from productops.parsing import Unreadable

NOT_APPLICABLE = str(AnswerState.NOT_APPLICABLE)


class AgreeForm(forms.Form):
    """One place. ``known`` names what stood there before the person's eyes; ``middle`` is the
    rung to begin with, where another than what was agreed before."""

    answer = forms.CharField(required=False, max_length=200)
    note = TextField(label=_("Why"), longest=2_000, has_lines=True, required=False)
    known = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(
        self,
        data=None,
        *,
        node: Node,
        rungs: Sequence[Rung],
        agreed: Consensus | None,
        middle: float | None = None,
        name: str = "agree",
    ):
        self.node, self.rungs, self.agreed, self.middle = node, rungs, agreed, middle
        edition = agreed.edition if agreed else ""
        initial = {"known": edition, "note": agreed.note if agreed else ""}
        super().__init__(data, initial=initial, auto_id=f"{name}-%s")
        self.fields["note"].widget.attrs["rows"] = 2
        self.name = name
        self.is_stale = False

    @property
    def status(self) -> int:
        return 409 if self.is_stale else 422 if self.errors else 200

    def clean_answer(self) -> dict[str, Any]:
        """What is agreed as the content of an answer."""
        given = self.cleaned_data["answer"]
        if not given.strip():
            raise forms.ValidationError(_("Choose what you agreed upon."))
        try:
            content = read_reply(self.node, given)
        except Unreadable as problem:
            raise forms.ValidationError(str(problem)) from problem
        if content["state"] == AnswerState.DONT_KNOW:
            raise forms.ValidationError(_("Nobody can agree upon not knowing."))
        return content

    def refuse_stale(self) -> None:
        """Say that somebody else was faster; the page shows what stands now."""
        self.is_stale = True
        self.data = self.data.copy()
        self.data["known"] = self.agreed.edition if self.agreed else ""
        self.add_error(None, _("Somebody else wrote something down meanwhile. Look, then save."))

    # What the page draws -----------------------------------------------------------------------
    @property
    def options(self) -> list[tuple[Rung, bool]]:
        """The rungs, the chosen one ticked: what was sent, else the middle, else what stands."""
        return [(rung, rung.value == self._chosen) for rung in self.rungs]

    @property
    def is_not_applicable(self) -> bool:
        return self._chosen == NOT_APPLICABLE

    @property
    def _chosen(self) -> str:
        if self.is_bound:
            return self.data.get("answer", "")
        place = self.middle
        if place is None and self.agreed:
            if self.agreed.state == NOT_APPLICABLE:
                return NOT_APPLICABLE
            place = place_of(self.node, self.rungs, self.agreed.number, self.agreed.chosen)
        return "" if place is None else self.rungs[int(place)].value
