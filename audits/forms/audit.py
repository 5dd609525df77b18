"""What people enter about an audit."""

from collections.abc import Iterable
from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from audits.choices import GapRule
from audits.models import Audit, FrameworkVersion
from audits.models.audit import usual_reminders
from productops import clock, parsing
from productops.fields import DateField, NumberField, TextField
from productops.forms import VersionedForm
from teams.choices import SubjectKind
from teams.models import Person, Product, Subject, Team

AUDITED = (SubjectKind.ORGANISATION, SubjectKind.PRODUCT, SubjectKind.TEAM)
EVERY = ((SubjectKind.PRODUCT, _("Every product")), (SubjectKind.TEAM, _("Every team")))
USUAL_TIME = timedelta(days=14)
MOST_REMINDERS, FARTHEST_REMINDER = 5, 60  # reminders, days before the end
LONGEST_LIST = 20_000
FIXED_ONCE_OPEN = (
    *("framework_version", "every", "subjects", "pasted"),
    *("is_anonymous", "carries_over", "is_single_use"),
)
NO_COLUMNS = ("every", "subjects", "pasted")


class SubjectsField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple(attrs={"class": "pairs"})

    def label_from_instance(self, subject: Subject) -> str:
        if subject.kind == SubjectKind.ORGANISATION:
            return str(_("The whole organisation"))
        return f"{subject.name} · {subject.get_kind_display()}"


