"""Dashboards: their name and chair, the KPIs on them."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from metrics.models import Dashboard
from objectives.models import Series
from productops import parsing
from productops.fields import TextField
from productops.forms import RecordForm
from teams.models import Person


class DashboardForm(RecordForm):
    """The slug stands in the address, so it stays when the title changes."""

    title = TextField(label=_("Title"), longest=200)

    class Meta:
        model = Dashboard
        fields = ("title", "chair")
        labels = {"chair": _("Chaired by")}

    def __init__(self, *args, person: Person, **options):
        super().__init__(*args, **options)
        self.fields["chair"].queryset = Person.objects.visible_to(person).active().exclude(role="")

    @property
    def row_fields(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("title", "chair")}

    def clean_title(self) -> str:
        title = self.cleaned_data["title"]
        if self.instance.pk is None:
            self.slug = self._free_slug(title)
        return title

    def _free_slug(self, title: str) -> str:
        """The title as it can stand in an address, which no dashboard has yet."""
        try:
            slug = parsing.to_slug(title)[:100].strip("-")
        except parsing.Unreadable as problem:
            raise ValidationError(str(problem)) from problem
        taken = set(
            Dashboard.with_trash.filter(slug__startswith=slug).values_list("slug", flat=True)
        )
        numbered = (f"{slug}-{number}" for number in range(2, len(taken) + 3))
        return next(free for free in (slug, *numbered) if free not in taken)


class RowForm(forms.Form):
    """A KPI for a dashboard, under a heading."""

    series = forms.ModelChoiceField(Series.objects.none(), label=_("KPI"))
    group = TextField(
        label=_("Group"),
        longest=100,
        required=False,
        help_text=_("The heading that it stands under. A new name makes a new group."),
    )

    def __init__(self, *args, person: Person, **options):
        super().__init__(*args, **options)
        mine = Series.objects.visible_to(person).filter(kpi__deleted_at=None)
        self.fields["series"].queryset = mine.select_related("kpi", "subject")
