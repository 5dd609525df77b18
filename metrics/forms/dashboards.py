"""Dashboards: their name and chair, the KPIs on them."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from metrics.models import Dashboard
from objectives.models import Series
from productops import parsing
from productops.fields import TextField
from productops.forms import RecordForm
from teams.choices import AccountRole, SubjectKind
from teams.models import Person, Subject

ABOUT = (SubjectKind.PRODUCT, SubjectKind.TEAM)


class DashboardForm(RecordForm):
    """The slug stands in the address, so it stays when the title changes."""

    title = TextField(label=_("Title"), longest=200)

    class Meta:
        model = Dashboard
        fields = ("title", "chair", "role", "subject", "freezes_monthly")
        labels = {
            "chair": _("Chaired by"),
            "role": _("First page of"),
            "subject": _("About"),
            "freezes_monthly": _("Keep a copy at the end of each month"),
        }
        help_texts = {
            "subject": _("A product or team: whoever answers for another can apply it to that."),
        }

    def __init__(self, *args, person: Person, **options):
        super().__init__(*args, **options)
        self.fields["chair"].queryset = Person.objects.visible_to(person).active().exclude(role="")
        about = Subject.objects.visible_to(person).filter(kind__in=ABOUT)
        self.fields["subject"].queryset = about
        self.fields["subject"].empty_label = _("The whole organisation")
        self.fields["role"].choices = [("", _("Nobody in particular")), *AccountRole.choices]

    @property
    def row_fields(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def clean_title(self) -> str:
        title = self.cleaned_data["title"]
        if self.instance.pk is None:
            self.slug = free_slug(title)
        return title


def free_slug(title: str) -> str:
    """The title as it can stand in an address, which no dashboard has yet."""
    try:
        slug = parsing.to_slug(title)[:100].strip("-")
    except parsing.Unreadable as problem:
        raise ValidationError(str(problem)) from problem
    taken = set(Dashboard.with_trash.filter(slug__startswith=slug).values_list("slug", flat=True))
    numbered = (f"{slug}-{number}" for number in range(2, len(taken) + 3))
    return next(free for free in (slug, *numbered) if free not in taken)


class CopyForm(forms.Form):
    """What a copy is called, and which product or team it is about."""

    title = TextField(label=_("Title"), longest=200)
    subject = forms.ModelChoiceField(
        Subject.objects.none(),
        label=_("About"),
        required=False,
        empty_label=_("The same"),
        help_text=_("Of another product or team it takes the same KPIs, where there are any."),
    )

    def __init__(self, data=None, *, person: Person, dashboard: Dashboard):
        super().__init__(data, prefix="copy")
        self.dashboard = dashboard
        kinds = [dashboard.subject.kind] if dashboard.subject else []
        mine = Subject.objects.visible_to(person).filter(kind__in=kinds)
        self.fields["subject"].queryset = mine
        if not kinds:
            del self.fields["subject"]

    def clean_title(self) -> str:
        self.slug = free_slug(self.cleaned_data["title"])
        return self.cleaned_data["title"]

    def clean(self) -> dict:
        said = super().clean()
        return said | {"subject": said.get("subject") or self.dashboard.subject}


class GroupForm(forms.Form):
    """A heading and what it shall be called."""

    group = TextField(longest=100, required=False)
    name = TextField(longest=100, required=False)


class FreezeForm(forms.Form):
    """What a kept dashboard is called; the period that it shows unless somebody says."""

    label = TextField(label=_("Name"), longest=100, required=False)
    period = forms.ChoiceField(
        label=_("Numbers of"),
        required=False,
        choices=[
            ("", _("The newest period of each KPI")),
            ("week", _("The last whole week")),
            ("month", _("The last whole month")),
            ("quarter", _("The last whole quarter")),
        ],
    )
    note = TextField(
        label=_("Note"),
        longest=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


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
