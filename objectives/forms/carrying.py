"""What of an objective goes on elsewhere: carried over into another cycle, or copied."""

from django import forms
from django.utils.translation import gettext_lazy as _

from objectives.choices import ActionState, StartsFrom
from objectives.forms.asking import AskingForm, person_field
from objectives.forms.key_result import number_field
from objectives.models import Action, Cycle, KeyResult, Objective
from productops.fields import TextField
from teams.models import Person, Subject


class CarryOverForm(AskingForm):
    """Which cycle goes on with an objective, and with what of it."""

    title = TextField(label=_("Title"), longest=300)
    cycle = forms.ModelChoiceField(
        Cycle.objects.none(), label=_("Into"), widget=forms.Select(attrs={"width": "sm"})
    )
    key_results = forms.ModelMultipleChoiceField(
        KeyResult.objects.none(),
        label=_("Key results"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They keep their baselines and targets; change them in the draft"),
    )
    tasks = forms.ModelMultipleChoiceField(
        Action.objects.none(),
        label=_("Open actions"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They go along, and are dropped here"),
    )

    def __init__(self, data=None, *, objective: Objective, initial=None):
        super().__init__(data, initial=initial)
        cycles = Cycle.objects.not_closed().exclude(pk=objective.cycle_id)
        self.fields["cycle"].queryset = cycles
        self.fields["key_results"].queryset = objective.key_results.all()
        self.fields["tasks"].queryset = objective.actions.of_kept().open().in_place()


class CopyForm(AskingForm):
    """About what else an objective is wanted, in which cycle, and what of it."""

    title = TextField(label=_("Title"), longest=300)
    subjects = forms.ModelMultipleChoiceField(
        Subject.objects.none(),
        label=_("About"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "many"}),
        help_text=_("One copy each, as a draft"),
    )
    cycle = forms.ModelChoiceField(
        Cycle.objects.none(), label=_("Into"), widget=forms.Select(attrs={"width": "sm"})
    )
    key_results = forms.ModelMultipleChoiceField(
        KeyResult.objects.none(),
        label=_("Key results"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("About another subject they watch the same KPI there"),
    )
    baselines = forms.ChoiceField(
        label=_("They set out from"),
        choices=StartsFrom.choices,
        initial=StartsFrom.NOW,
        widget=forms.RadioSelect,
    )
    tasks = forms.ModelMultipleChoiceField(
        Action.objects.none(),
        label=_("Actions"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They are open again in the copies; here they stay as they are"),
    )
    contributes = forms.BooleanField(
        label=_("The copies contribute to this objective"), required=False
    )
    weight = number_field(
        _("Weight of each in its progress"),
        _("Empty: aligned, but not counted. 1 counts as much as one of its key results"),
    )

    def __init__(self, data=None, *, person: Person, objective: Objective, initial=None):
        super().__init__(data, initial=initial)
        self.fields["subjects"].queryset = Subject.objects.changeable_by(person)
        self.fields["cycle"].queryset = Cycle.objects.not_closed()
        self.fields["key_results"].queryset = objective.key_results.all()
        planned = objective.actions.of_kept().exclude(state=ActionState.DROPPED)
        self.fields["tasks"].queryset = planned.in_place()
        self.fields["owner"] = person_field(
            person,
            label=_("Owner"),
            required=False,
            help_text=_("Of the copies, and of all in those about another subject"),
        )
        self.fields["subjects"].choices = by_kind(self.fields["subjects"].queryset)
        for name in ("key_results", "tasks"):
            if not self.fields[name].queryset.exists():
                del self.fields[name]
        if "key_results" not in self.fields:
            del self.fields["baselines"]
        self.order_fields(["title", "subjects", "cycle", "owner"])


def by_kind(subjects) -> list[tuple[str, list[tuple[int, str]]]]:
    """Subjects as choices, under their kinds."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for subject in subjects:
        groups.setdefault(str(subject.get_kind_display()), []).append((subject.pk, subject.name))
    return list(groups.items())
