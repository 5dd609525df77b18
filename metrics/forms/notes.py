"""Notes on charts, and what a person says of limits and points."""

from collections.abc import Iterable
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from metrics.models import Note
from metrics.periods import span_on, spans_of
from objectives.models import KpiVersion, Series
from productops import clock
from productops.fields import DateField, TextField
from productops.forms import RecordForm
from teams.models import Person, Subject

THIS, ABOUT, ALL = "series", "subject", "organisation"


class NoteForm(RecordForm):
    on = DateField(label=_("Day"))
    text = TextField(label=_("What happened"), longest=300)

    class Meta:
        model = Note
        fields = ("on", "text")

    def clean_on(self) -> date:
        on = self.cleaned_data["on"]
        if on > clock.today():
            raise ValidationError(_("A note tells what happened; this day has not come yet."))
        return on


class NewNoteForm(NoteForm):
    """A note that is drawn on one chart, on all of the subject, or on all there are."""

    where = forms.ChoiceField(label=_("Drawn on"), widget=forms.RadioSelect, initial=THIS)

    def __init__(self, *args, series: Series, person: Person, **options):
        super().__init__(*args, **options)
        self.series = series
        places = [
            (THIS, _("this chart")),
            (ABOUT, _("all charts of %(subject)s") % {"subject": series.subject}),
        ]
        if person.changes_all and series.subject != Subject.organisation():
            places.append((ALL, _("the charts of everybody")))
        self.fields["where"].choices = places

    @property
    def place(self) -> dict:
        """Subject and series of the note, as the verb takes them."""
        where = self.cleaned_data["where"]
        if where == ALL:
            return {"subject": Subject.organisation(), "series": None}
        return {
            "subject": self.series.subject,
            "series": self.series if where == THIS else None,
        }


class PeriodForm(forms.Form):
    """A day that stands for the period of a series that it lies in."""

    def __init__(self, *args, versions: Iterable[KpiVersion], **options):
        super().__init__(*args, **options)
        self.spans = spans_of(versions)

    def clean_on(self) -> date:
        return span_on(self.spans, self.cleaned_data["on"]).period_of(self.cleaned_data["on"])


class ExcludeForm(PeriodForm):
    """A period that was not like the others, and why."""

    on = DateField(
        label=_("Any day of the period"), help_text=_("The whole period is left out of the limits.")
    )
    reason = TextField(
        label=_("Why it does not count"),
        longest=300,
        help_text=_("The point stays on the chart, paler, with this reason."),
    )


class SplitForm(PeriodForm):
    """Where another way of working began, and what it was."""

    on = DateField(label=_("New limits from"))
    cause = TextField(
        label=_("What changed"),
        longest=300,
        help_text=_("A shift that nobody can explain is a signal, no reason for new limits."),
    )
