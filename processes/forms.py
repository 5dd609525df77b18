"""Input to clean values; choices are narrowed to the person."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from processes.choices import AdoptionState, Family, RevisionState
from processes.models import Process, Revision, Step
from productops import clock
from productops.fields import DateField
from productops.forms import RecordForm
from teams.models import Person, Team


class ProcessFilter(forms.Form):
    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    family = forms.ChoiceField(
        label=_("Family"), required=False, choices=[("", _("Any")), *Family.choices]
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Any")),
            (RevisionState.PUBLISHED, _("Published")),
            (RevisionState.DRAFT, _("Not published yet")),
        ],
    )


class ProcessForm(RecordForm):
    class Meta:
        model = Process
        fields = [
            "title", "family", "owner", "owner_role", "purpose", "trigger", "inputs", "outputs",
            "criticality", "review_months",
        ]  # fmt: skip
        widgets = {
            name: forms.Textarea(attrs={"rows": 3})
            for name in ("purpose", "trigger", "inputs", "outputs")
        }

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        people = Person.objects.visible_to(person).active().exclude(role="")
        self.fields["owner"].queryset = people
        self.fields["criticality"].help_text = _("1 is nice to have, 3 must not fail.")


class NewProcessForm(ProcessForm):
    """A process of one's own; ``template`` fills it from the library instead."""

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, person=person, **kwargs)
        self.initial.setdefault("owner", person.pk)


class RevisionForm(RecordForm):
    class Meta:
        model = Revision
        fields = ["summary", "body", "is_material"]
        widgets = {"body": forms.Textarea(attrs={"rows": 5})}


class StepForm(forms.ModelForm):
    """One step. An empty one is left out, so that the form needs no script to grow."""

    is_removed = forms.BooleanField(label=_("Remove this step"), required=False)
    place = forms.IntegerField(label=_("Place"), required=False, min_value=1, max_value=200)

    class Meta:
        model = Step
        fields = ["title", "role", "text", "why", "evidence", "time_box_minutes", "due_days"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 4}),
            "why": forms.Textarea(attrs={"rows": 2}),
        }


class BaseSteps(forms.BaseFormSet):
    def clean(self):
        for form in self.forms:
            filled = form.has_changed() and not form.cleaned_data.get("is_removed", False)
            if filled and not form.cleaned_data.get("title"):
                form.add_error("title", ValidationError(_("Name the step.")))

    def steps(self) -> list[dict]:
        """The steps that stay, in their new order, fit for ``actions.write_steps``."""
        kept = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data.get("title") and not form.cleaned_data.get("is_removed")
        ]
        kept.sort(key=lambda data: data.get("place") or 10_000)
        names = StepForm.Meta.fields
        return [{name: data.get(name) for name in names} for data in kept]


StepFormSet = forms.formset_factory(
    StepForm, formset=BaseSteps, extra=2, max_num=100, absolute_max=120, validate_max=True
)


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AskForm(forms.Form):
    """Who shall read it: people by name, and whole teams."""

    people = forms.ModelMultipleChoiceField(
        label=_("People"), queryset=Person.objects.none(), required=False
    )
    teams = forms.ModelMultipleChoiceField(
        label=_("Teams"), queryset=Team.objects.none(), required=False
    )
    due_on = DateField(label=_("Until"), required=False)

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = Person.objects.visible_to(person).active()
        self.fields["teams"].queryset = Team.objects.visible_to(person).current()

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not self.readers():
            raise ValidationError(_("Choose at least one person or a team with members."))
        return cleaned

    def readers(self) -> list[Person]:
        """Everybody meant, once each."""
        teams = self.cleaned_data["teams"]
        members = Person.objects.active().filter(
            memberships__team__in=teams,
            memberships__from_on__lte=clock.today(),
            memberships__until_on=None,
        )
        keys = {person.pk for person in (*self.cleaned_data["people"], *members)}
        return list(Person.objects.filter(pk__in=keys))


class AdoptionForm(forms.Form):
    state = forms.ChoiceField(label=_("Works by it"), choices=AdoptionState.choices)
    until_on = DateField(label=_("Exempt until"), required=False)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("state") == AdoptionState.EXEMPT:
            for name in ("until_on", "reason"):
                if not cleaned.get(name):
                    self.add_error(name, _("An exemption needs a reason and an end."))
        return cleaned
