from django import forms
from django.utils.translation import gettext_lazy as _

from objectives import access
from objectives.choices import Tie
from objectives.forms.asking import AskingForm
from objectives.forms.key_result import number_field
from objectives.models import KeyResult, Objective
from teams.models import Person

MOST_FOUND = 50  # what a search offers to choose from
GROUPS = ((_("Objectives"), "objective"), (_("Key results"), "key-result"))


class AlignForm(AskingForm):
    """What one objective or key result has to do with another of any cycle."""

    kind = forms.ChoiceField(
        label=_("What it does"),
        choices=Tie.choices,
        initial=Tie.CONTRIBUTES,
        widget=forms.RadioSelect,
    )
    end = forms.ChoiceField(
        label=_("Objective or key result"),
        widget=forms.Select(attrs={"data-combobox": "", "width": "lg"}),
    )
    weight = number_field(
        _("Weight in its progress"),
        _("Empty: aligned, but not counted. 1 counts as much as one of its key results"),
    )

    def __init__(self, data=None, *, person: Person, begin: Objective | KeyResult, words: str = ""):
        super().__init__(data)
        self.person, self.words = person, words
        found = access.goals_to_align_with(person, begin, words, MOST_FOUND)
        self.number = len(found)
        self.fields["end"].choices = [
            (label, [(_value(goal), _name(goal)) for goal in found if _kind(goal) == kind])
            for label, kind in GROUPS
        ]

    def clean_end(self) -> Objective | KeyResult:
        kind, _colon, key = self.cleaned_data["end"].partition(":")
        goal = access.goal_to_see(self.person, kind, key)
        if goal is None:
            raise forms.ValidationError(_("This is not there any more. Choose another one."))
        return goal


def _kind(goal: Objective | KeyResult) -> str:
    return "objective" if isinstance(goal, Objective) else "key-result"


def _value(goal: Objective | KeyResult) -> str:
    return f"{_kind(goal)}:{goal.pk}"


def _name(goal: Objective | KeyResult) -> str:
    """ "Customers stay (Checkout, Q4 2026)": titles come twice, cycles tell them apart."""
    objective = goal if isinstance(goal, Objective) else goal.objective
    return f"{goal.title} ({objective.subject}, {objective.cycle})"