class DaysField(forms.Field):
    """Days before the end, written as "7, 2"; read as whole numbers, the largest first."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "width": "sm"})

    def prepare_value(self, value):
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value) -> list[int]:
        parts = [part for part in str(value or "").replace(";", ",").split(",") if part.strip()]
        try:
            days = {parsing.to_whole(part, low=0, high=FARTHEST_REMINDER) for part in parts}
        except parsing.Unreadable as problem:
            raise ValidationError(str(problem)) from problem
        if len(days) > MOST_REMINDERS:
            raise ValidationError(_("Five reminders at most."))
        return sorted(days, reverse=True)


class AuditForm(VersionedForm):
    """A new audit, or a draft. ``fields_of`` gives what an action takes."""

    framework_version = forms.ModelChoiceField(
        FrameworkVersion.objects.none(), label=_("Framework"), empty_label=None
    )
    title = TextField(label=_("Title"), help_text=_("People see it in the mail that asks them."))
    every = forms.MultipleChoiceField(
        label=_("What it looks at"),
        choices=EVERY,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "pairs"}),
        help_text=_("Each is scored on its own. People of its teams and products are asked."),
    )
    subjects = SubjectsField(
        Subject.objects.none(), label=_("Or these in particular"), required=False
    )
    pasted = TextField(
        label=_("Or a list"),
        longest=LONGEST_LIST,
        has_lines=True,
        required=False,
        help_text=_("Names of products and teams, one a line, as they stand in a spreadsheet."),
    )
    closes_on = DateField(label=_("Open until"), help_text=_("The last day for answers."))
    intro = TextField(
        label=_("Introduction"),
        longest=2_000,
        has_lines=True,
        required=False,
        help_text=_("Why you ask, and what happens with the answers."),
    )
    is_anonymous = forms.BooleanField(
        label=_("Anonymous"),
        required=False,
        help_text=_("No answer is shown, and results only from five people up."),
    )
    carries_over = forms.BooleanField(
        label=_("Start from last answers"),
        required=False,
        help_text=_("Who is asked the same again confirms or changes what they said last time."),
    )
    is_single_use = forms.BooleanField(
        label=_("Links end on submitting"),
        required=False,
        help_text=_("Nobody, whoever has the mail, opens the answers afterwards."),
    )
    reminder_days = DaysField(
        label=_("Reminders"),
        required=False,
        help_text=_("Days before the end, such as 7, 2. Only to those who are missing."),
    )
    gap_rule = forms.ChoiceField(label=_("Gaps"), choices=GapRule.choices, required=False)
    gap_level = NumberField(
        label=_("At or below level"),
        required=False,
        help_text=_("For single questions."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "width": "xs"}),
    )

    MORE = ("is_anonymous", "carries_over", "is_single_use", "reminder_days", "gap_rule")

    def __init__(self, data=None, *, person: Person, audit: Audit | None = None, initial=None):
        beginning = initial_of(audit) if audit else initial_of_new(initial or {})
        super().__init__(data, row=audit, initial=beginning)
        versions = FrameworkVersion.objects.visible_to(person).select_related("framework")
        current = audit.framework_version_id if audit else None
        self.fields["framework_version"].queryset = (
            versions.published() | versions.filter(pk=current)
        ).newest_first()
        self._subjects = Subject.objects.visible_to(person).filter(kind__in=AUDITED)
        self.fields["subjects"].queryset = self._subjects.order_by("kind", "name")
        self.fields["intro"].widget.attrs["rows"] = 4
        self.fields["pasted"].widget.attrs["rows"] = 4
        if audit and not audit.is_draft:
            for name in FIXED_ONCE_OPEN:
                del self.fields[name]

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """What everybody has to decide."""
        return [field for field in self.visible_fields() if not self._is_more(field.name)]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """What has an answer already that is right for most."""
        return [field for field in self.visible_fields() if self._is_more(field.name)]

    @property
    def is_more_open(self) -> bool:
        return any(field.errors for field in self.more_fields)

    def _is_more(self, name: str) -> bool:
        return name in (*self.MORE, "gap_level")

    def clean_closes_on(self):
        day = self.cleaned_data["closes_on"]
        if day < clock.today():
            raise ValidationError(_("Choose today or a later day."))
        return day

    def clean_gap_rule(self) -> str:
        return self.cleaned_data["gap_rule"] or GapRule.DIMENSION

    def clean_pasted(self) -> list[Subject]:
        return named_in(self.cleaned_data["pasted"], self._subjects)

    def clean(self):
        data = super().clean()
        if "subjects" in self.fields:
            chosen = {*data.get("subjects", ()), *data.get("pasted", ())}
            data["subjects"] = [*chosen, *self._every(data.get("every", ()), chosen)]
            if not data["subjects"] and not {"subjects", "pasted", "every"} & set(self.errors):
                self.add_error("subjects", _("Choose at least one product or team."))
        data.pop("every", None)
        data.pop("pasted", None)
        return data

    def _every(self, kinds: Iterable[str], chosen: set[Subject]) -> list[Subject]:
        """All products or teams that are not archived."""
        current = [
            *(Product.objects.current().values("subject") if "product" in kinds else ()),
            *(Team.objects.current().values("subject") if "team" in kinds else ()),
        ]
        found = self._subjects.filter(pk__in=[row["subject"] for row in current])
        return [subject for subject in found if subject not in chosen]

    def fields_of(self) -> dict:
        """The columns of the audit among the clean values."""
        return {n: value for n, value in self.cleaned_data.items() if n not in NO_COLUMNS}


def initial_of_new(given: dict) -> dict:
    """Two weeks and the usual reminders; the framework that somebody comes from gives the title."""
    version = str(given.get("framework_version") or "")
    known = version.isascii() and version.isdigit() and len(version) < 19
    found = FrameworkVersion.objects.filter(pk=version).first() if known else None
    return given | {
        "closes_on": clock.today() + USUAL_TIME,
        "reminder_days": usual_reminders(),
        "gap_rule": GapRule.DIMENSION,
        "is_anonymous": bool(found and found.is_meant_anonymous),
        "title": f"{found.framework.title}, {clock.today():%B %Y}" if found else "",
    }


def initial_of(audit: Audit) -> dict:
    """What the form shows of an audit that is there."""
    columns = (
        *("framework_version_id", "title", "closes_on", "is_anonymous", "intro", "carries_over"),
        *("is_single_use", "reminder_days", "gap_rule", "gap_level"),
    )
    found = {name.removesuffix("_id"): getattr(audit, name) for name in columns}
    return found | {"subjects": list(audit.scopes.values_list("subject", flat=True))}


def named_in(text: str, subjects) -> list[Subject]:
    """The subjects that the lines of a text name, by name or as ``kind:key``; each line that names
    none, or several, is refused by its number."""
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    by_name: dict[str, list[Subject]] = {}
    for subject in subjects if lines else ():
        for name in {subject.name.casefold(), subject.reference, subject.key}:
            by_name.setdefault(name, []).append(subject)
    wrong = []
    for number, line in lines:
        found = by_name.get(line.casefold(), [])
        facts = {"n": number, "name": line[:40]}
        if not found:
            wrong.append(_t("Line %(n)d: there is no product or team “%(name)s”.") % facts)
        elif len(found) > 1:
            text = _t("Line %(n)d: several are called “%(name)s”; write product:… or team:….")
            wrong.append(text % facts)
    if wrong:
        raise ValidationError(wrong)
    return [by_name[line.casefold()][0] for _number, line in lines]
