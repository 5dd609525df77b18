"""What several objectives are given at once."""

from django import forms
from django.utils.translation import gettext_lazy as _

from objectives.forms.asking import AskingForm, person_field
from objectives.models import Cycle, Pillar
from teams.models import Person


class OwnerForm(AskingForm):
    def __init__(self, data=None, *, person: Person):
        super().__init__(data)
        self.fields["owner"] = person_field(person, label=_("Owner"))


class IntoCycleForm(AskingForm):
    cycle = forms.ModelChoiceField(
        Cycle.objects.none(), label=_("Cycle"), widget=forms.Select(attrs={"width": "sm"})
    )

    def __init__(self, data=None, *, person: Person):
        super().__init__(data)
        self.fields["cycle"].queryset = Cycle.objects.visible_to(person).not_closed()


class UnderPillarForm(AskingForm):
    pillar = forms.ModelChoiceField(
        Pillar.objects.none(),
        label=_("Pillar of the strategy"),
        required=False,
        empty_label=_("None"),
        widget=forms.Select(attrs={"width": "md"}),
    )

    def __init__(self, data=None, *, person: Person):
        super().__init__(data)
        self.fields["pillar"].queryset = Pillar.objects.visible_to(person).filter(ended_on=None)
