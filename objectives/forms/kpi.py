from django import forms
from django.utils.translation import gettext_lazy as _

from objectives.choices import Family
from objectives.forms.asking import ANY, NONE, AskingForm, Filters, person_field, search_field
from objectives.forms.key_result import number_field
from objectives.formula import LONGEST
from objectives.models import Kpi, KpiVersion
from productops import clock
from productops.fields import DateField, TextField
from productops.measures import Aggregation, Cadence, Direction, Empty
from teams.choices import SubjectKind
from teams.models import Person, Subject

CERTIFIED = [
    ANY,
    ("yes", _("Certified")),
    ("expired", _("Certificate expired")),
    ("no", _("Not certified")),
]
SMALL = {"width": "sm"}


class KpiFilters(Filters):
    q = search_field()
    family = forms.ChoiceField(label=_("Family"), choices=[ANY, *Family.choices], required=False)
    owner = forms.ModelChoiceField(
        Person.objects.none(), label=_("Owner"), required=False, empty_label=_("Any")
    )
    certified = forms.ChoiceField(label=_("Certificate"), choices=CERTIFIED, required=False)

    def __init__(self, data):
        super().__init__(data)
        owners = Kpi.objects.order_by().values("owner")
        self.fields["owner"].queryset = Person.objects.filter(pk__in=owners)
        self.full_clean()

    def narrow(self, kpis):
        if text := self.value("q"):
            kpis = kpis.naming(text)
        today = clock.today()
        kpis = {
            "yes": kpis.certified(today),
            "expired": kpis.expired(today),
            "no": kpis.filter(certified_on=None),
        }.get(self.value("certified"), kpis)
        same = {name: self.value(name) for name in ("family", "owner")}
        return kpis.filter(**{name: value for name, value in same.items() if value})


class CardForm(AskingForm):
    """The words of a definition card, which change without a new version."""

    name = TextField(label=_("Name"))
    family = forms.ChoiceField(
        label=_("Family"), choices=[NONE, *Family.choices], required=False,
        widget=forms.Select(attrs={"width": "md"}),
    )  # fmt: skip
    purpose = TextField(
        label=_("Purpose"), longest=5000, has_lines=True, required=False,
        help_text=_("Which decision it helps with"),
    )  # fmt: skip
    pitfalls = TextField(
        label=_("Pitfalls"), longest=5000, has_lines=True, required=False,
        help_text=_("How it misleads, and what to read beside it"),
    )  # fmt: skip
    source_hint = TextField(label=_("Where it comes from"), longest=300, required=False)
    subject_kind = forms.ChoiceField(
        label=_("Usually measured for"), choices=[NONE, *SubjectKind.choices], required=False,
        widget=forms.Select(attrs=SMALL),
    )  # fmt: skip

    def __init__(self, data=None, *, person: Person, row=None, initial=None):
        super().__init__(data, row=row, initial=initial)
        self.fields["owner"] = person_field(person, label=_("Owner"), required=False)

    @classmethod
    def initial_of(cls, kpi: Kpi) -> dict:
        return {name: getattr(kpi, name) for name in cls.base_fields if hasattr(kpi, name)} | {
            "owner": kpi.owner_id
        }


class MeaningFields(forms.Form):
    """What the number means; another meaning is another version."""

    formula = TextField(
        label=_("Formula in words"), longest=5000, has_lines=True, required=False,
        help_text=_("So that two people count the same"),
    )  # fmt: skip
    expression = TextField(
        label=_("Computed from other KPIs"), longest=LONGEST, required=False,
        help_text=_(
            "Their short names in braces, such as {bugs} / {releases} * 100; with + - * / ** and"
            " min, max, abs, round, sqrt, log. Empty: it has numbers of its own."
        ),
    )  # fmt: skip
    unit = TextField(label=_("Unit"), longest=20, required=False)
    direction = forms.ChoiceField(
        label=_("Direction"), choices=Direction.choices, initial=Direction.UP
    )
    cadence = forms.ChoiceField(label=_("Cadence"), choices=Cadence.choices, initial=Cadence.WEEK)
    aggregation = forms.ChoiceField(
        label=_("How a period is made of its observations"),
        choices=Aggregation.choices,
        initial=Aggregation.MEAN,
    )
    empty = forms.ChoiceField(label=_("Empty periods"), choices=Empty.choices, initial=Empty.GAP)
    low = number_field(_("Target: at least"))
    high = number_field(_("Target: at most"), _("New series start with this target"))

    @staticmethod
    def meaning_of(version: KpiVersion) -> dict:
        return {name: getattr(version, name) for name in MeaningFields.base_fields}


class KpiForm(CardForm, MeaningFields):
    """A new card with its first meaning."""


class VersionForm(AskingForm, MeaningFields):
    """Another meaning, from a day on."""

    valid_from = DateField(
        label=_("Valid from"), help_text=_("The series break there: nothing before is rewritten")
    )
    reason = TextField(label=_("Why does it change?"), longest=2000, has_lines=True)
    restates_history = forms.BooleanField(
        label=_("It holds for the past too: count all periods anew"), required=False
    )


class CertifyForm(AskingForm):
    reason = TextField(
        label=_("Why can people rely on it?"), longest=2000, has_lines=True,
        help_text=_("Who compared it with what"),
    )  # fmt: skip
    until = DateField(
        label=_("Until"), required=False,
        help_text=_("Its last day; a year from today if empty. Then somebody looks again."),
    )  # fmt: skip


class SeriesForm(AskingForm):
    subject = forms.ModelChoiceField(
        Subject.objects.none(), label=_("Measured for"), widget=forms.Select(attrs={"width": "md"})
    )

    def __init__(self, data=None, *, person: Person, kpi: Kpi):
        super().__init__(data)
        there = kpi.series.values("subject")
        self.fields["subject"].queryset = Subject.objects.changeable_by(person).exclude(
            pk__in=there
        )


class TargetForm(AskingForm):
    from_on = DateField(label=_("From"), help_text=_("The day from which it holds"))
    low = number_field(_("At least"))
    high = number_field(_("At most"), _("Both empty: no target from that day's entry on"))
