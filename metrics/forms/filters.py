"""Filters of metrics' lists: what stands in the address, narrowed to what the person may see."""

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from metrics.choices import ImprovementState, Kind, Variation
from metrics.models import Improvement
from objectives.choices import Family
from objectives.models import Series
from productops.fields import TextField
from teams.models import Person, Subject

ANY = ("", _("All"))
KPI_SORTS = {
    "name": ("kpi__name", "subject__name"),
    "subject": ("subject__name", "kpi__name"),
    "owner": ("owner__name", "kpi__owner__name", "kpi__name"),
    "since": ("state__signal_since", "kpi__name"),
}


class Filters(forms.Form):
    """What every filter form does: an unreadable value filters nothing, and says so."""

    q = TextField(
        label=_("Search"), required=False, longest=200, widget=forms.TextInput({"type": "search"})
    )

    def chosen(self, name: str):
        """The value of a field, None where it is empty or cannot be read."""
        self.is_valid()
        return self.cleaned_data.get(name) or None

    def words(self) -> list[str]:
        return (self.chosen("q") or "").split()[:8]


class KpiFilters(Filters):
    family = forms.ChoiceField(label=_("Family"), required=False, choices=[ANY, *Family.choices])
    subject = forms.ModelChoiceField(
        Subject.objects.none(), label=_("About"), required=False, empty_label=_("All")
    )
    owner = forms.ModelChoiceField(
        Person.objects.none(), label=_("Owner"), required=False, empty_label=_("All")
    )
    reading = forms.ChoiceField(
        label=_("Reading"), required=False, choices=[ANY, *Variation.choices]
    )

    def __init__(self, data, *, person: Person):
        super().__init__(data)
        mine = Subject.objects.visible_to(person)
        self.fields["subject"].queryset = mine.filter(series__isnull=False).distinct()
        owning = Q(kpis__isnull=False) | Q(series__isnull=False)
        people = Person.objects.visible_to(person).filter(owning)
        self.fields["owner"].queryset = people.distinct()

    def narrow(self, series: QuerySet[Series]) -> QuerySet[Series]:
        """The series that fit all filters, in the order that the address asks for."""
        for word in self.words():
            series = series.filter(
                Q(kpi__name__icontains=word)
                | Q(kpi__slug__icontains=word)
                | Q(subject__name__icontains=word)
            )
        named = {"family": "kpi__family", "subject": "subject"}
        for field, column in named.items():
            if value := self.chosen(field):
                series = series.filter(**{column: value})
        if owner := self.chosen("owner"):
            series = series.filter(Q(owner=owner) | Q(owner=None, kpi__owner=owner))
        return self._with_reading(series)

    def _with_reading(self, series: QuerySet[Series]) -> QuerySet[Series]:
        reading = self.chosen("reading")
        if reading == Variation.NONE:
            return series.filter(Q(state=None) | Q(state__variation=Variation.NONE))
        return series.filter(state__variation=reading) if reading else series


class ImprovementFilters(Filters):
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[ANY, *ImprovementState.choices]
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ANY, *Kind.choices])
    subject = forms.ModelChoiceField(
        Subject.objects.none(), label=_("About"), required=False, empty_label=_("All")
    )
    owner = forms.ModelChoiceField(
        Person.objects.none(), label=_("Owner"), required=False, empty_label=_("All")
    )

    def __init__(self, data, *, person: Person):
        super().__init__(data)
        mine = Subject.objects.visible_to(person)
        self.fields["subject"].queryset = mine.filter(improvements__isnull=False).distinct()
        people = Person.objects.visible_to(person).filter(improvements__isnull=False)
        self.fields["owner"].queryset = people.distinct()

    def narrow(self, improvements: QuerySet[Improvement]) -> QuerySet[Improvement]:
        for word in self.words():
            improvements = improvements.filter(
                Q(title__icontains=word) | Q(hypothesis__icontains=word)
            )
        for field in ("state", "kind", "subject", "owner"):
            if value := self.chosen(field):
                improvements = improvements.filter(**{field: value})
        return improvements


def ordered(rows: QuerySet, asked: str, ways: dict[str, tuple[str, ...]]) -> QuerySet:
    """Sort by ``asked`` ("name", "-name"), by the first of ``ways`` where nobody knows it."""
    key = asked.removeprefix("-")
    columns = ways.get(key) or next(iter(ways.values()))
    sign = "-" if asked.startswith("-") and key in ways else ""
    return rows.order_by(*(sign + column for column in columns), "pk")
