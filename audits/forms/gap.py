"""What people enter about a gap."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audits.choices import Cause, Effort
from audits.models import Gap
from productops import clock
from productops.fields import DateField, NumberField, TextField
from productops.forms import VersionedForm
from teams.models import Person, Subject


class SubjectField(forms.ModelChoiceField):
    def label_from_instance(self, subject: Subject) -> str:
        return f"{subject.name} · {subject.get_kind_display()}"


class GapForm(VersionedForm):
    """A gap by hand, or what is known of one that an audit found."""

    title = TextField(label=_("Title"))
    description = TextField(
        label=_("What is missing"), longest=5_000, has_lines=True, required=False
    )
    subject = SubjectField(Subject.objects.none(), label=_("About"), empty_label=None)
    cause = forms.ChoiceField(
        label=_("Root cause"),
        choices=[("", _("Not known yet")), *Cause.choices],
        required=False,
        help_text=_("It proposes which kind of improvement to open."),
    )
    owner = forms.ModelChoiceField(
        Person.objects.none(), label=_("Owner"), required=False, empty_label=_("Nobody yet")
    )
    level = NumberField(label=_("Level found"), low=0, high=10, required=False)
    target = NumberField(label=_("Level wanted"), low=0, high=10, required=False)
    effort = forms.TypedChoiceField(label=_("Effort"), choices=Effort.choices, coerce=int)
    due_on = DateField(label=_("Due"), required=False)

    def __init__(self, data=None, *, person: Person, gap: Gap | None = None, initial=None):
        super().__init__(data, row=gap, initial=initial_of(gap) if gap else initial)
        self.fields["subject"].queryset = Subject.objects.changeable_by(person)
        self.fields["owner"].queryset = owners_for(person)
        self.fields["description"].widget.attrs["rows"] = 4
        for name in ("level", "target"):
            self.fields[name].widget.attrs["width"] = "xs"
        if gap is not None and gap.audit_id:
            # What an audit found is not for anybody to write over.
            for name in ("subject", "level", "target"):
                del self.fields[name]

    def clean(self):
        values = super().clean()
        level, target = values.get("level"), values.get("target")
        if "level" in self.fields and (level is None) != (target is None):
            name = "level" if level is None else "target"
            if name not in self.errors:
                self.add_error(name, _("Give both levels, or none."))
        return values


def owners_for(person: Person):
    """Whoever can sign in and change something may answer for a gap."""
    return Person.objects.visible_to(person).active().exclude(role__in=("", "exec"))


def initial_of(gap: Gap) -> dict:
    """What the form shows of a gap that is there."""
    return {
        "title": gap.title,
        "description": gap.description,
        "subject": gap.subject_id,
        "cause": gap.cause,
        "owner": gap.owner_id,
        "level": gap.level,
        "target": gap.target,
        "effort": gap.effort,
        "due_on": gap.due_on,
    }


class AcceptForm(forms.Form):
    """Why a gap is lived with, and until when."""

    reason = TextField(label=_("Reason"), longest=2_000, has_lines=True)
    until_on = DateField(
        label=_("Until"), help_text=_("On the day after, the gap opens again by itself.")
    )

    def clean_until_on(self):
        day = self.cleaned_data["until_on"]
        if day < clock.today():
            raise ValidationError(_("Choose today or a later day."))
        return day


class AssignForm(forms.Form):
    owner = forms.ModelChoiceField(Person.objects.none(), label=_("Owner"), empty_label=None)

    def __init__(self, *args, person: Person, **options):
        super().__init__(*args, **options)
        self.fields["owner"].queryset = owners_for(person)
