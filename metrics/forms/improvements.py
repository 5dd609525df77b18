"""What people write down of an improvement: the idea, its promise, its going live, the ruling."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audits.models import Gap
from metrics.choices import Result, RulingKind
from metrics.forms import doses
from metrics.forms.promises import Promise
from metrics.models import Improvement, Verdict
from metrics.models.improvements import LEVERS
from objectives.models import KeyResult
from processes.models import Revision
from productops import clock
from productops.fields import DateField, NumberField, TextField
from productops.forms import RecordForm
from productops.measures import Direction
from teams.models import LearningPlan, Person, Subject
from tooling.models import Rollout

MOST_BOXES = 12  # more are offered as a list


class ImprovementForm(RecordForm):
    """The idea. Of the things that it may change, only the one that its kind allows is asked."""

    title = TextField(label=_("Title"), longest=200)
    hypothesis = TextField(
        label=_("What we expect, and why"), required=False, longest=5_000, has_lines=True
    )
    go_live_on = DateField(
        label=_("Planned to go live"), required=False, help_text=_("The real day is asked later.")
    )

    dose_level = NumberField(
        label=_("Delivered at"),
        required=False,
        help_text=_("From the first period in which the series reaches it."),
    )

    class Meta:
        model = Improvement
        fields = (
            "title",
            "hypothesis",
            "kind",
            "revision",
            "learning_plan",
            "rollout",
            "subject",
            "owner",
            "go_live_on",
            "dose_series",
            "dose_level",
            "dose_direction",
            "key_results",
            "gaps",
        )
        widgets = {"kind": forms.HiddenInput}
        labels = {
            "revision": _("Process that changes"),
            "learning_plan": _("Learning plan that raises the skill"),
            "rollout": _("Rollout that brings the tool"),
            "subject": _("About"),
            "owner": _("Owner"),
            "dose_series": _("Delivery is seen in"),
            "dose_direction": _("It gets there"),
            "key_results": _("For which key results"),
            "gaps": _("Gaps that it should close"),
        }

    def __init__(self, *args, person: Person, kind: str, **options):
        super().__init__(*args, **options)
        self.person, self.kind = person, kind
        self.initial["kind"] = kind
        for name in LEVERS.values():
            if name != LEVERS.get(kind):
                del self.fields[name]
        self._narrow(person)

    def _narrow(self, person: Person) -> None:
        """Offer what the person may see; what it is about has to be theirs to change."""
        choices = {
            "revision": Revision.objects.visible_to(person).select_related("process"),
            "learning_plan": LearningPlan.objects.visible_to(person),
            "rollout": Rollout.objects.visible_to(person),
            "subject": Subject.objects.changeable_by(person),
            "owner": Person.objects.visible_to(person).active().exclude(role=""),
            "key_results": KeyResult.objects.visible_to(person).ongoing(),
            "gaps": Gap.objects.visible_to(person).open().ranked(),
            "dose_series": doses.offered_to(person),
        }
        for name, rows in choices.items():
            if name in self.fields:
                self.fields[name].queryset = rows
        for name in ("subject", LEVERS.get(self.kind)):
            if name in self.fields:
                self.fields[name].empty_label = _("Not chosen yet")
        for name in ("key_results", "gaps"):
            self._offer(name)
        self._offer_doses()

    def _offer_doses(self) -> None:
        """What shows that a change of this kind arrived comes first."""
        field, way = self.fields["dose_series"], self.fields["dose_direction"]
        field.choices = doses.choices_of(field.queryset, self.kind)
        way.choices, way.required = doses.WAYS, False

    def clean_dose_direction(self) -> str:
        return self.cleaned_data.get("dose_direction") or Direction.UP

    def _offer(self, name: str) -> None:
        """Several rows to tick, or a list where they are many; nothing where there are none."""
        field = self.fields[name]
        field.required = False
        count = field.queryset.count()
        if count == 0:
            del self.fields[name]
        elif count <= MOST_BOXES:
            field.widget = forms.CheckboxSelectMultiple(choices=field.choices)

    def clean_kind(self) -> str:
        if self.cleaned_data["kind"] != self.kind:
            raise ValidationError(_("Choose the kind above; what it changes depends on it."))
        return self.kind

    def clean(self):
        cleaned = super().clean()
        for kind, name in LEVERS.items():
            if kind != self.kind:
                setattr(self.instance, name, None)
        if fault := doses.fault_of(cleaned.get("dose_series"), cleaned.get("dose_level")):
            self.add_error(*fault)
        return cleaned

    @property
    def links(self) -> dict[str, list]:
        """What the improvement is for, as the verbs take it."""
        names = [name for name in ("key_results", "gaps") if name in self.fields]
        return {name: list(self.cleaned_data[name]) for name in names}

    @property
    def row_fields(self) -> dict[str, Any]:
        """The fields of the row itself, as the verbs take them."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name in self.Meta.fields and name not in ("key_results", "gaps")
        }


class NewImprovementForm(Promise, ImprovementForm):
    """An idea with its first promise, on one page."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.narrow_series(self.person)


class GoLiveForm(forms.Form):
    on = DateField(label=_("Live since"))

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > clock.today():
            raise ValidationError(_("This day has not come yet. Say so when it is live."))
        return on


class RulingForm(forms.Form):
    """Keep, stop or extend; who decides against the verdict says why."""

    ruling = forms.ChoiceField(
        label=_("What follows"), choices=RulingKind.choices, widget=forms.RadioSelect
    )
    note = TextField(label=_("Why"), required=False, longest=2_000, has_lines=True)
    new_limits = forms.BooleanField(
        label=_("Begin a new usual range where it went live"),
        required=False,
        help_text=_("When it is kept: what is usual from now on is judged by the time since."),
    )

    def __init__(self, *args, verdicts: list[Verdict], **options):
        self.results = {verdict.result for verdict in verdicts}
        super().__init__(*args, initial=self._suggested(), **options)

    def _suggested(self) -> dict[str, Any]:
        """What the verdict leads to, as long as nobody says anything else."""
        if self._follows(RulingKind.KEEP):
            return {"ruling": RulingKind.KEEP, "new_limits": True}
        if Result.UNCLEAR in self.results or Result.TOO_EARLY in self.results:
            return {"ruling": RulingKind.EXTEND}
        return {"ruling": RulingKind.STOP} if self.results else {}

    def clean(self):
        cleaned = super().clean()
        ruling = self.cleaned_data.get("ruling")
        if ruling and not self._follows(ruling) and not self.cleaned_data.get("note"):
            self.add_error("note", _("The verdict says something else: write why."))
        return cleaned

    @property
    def said(self) -> str:
        """The chosen ruling in words."""
        return str(RulingKind(self.cleaned_data["ruling"]).label).lower()

    def _follows(self, ruling: str) -> bool:
        """Whether the verdict alone is reason enough."""
        if ruling == RulingKind.KEEP:
            return Result.IMPROVED in self.results and Result.WORSENED not in self.results
        if ruling == RulingKind.STOP:
            return bool(self.results) and Result.IMPROVED not in self.results
        return True


class StopForm(forms.Form):
    note = TextField(label=_("Why"), longest=2_000, has_lines=True)
