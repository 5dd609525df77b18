"""The card beside the numbers of a key result that is being written: what the data says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from objectives import drawing, real_words
from objectives.actions.running import require_running_as_read
from objectives.checking import Check, Proposal, checked
from objectives.forms.key_result import KeyResultForm
from objectives.models import KeyResult, Objective
from productops import clock, numbers
from productops.cadences import age_of_period, name_of_period
from productops.charts.shapes import Sparkline


@dataclass(frozen=True)
class NumbersCard:
    """``faults``: what cannot be meant, as (field, text). ``improvements`` are those linked to a
    key result that stands; None where there is none yet to link them to."""

    check: Check
    on: date
    faults: tuple[tuple[str, str], ...] = ()
    improvements: tuple[Any, ...] | None = None

    @property
    def sentence(self) -> str:
        return real_words.realism_sentence(self.check, len(self.improvements or ()))

    @property
    def beside(self) -> list[str]:
        """What else is known of how likely the target is."""
        said = (real_words.met_sentence(self.check), real_words.mean_sentence(self.check))
        return [sentence for sentence in said if sentence]

    @property
    def doubts(self) -> list[str]:
        return real_words.doubts(self.check)

    @property
    def needs_improvement(self) -> bool:
        found = self.check.realism
        return found is not None and found.reading in ("outside", "constant_missed")

    @property
    def is_watched(self) -> bool:
        return self.check.proposal.kpi is not None

    @property
    def levels(self) -> list[tuple[str, str, bool]]:
        """The numbers as (name, value, whether it follows from the others)."""
        names = {
            "baseline": _("Baseline"), "commit": _("Commit"), "target": _("Target"),
            "stretch": _("Stretch"), "low": _("At least"), "high": _("At most"),
        }  # fmt: skip
        found, followed = self.check.numbers, self.check.followed
        return [
            (names[name], numbers.quantity(value, self.check.unit), name in followed)
            for name, value in found.items()
            if value is not None
        ]

    @property
    def now(self) -> str:
        return numbers.quantity(self.check.now, self.check.unit)

    @property
    def period(self) -> str:
        """The period of the newest value and how long ago it ended: "16–22 Nov, 4 days old"."""
        state, definition = self.check.proposal.state, self.check.definition
        if state is None or state.latest_period is None or definition is None:
            return ""
        about = (state.latest_period, str(definition.cadence), self.on)
        return f"{name_of_period(*about)}, {age_of_period(*about)}"

    @property
    def usual(self) -> str:
        """The usual range, "" where there is none yet."""
        state = self.check.proposal.state
        if state is None or state.lower is None or state.upper is None:
            return ""
        span = numbers.between(state.lower, state.upper, self.check.unit)
        return _("%s, on trial") % span if state.is_provisional else span

    @property
    def spark(self) -> Sparkline | None:
        ends = (self.check.numbers.get(name) for name in ("target", "low", "high"))
        return drawing.spark(self.check.proposal.series, self.on, ends)


def numbers_card(
    form: KeyResultForm, objective: Objective, improvements: Iterable[Any] | None = None
) -> NumbersCard:
    """Check what a form says now; what cannot be meant is told at its field."""
    on, proposal = clock.today(), form.proposal(objective)
    linked = None if improvements is None else tuple(improvements)
    try:
        if form.only_checks:
            require_running_as_read(objective)
        written = proposal.without_numbers() if form.has_bad_numbers else proposal
        return NumbersCard(checked(written, on), on, tuple(form.faults), linked)
    except ValidationError as refused:
        form.refuse(refused)
    return NumbersCard(checked(proposal.without_numbers(), on), on, tuple(form.faults), linked)


def realism_of(key_result: KeyResult, improvements: Sequence[Any]) -> str:
    """The sentence for a key result that stands; "" where there is nothing to say, or its numbers
    are not what the KPI means any more."""
    if key_result.is_meant_otherwise:
        return ""
    check = checked(Proposal.of(key_result), clock.today())
    return real_words.realism_sentence(check, len(improvements))
