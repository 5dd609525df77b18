from django import forms
from django.utils.translation import gettext_lazy as _

from objectives.choices import CLOSED_OBJECTIVE_STATES, Ambition, ObjectiveState
from objectives.forms.asking import ANY, AskingForm, Filters, person_field, search_field
from objectives.models import Cycle, Objective, Pillar
from productops.fields import TextField
from teams.models import Person, Subject

EVERY_CYCLE = "all"
MINE = "me"
NARROWING = ("q", "cycle", "state", "subject", "owner", "pillar")


class ObjectiveFilters(Filters):
    """``cycle`` empty is the open cycle of today, which the view resolves."""

    q = search_field()
    view = forms.CharField(required=False, widget=forms.HiddenInput)
    group = forms.CharField(required=False, widget=forms.HiddenInput)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)
    cycle = forms.ChoiceField(label=_("Cycle"), required=False)
    state = forms.ChoiceField(
        label=_("State"), choices=[ANY, *ObjectiveState.choices], required=False
    )
    subject = forms.ModelChoiceField(
        Subject.objects.none(), label=_("About"), required=False, empty_label=_("Any")
    )
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    pillar = forms.ModelChoiceField(
        Pillar.objects.none(), label=_("Pillar"), required=False, empty_label=_("Any")
    )

    def __init__(self, data, *, person: Person, current: Cycle | None):
        super().__init__(data)
        self.current, self.person = current, person
        seen = Objective.objects.visible_to(person)
        cycles = self.cycles = list(Cycle.objects.visible_to(person))
        now = (str(_("Now: %s")) % current) if current else _("Any")
        self.fields["cycle"].choices = [
            ("", now),
            (EVERY_CYCLE, _("All cycles")),
            *((cycle.slug, cycle.name) for cycle in cycles),
        ]
        self.fields["subject"].queryset = Subject.objects.filter(
            pk__in=seen.order_by().values("subject")
        )
        owners = Person.objects.filter(pk__in=seen.order_by().values("owner"))
        names = [(str(pk), name) for pk, name in owners.values_list("pk", "name")]
        self.fields["owner"].choices = [ANY, (MINE, _("Me")), *names]
        self.read_once("subject")
        if data.get("pillar"):  # asked for from the page of pillars; else one groups by them
            self.fields["pillar"].queryset = Pillar.objects.visible_to(person)
            self.read_once("pillar")
        else:
            del self.fields["pillar"]
        self.full_clean()

    @property
    def cycle_name(self) -> str:
        """Which cycle is shown, for the head of the page."""
        chosen = self.value("cycle")
        if chosen is None:
            return self.current.name if self.current else ""
        return str(dict(self.fields["cycle"].choices).get(chosen, ""))

    @property
    def chosen_cycle(self) -> Cycle | None:
        """The one cycle that is shown; None where it is all of them."""
        slug = self.value("cycle")
        return next(
            (one for one in self.cycles if one.slug == slug), None if slug else self.current
        )

    @property
    def is_mine(self) -> bool:
        """Whether only one's own are asked for."""
        return self.value("owner") == MINE

    @property
    def is_narrowed(self) -> bool:
        """Whether something is left out because of what was chosen here."""
        return any(self.value(name) for name in NARROWING)

    def narrow(self, objectives):
        if text := self.value("q"):
            objectives = objectives.naming(text)
        cycle = self.value("cycle") or (self.current.slug if self.current else EVERY_CYCLE)
        if cycle != EVERY_CYCLE:
            objectives = objectives.filter(cycle__slug=cycle)
        same = {name: self.value(name) for name in ("state", "subject", "pillar")}
        same["owner"] = self.person.pk if self.is_mine else self.value("owner")
        return objectives.filter(**{name: value for name, value in same.items() if value})


class ObjectiveForm(AskingForm):
    title = TextField(
        label=_("Title"),
        longest=300,
        help_text=_("What will be better, in words that people outside the team understand"),
    )
    why = TextField(
        label=_("Why"),
        longest=10_000,
        has_lines=True,
        required=False,
        help_text=_("Who gains from it, and what happens if nothing is done"),
    )
    subject = forms.ModelChoiceField(
        Subject.objects.none(), label=_("About"), widget=forms.Select(attrs={"width": "md"})
    )
    cycle = forms.ModelChoiceField(
        Cycle.objects.none(), label=_("Cycle"), widget=forms.Select(attrs={"width": "sm"})
    )
    ambition = forms.ChoiceField(
        label=_("Ambition"),
        choices=Ambition.choices,
        initial=Ambition.ASPIRATIONAL,
        widget=forms.Select(attrs={"width": "sm"}),
        help_text=_("Committed: we plan to reach all of it. Aspirational: 70% would be good."),
    )
    pillar = forms.ModelChoiceField(
        Pillar.objects.none(),
        label=_("Pillar of the strategy"),
        required=False,
        empty_label=_("None"),
        widget=forms.Select(attrs={"width": "md"}),
    )

    def __init__(self, data=None, *, person: Person, row=None, initial=None):
        super().__init__(data, row=row, initial=initial)
        cycles = Cycle.objects.not_closed()
        if row is not None:
            cycles = cycles | Cycle.objects.filter(pk=row.cycle_id)
        self.fields["cycle"].queryset = cycles
        self.fields["subject"].queryset = Subject.objects.changeable_by(person)
        self.fields["owner"] = person_field(person, label=_("Owner"))
        self.fields["pillar"].queryset = Pillar.objects.filter(ended_on=None)
        if not Pillar.objects.exists():
            del self.fields["pillar"]
        if row is not None and row.is_approved:
            del self.fields["ambition"]
        self.order_fields(["title", "why", "owner", "subject", "cycle", "pillar", "ambition"])


def retrospect(label) -> TextField:
    return TextField(label=label, longest=5_000, has_lines=True, required=False)


class CloseForm(AskingForm):
    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        choices=[(state.value, state.label) for state in CLOSED_OBJECTIVE_STATES],
        widget=forms.RadioSelect,
    )
    learning = TextField(
        label=_("What did we learn?"),
        longest=10_000,
        has_lines=True,
        help_text=_("One sentence that helps whoever tries this next"),
    )
    keeps = retrospect(_("What to keep"))
    changes = retrospect(_("What to change"))
    stops = retrospect(_("What to stop"))
    proposal = TextField(
        label=_("What to try next"),
        longest=300,
        required=False,
        help_text=_("Waits in the backlog as a draft until somebody takes it into a cycle"),
    )
