"""Rollouts and their waves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from productops.fields import DateField, WholeField
from productops.forms import RecordForm
from teams.forms import WordsFilter
from teams.models import Person, Team
from tooling import access
from tooling.choices import (
    RolloutState,
)
from tooling.forms.choosing import MOST_SEATS, any_of, keepers
from tooling.models import Rollout


class RolloutFilter(WordsFilter):
    state = forms.ChoiceField(label=_("State"), required=False, choices=any_of(RolloutState))


class RolloutForm(RecordForm):
    target_people = WholeField(
        label=_("People to reach"),
        low=1,
        high=MOST_SEATS,
        help_text=_("So many people active in it make it a rollout that happened."),
    )

    class Meta:
        model = Rollout
        fields = ["tool", "title", "owner", "target_people", "notes"]
        widgets = {"notes": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tool"].queryset = access.tools_to_choose(person)
        self.fields["owner"].queryset = keepers()


class WaveForm(forms.Form):
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none())
    go_live_on = DateField(label=_("Goes live"))

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = access.teams_to_choose(person)


class StateForm(forms.Form):
    state = forms.ChoiceField(choices=RolloutState.choices)
