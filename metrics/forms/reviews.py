"""Reviews: opened, changed, written in."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from metrics.actions.reviews import week_before
from metrics.models import Dashboard, Review
from objectives.models import Series
from productops import clock
from productops.fields import DateField, TextField
from productops.forms import RecordForm
from teams.models import Person


class ReviewForm(RecordForm):
    """Who holds the chair, and who attends."""

    class Meta:
        model = Review
        fields = ("chair", "attendees")
        help_texts = {"attendees": _("They get the minutes.")}

    def __init__(self, *args, person: Person, **options):
        super().__init__(*args, **options)
        people = Person.objects.visible_to(person).active()
        self.fields["chair"].queryset = people.exclude(role="")
        self.fields["attendees"].queryset = people
        self.fields["attendees"].required = False

    @property
    def row_fields(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class NewReviewForm(ReviewForm):
    on = DateField(
        label=_("Held on"), help_text=_("It looks at the week before, which is over by then.")
    )

    class Meta(ReviewForm.Meta):
        fields = ("dashboard", "on", "chair", "attendees")

    def __init__(self, *args, person: Person, **options):
        super().__init__(*args, person=person, **options)
        self.fields["dashboard"].queryset = Dashboard.objects.visible_to(person)

    def clean_on(self) -> date:
        on = self.cleaned_data["on"]
        if week_before(on) > week_before(clock.today()):
            raise ValidationError(_("The week before that day is not over yet."))
        return on

    def _post_clean(self):
        """The week follows from the day."""
        if on := self.cleaned_data.get("on"):
            self.instance.week = week_before(on)
        super()._post_clean()


class SayForm(forms.Form):
    """One note, of a block or of the whole."""

    text = TextField(label=_("Note"), longest=1_000)
    series = forms.ModelChoiceField(
        Series.objects.none(), required=False, widget=forms.HiddenInput, label=_("KPI")
    )

    def __init__(self, *args, series, **options):
        super().__init__(*args, **options)
        self.fields["series"].queryset = series


class AskForm(forms.Form):
    """A follow-up: what, who, until when."""

    title = TextField(label=_("Follow-up"), longest=200)
    owner = forms.ModelChoiceField(Person.objects.none(), label=_("Who"))
    due_on = DateField(label=_("Until"), required=False)
    series = forms.ModelChoiceField(Series.objects.none(), widget=forms.HiddenInput, label=_("KPI"))

    def __init__(self, *args, series, person: Person, **options):
        super().__init__(*args, **options)
        self.fields["series"].queryset = series
        self.fields["owner"].queryset = Person.objects.visible_to(person).active()
