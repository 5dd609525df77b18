"""What people enter about a gap."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audits.choices import LONGEST_WHY, MOST_WHYS, Cause, Effort
from audits.models import Gap
from productops import clock
from productops.fields import DateField, NumberField, TextField
from productops.forms import VersionedForm
from teams.models import Person, Subject

CRITICALITIES = [
    ("", _("That of the products")),
    (1, _("1: nice to have")),
    (2, _("2: usual")),
    (3, _("3: must not fail")),
]


class SubjectField(forms.ModelChoiceField):
    def label_from_instance(self, subject: Subject) -> str:
        return f"{subject.name} · {subject.get_kind_display()}"


class WhysField(TextField):
    """Why, and why that: one line each, the root cause last."""

    def __init__(self, **options):
        super().__init__(longest=2_000, has_lines=True, **options)
        self.widget.attrs["rows"] = 3

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value) -> list[str]:
        lines = [line.strip() for line in super().to_python(value).splitlines()]
        return [line for line in lines if line]

    def validate(self, value):
        if len(value) > MOST_WHYS:
            raise ValidationError(_("Write at most %(n)d lines.") % {"n": MOST_WHYS})
        for number, line in enumerate(value, 1):
            if len(line) > LONGEST_WHY:
                text = _("Line %(line)d is longer than %(n)d characters.")
                raise ValidationError(text % {"line": number, "n": LONGEST_WHY})


class GapForm(VersionedForm):
    """A gap by hand, or what is known of one that an audit found."""

    title = TextField(label=_("Title"))
    description = TextField(
        label=_("What is missing"), longest=5_000, has_lines=True, required=False
    )
    subject = SubjectField(Subject.objects.none(), label=_("About"), empty_label=None)
    whys = WhysField(
        label=_("Why?"),
        required=False,
        help_text=_("One line for each “why?”, up to five: why is it missing, and why is that?"),
    )
    cause = forms.ChoiceField(
        label=_("Root cause"),
        choices=[("", _("Not known yet")), *Cause.choices],
        required=False,
        help_text=_("What the last “why?” came to. It proposes where to begin."),
    )
    owner = forms.ModelChoiceField(
        Person.objects.none(), label=_("Owner"), required=False, empty_label=_("Nobody yet")
    )
    level = NumberField(label=_("Level found"), low=0, high=10, required=False)
    target = NumberField(label=_("Level wanted"), low=0, high=10, required=False)
    effort = forms.TypedChoiceField(label=_("Effort"), choices=Effort.choices, coerce=int)
    criticality = forms.TypedChoiceField(
        label=_("Criticality"),
        choices=CRITICALITIES,
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Where the criticality of the products does not fit what is missing here."),
    )
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
        "whys": gap.whys,
        "cause": gap.cause,
        "owner": gap.owner_id,
        "level": gap.level,
        "target": gap.target,
        "effort": gap.effort,
        "criticality": int(gap.criticality) if gap.criticality else "",
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


class CloseForm(forms.Form):
    """Why gaps are there no more; evidence that holds speaks for itself."""

    because = TextField(
        label=_("Why is it closed?"),
        longest=2_000,
        has_lines=True,
        help_text=_("What has changed, or who judged so. The next audit asks again."),
    )

    def __init__(self, *args, needs_reason: bool, **options):
        super().__init__(*args, **options)
        self.fields["because"].required = needs_reason
        self.fields["because"].widget.attrs["rows"] = 3


class MergeForm(forms.Form):
    """Which of several gaps goes on for all."""

    kept = forms.ModelChoiceField(
        Gap.objects.none(),
        label=_("Which one stays?"),
        widget=forms.RadioSelect,
        empty_label=None,
        help_text=_("It takes over answers, places and evidence; the others close and lead here."),
    )

    def __init__(self, *args, gaps: list[Gap], **options):
        super().__init__(*args, **options)
        self.fields["kept"].queryset = Gap.objects.filter(pk__in=[gap.pk for gap in gaps])
        self.fields["kept"].label_from_instance = lambda gap: gap.title
        if gaps:
            self.fields["kept"].initial = gaps[0].pk
