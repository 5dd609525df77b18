"""Who else is asked, and for what."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from audits.forms.audit import LONGEST_LIST
from audits.models import Audit, Node, Scope
from productops.fields import TextField
from teams.models import Person


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, person: Person) -> str:
        return f"{person} · {person.email}"


class ScopesField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple(attrs={"class": "pairs"})

    def label_from_instance(self, scope: Scope) -> str:
        return scope.subject.name


class SectionsField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple(attrs={"class": "pairs"})

    def label_from_instance(self, node: Node) -> str:
        return node.short


class InvitationForm(forms.Form):
    """More people to ask: one by name, or several by their addresses."""

    person = PersonField(Person.objects.none(), label=_("Person"), required=False)
    pasted = TextField(
        label=_("Or several"),
        longest=LONGEST_LIST,
        has_lines=True,
        required=False,
        help_text=_("E-mail addresses of people who are entered here, one a line."),
    )
    scopes = ScopesField(Scope.objects.none(), label=_("Answers for"))
    sections = SectionsField(
        Node.objects.none(),
        label=_("Sections"),
        required=False,
        help_text=_("All of them where none is ticked."),
    )

    def __init__(self, *args, audit: Audit, person: Person, **options):
        super().__init__(*args, **options)
        people = Person.objects.visible_to(person).active().exclude(invitations__audit=audit)
        self._people = people
        self.fields["person"].queryset = people
        self.fields["pasted"].widget.attrs["rows"] = 3
        scopes = audit.scopes.select_related("subject")
        self.fields["scopes"].queryset = scopes
        tops = audit.framework_version.nodes.sections().filter(parent__parent=None)
        sections = tops.order_by("order")
        self.fields["sections"].queryset = sections
        if len(scopes) == 1:
            self.fields["scopes"].initial = [scopes[0].pk]

    def clean_pasted(self) -> list[Person]:
        text = self.cleaned_data["pasted"]
        lines = [(n, line.strip().lower()) for n, line in enumerate(text.splitlines(), 1)]
        named = [(n, line) for n, line in lines if line]
        found = {one.email: one for one in self._people.filter(email__in=[e for _n, e in named])}
        wrong = [
            _t("Line %(n)d: “%(name)s” is nobody who can be invited here.")
            % {"n": number, "name": line[:60]}
            for number, line in named
            if line not in found
        ]
        if wrong:
            raise ValidationError(wrong)
        return list({found[line].pk: found[line] for _number, line in named}.values())

    def clean(self):
        data = super().clean()
        one = [data["person"]] if data.get("person") else []
        data["people"] = list({who.pk: who for who in [*one, *data.get("pasted", [])]}.values())
        if not data["people"] and not {"person", "pasted"} & set(self.errors):
            self.add_error("person", _("Choose a person."))
        return data
