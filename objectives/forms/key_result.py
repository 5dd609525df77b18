from django import forms
from django.utils.translation import gettext_lazy as _

from objectives.actions.key_results import NUMBERS, WORDED_ZONES, levels_of
from objectives.checking import Proposal
from objectives.choices import KeyResultKind
from objectives.forms.asking import NONE, AskingForm, person_field
from objectives.models import KeyResult, Kpi, Objective, Series
from productops.fields import NumberField, TextField
from teams.models import Person, Subject

CHECK = "check"  # the button that looks at the numbers and saves nothing
CHECKED = ("kpi", "subject", "kind", *NUMBERS)


def number_field(label, help_text: str = "", **options) -> NumberField:
    field = NumberField(label=label, required=False, help_text=help_text, **options)
    field.widget.attrs["width"] = "sm"
    return field


class KeyResultForm(AskingForm):
    """One form for the three kinds: each reads its own fields and leaves the others empty."""

    title = TextField(
        label=_("Title"), longest=300, help_text=_("What one will see when it is reached")
    )
    kpi = forms.ChoiceField(
        label=_("KPI"),
        required=False,
        help_text=_("Its numbers arrive by themselves; without one you type them at check-in"),
    )
    subject = forms.ModelChoiceField(
        Subject.objects.none(), label=_("Measured for"), widget=forms.Select(attrs={"width": "md"})
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=KeyResultKind.choices,
        initial=KeyResultKind.METRIC,
        widget=forms.RadioSelect,
    )
    baseline = number_field(
        _("Baseline"), _("Where you set out; where the KPI stands today if empty")
    )
    target = number_field(_("Target"), _("Where you mean to be at the end of the cycle"))
    commit = number_field(
        _("Commit"), _("The least you promise; 43% of the way to the target if empty")
    )
    stretch = number_field(
        _("Stretch"), _("If all goes well; 43% further than the target if empty")
    )
    low = number_field(_("At least"))
    high = number_field(_("At most"))
    zone_commit = TextField(label=_("Commit looks like"), longest=1000, required=False)
    zone_target = TextField(label=_("Target looks like"), longest=1000, required=False)
    zone_stretch = TextField(label=_("Stretch looks like"), longest=1000, required=False)
    weight = number_field(
        _("Weight"), _("1 as a rule; 0 leaves it out of the objective's progress"), initial=1
    )

    anew = forms.BooleanField(
        label=_("These numbers are meant by the new definition"),
        required=False,
        help_text=_("Only where you leave them as they are; numbers you change always are"),
    )

    def __init__(
        self, data=None, *, person: Person, suggested: set[str] = frozenset(), row=None,
        initial=None,
    ):  # fmt: skip
        super().__init__(data, row=row, initial=initial)
        if not (row and row.is_meant_otherwise):
            del self.fields["anew"]
        self.only_checks = data is not None and CHECK in data
        kept = row.series.kpi if row and row.series else None
        self.fields["kpi"].choices = [NONE, *_grouped(suggested, kept)]
        self.fields["subject"].queryset = Subject.objects.changeable_by(person)
        self.fields["owner"] = person_field(person, label=_("Owner"))

    def clean_weight(self) -> float:
        weight = self.cleaned_data["weight"]
        if weight is not None and weight < 0:
            raise forms.ValidationError(_("A weight is not negative."))
        return 1.0 if weight is None else weight

    def clean_kpi(self) -> Kpi | None:
        slug = self.cleaned_data["kpi"]
        return Kpi.with_trash.with_versions().filter(slug=slug).first() if slug else None

    def full_clean(self) -> None:
        """Whoever only checks the numbers hears nothing yet of what else is missing."""
        super().full_clean()
        for name in self.errors.keys() - {*CHECKED} if self.only_checks else ():
            del self.errors[name]

    def is_to_save(self) -> bool:
        return self.is_valid() and not self.only_checks

    def check_version(self) -> dict:
        """A check writes nothing, so it may be of a row that has moved on."""
        return self.cleaned_data if self.only_checks else super().check_version()

    @property
    def faults(self) -> list[tuple[str, str]]:
        """What is wrong with the numbers, as (label, text)."""
        found = {name: texts for name, texts in self.errors.items() if name in CHECKED}
        return [(str(self[name].label), text) for name, texts in found.items() for text in texts]

    @property
    def has_bad_numbers(self) -> bool:
        return not self.errors.keys().isdisjoint(CHECKED)

    def proposal(self, objective: Objective) -> Proposal:
        """What its numbers say as they stand, sent or to begin with."""
        found = self.cleaned_data if self.is_bound else self._begun_with()
        kpi, subject = found.get("kpi"), found.get("subject")
        series = Series.objects.with_state().of(kpi).about(subject).first() if kpi else None
        return Proposal(
            kind=KeyResultKind(found.get("kind") or KeyResultKind.METRIC),
            kpi=kpi,
            series=series,
            cycle=objective.cycle,
            numbers={name: found.get(name) for name in NUMBERS},
        )

    def _begun_with(self) -> dict:
        kpi = Kpi.with_trash.with_versions().filter(slug=self.initial.get("kpi") or "").first()
        return self.initial | {"kpi": kpi}

    def values(self) -> dict:
        plain = ("title", "owner", "weight", "kpi", "subject")
        found = {name: self.cleaned_data[name] for name in plain} | self._wanted(self.cleaned_data)
        return found | ({"anew": self.cleaned_data["anew"]} if "anew" in self.fields else {})

    def _wanted(self, values: dict) -> dict:
        zones = {zone: values.get(f"zone_{zone}", "") for zone in WORDED_ZONES}
        numbers = {name: values.get(name) for name in NUMBERS}
        return {"kind": values["kind"], "zones": zones} | numbers

    @classmethod
    def initial_of(cls, key_result: KeyResult) -> dict:
        """What stands there, by the names of the fields; numbers that follow from others are left
        to follow."""
        numbers = {name: _plain(getattr(key_result, name)) for name in ("weight", *NUMBERS)}
        series = key_result.series
        return (
            {"title": key_result.title, "kind": key_result.kind}
            | numbers
            | dict.fromkeys(_followers(key_result))
            | {f"zone_{zone}": text for zone, text in key_result.zones.items()}
            | {
                "owner": key_result.owner_id,
                "kpi": series.kpi.slug if series else "",
                "subject": series.subject_id if series else key_result.objective.subject_id,
            }
        )


def _plain(number: float | None) -> float | None:
    """A whole number without its decimal point, as people write it."""
    return int(number) if number is not None and number == int(number) else number


def _followers(key_result: KeyResult) -> list[str]:
    """Commit and stretch where they are, to the last digit, what they would be if left empty."""
    ends = {"baseline": key_result.baseline, "target": key_result.target}
    try:
        found = levels_of(ends)
    except forms.ValidationError:  # no number to reach, or no way to it
        return []
    return [name for name in ("commit", "stretch") if getattr(key_result, name) == found[name]]


def _grouped(suggested: set[str], kept: Kpi | None) -> list:
    """All KPIs by name, with those that the gaps suggest in front; ``kept``, which stands there,
    may lie in the trash."""
    kpis = list(Kpi.objects.values_list("slug", "name"))
    if kept and kept.deleted_at:
        kpis.append((kept.slug, kept.name))
    first = [(slug, name) for slug, name in kpis if slug in suggested]
    rest = [(slug, name) for slug, name in kpis if slug not in suggested]
    if not first:
        return rest
    return [(_("Suggested by the gaps"), first), (_("All KPIs"), rest)]
