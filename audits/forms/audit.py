"""What people enter about an audit and its invitations."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audits.framework_formats import SUFFIXES
from audits.models import Audit, FrameworkVersion, Scope
from productops import clock
from productops.fields import DateField, TextField
from productops.forms import VersionedForm
from teams.choices import SubjectKind
from teams.models import Person, Subject

AUDITED = (SubjectKind.ORGANISATION, SubjectKind.PRODUCT, SubjectKind.TEAM)


class SubjectsField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple(attrs={"class": "pairs"})

    def label_from_instance(self, subject: Subject) -> str:
        if subject.kind == SubjectKind.ORGANISATION:
            return str(_("The whole organisation"))
        return f"{subject.name} · {subject.get_kind_display()}"


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, person: Person) -> str:
        return f"{person} · {person.email}"


class AuditForm(VersionedForm):
    """A new audit, or a draft. ``fields_of`` gives what an action takes."""

    framework_version = forms.ModelChoiceField(
        FrameworkVersion.objects.none(), label=_("Framework"), empty_label=None
    )
    title = TextField(label=_("Title"), help_text=_("People see it in the mail that asks them."))
    subjects = SubjectsField(
        Subject.objects.none(),
        label=_("What it looks at"),
        help_text=_("Each is scored on its own. People of its teams and products are asked."),
    )
    closes_on = DateField(label=_("Open until"), help_text=_("The last day for answers."))
    is_anonymous = forms.BooleanField(
        label=_("Anonymous"),
        required=False,
        help_text=_("No answer is shown, and results only from five people up."),
    )
    intro = TextField(
        label=_("Introduction"),
        longest=2_000,
        has_lines=True,
        required=False,
        help_text=_("Why you ask, and what happens with the answers."),
    )

    def __init__(self, data=None, *, person: Person, audit: Audit | None = None, initial=None):
        super().__init__(data, row=audit, initial=initial_of(audit) if audit else initial)
        versions = FrameworkVersion.objects.visible_to(person).select_related("framework")
        current = audit.framework_version_id if audit else None
        self.fields["framework_version"].queryset = (
            versions.published() | versions.filter(pk=current)
        ).newest_first()
        subjects = Subject.objects.visible_to(person).filter(kind__in=AUDITED)
        self.fields["subjects"].queryset = subjects.order_by("kind", "name")
        self.fields["intro"].widget.attrs["rows"] = 4
        if audit and not audit.is_draft:
            for name in ("framework_version", "subjects", "is_anonymous"):
                del self.fields[name]

    def clean_closes_on(self):
        day = self.cleaned_data["closes_on"]
        if day < clock.today():
            raise ValidationError(_("Choose today or a later day."))
        return day

    def fields_of(self) -> dict:
        """The columns of the audit among the clean values."""
        return {name: value for name, value in self.cleaned_data.items() if name != "subjects"}


def initial_of(audit: Audit) -> dict:
    """What the form shows of an audit that is there."""
    return {
        "framework_version": audit.framework_version_id,
        "title": audit.title,
        "subjects": list(audit.scopes.values_list("subject", flat=True)),
        "closes_on": audit.closes_on,
        "is_anonymous": audit.is_anonymous,
        "intro": audit.intro,
    }


class ScopesField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, scope: Scope) -> str:
        return scope.subject.name


class InvitationForm(forms.Form):
    """One more person to ask."""

    person = PersonField(Person.objects.none(), label=_("Person"))
    scopes = ScopesField(Scope.objects.none(), label=_("Answers for"))

    def __init__(self, *args, audit: Audit, person: Person, **options):
        super().__init__(*args, **options)
        people = Person.objects.visible_to(person).active()
        self.fields["person"].queryset = people.exclude(invitations__audit=audit)
        scopes = audit.scopes.select_related("subject")
        self.fields["scopes"].queryset = scopes
        if len(scopes) == 1:
            self.fields["scopes"].initial = [scopes[0].pk]


class FrameworkFileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A questionnaire as YAML, as an XLSForm workbook or as a table. A file with other "
            "content becomes a new version."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(SUFFIXES)}),
    )
