"""Input to clean values; choices are narrowed to the person."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from productops import parsing
from productops.fields import DateField, WholeField
from productops.forms import RecordForm
from teams import access
from teams.choices import AccountRole, PlanState, RatingKind, TeamType
from teams.models import (
    LearningPlan,
    Person,
    PersonProduct,
    Product,
    ProductTeam,
    Role,
    Skill,
    Team,
)

HIGHEST_LEVEL = 4


class WordsFilter(forms.Form):
    q = forms.CharField(label=_("Search"), required=False, max_length=100)


class TeamFilter(WordsFilter):
    kind = forms.ChoiceField(
        label=_("Type"), required=False, choices=[("", _("Any")), *TeamType.choices]
    )


class PersonFilter(WordsFilter):
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("Any")), *AccountRole.choices]
    )


class NamedForm(RecordForm):
    """A record whose short name is made of its name once, and kept."""

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if self.instance.pk is None:
            slug = self.slug_of(name)
            if type(self.instance).objects.filter(slug=slug).exists():
                raise ValidationError(_("There is one of this name already."))
            self.instance.slug = slug
        return name

    def slug_of(self, name: str) -> str:
        try:
            return parsing.to_slug(name)[:120]
        except parsing.Unreadable as problem:
            raise ValidationError(str(problem)) from problem


class TeamForm(NamedForm):
    class Meta:
        model = Team
        fields = ["name", "kind", "parent", "mission", "products"]
        widgets = {"mission": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = access.teams_to_choose(person).exclude(pk=self.instance.pk)
        self.fields["products"].queryset = Product.objects.visible_to(person).current()

    def clean_parent(self):
        above = self.cleaned_data["parent"]
        while above is not None:
            if above.pk == self.instance.pk:
                raise ValidationError(_("A team cannot stand above itself."))
            above = above.parent
        return self.cleaned_data["parent"]

    def _save_m2m(self):
        chosen = set(self.cleaned_data["products"])
        links = ProductTeam.objects.filter(team=self.instance)
        links.exclude(product__in=chosen).delete()
        for product in chosen:
            ProductTeam.objects.get_or_create(team=self.instance, product=product)


class ProductForm(NamedForm):
    class Meta:
        model = Product
        fields = ["name", "description", "criticality", "people"]
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = Person.objects.active().exclude(role="")
        self.fields["people"].label = _("People in charge")
        self.fields["criticality"].help_text = _("1 is nice to have, 3 must not fail.")
        if not person.changes_all:
            # Who answers for a product decides who may change it: not a pm's own choice.
            del self.fields["people"]

    def _save_m2m(self):
        if "people" not in self.cleaned_data:
            return
        chosen = set(self.cleaned_data["people"])
        links = PersonProduct.objects.filter(product=self.instance)
        links.exclude(person__in=chosen).delete()
        for person in chosen:
            PersonProduct.objects.get_or_create(product=self.instance, person=person)


class PersonForm(RecordForm):
    class Meta:
        model = Person
        fields = ["name", "email", "role", "time_zone"]

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].help_text = _("Without one, a person answers what they are asked.")
        if not person.is_admin:
            self.fields["role"].disabled = True
        self.fields["time_zone"].required = False

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if Person.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is somebody with this address already."))
        return email


class MembershipForm(forms.Form):
    person = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none())
    from_on = DateField(label=_("From"), required=False)
    share = WholeField(label=_("Share of time, %"), low=1, high=100, initial=100)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = Person.objects.active()


class SeatForm(forms.Form):
    role = forms.ModelChoiceField(label=_("Role"), queryset=Role.objects.all())
    person = forms.ModelChoiceField(
        label=_("Person"), queryset=Person.objects.none(), required=False, empty_label=_("Open")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = Person.objects.active()


class SeatFillForm(SeatForm):
    role = None


class RatingForm(forms.Form):
    person = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none())
    kind = forms.ChoiceField(label=_("Whose rating"), choices=RatingKind.choices)
    level = forms.TypedChoiceField(
        label=_("Level"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", _("Does not apply")), *((n, str(n)) for n in range(HIGHEST_LEVEL + 1))],
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=500)

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.rater = person
        self.fields["person"].queryset = access.people_to_rate(person)
        self.fields["person"].initial = person.pk
        if not person.changes_all:
            own = (RatingKind.SELF, RatingKind.INTEREST)
            self.fields["kind"].choices = [(kind, kind.label) for kind in own]

    def clean(self):
        cleaned = super().clean()
        kind, person = cleaned.get("kind"), cleaned.get("person")
        if kind in (RatingKind.SELF, RatingKind.INTEREST) and person and person != self.rater:
            self.add_error("kind", _("People rate themselves; give your own view instead."))
        return cleaned


class ExpertFilter(forms.Form):
    skill = forms.ModelChoiceField(label=_("Skill"), queryset=Skill.objects.all(), required=False)
    level = forms.TypedChoiceField(
        label=_("At least"),
        coerce=int,
        empty_value=2,
        required=False,
        choices=[(n, str(n)) for n in range(1, HIGHEST_LEVEL + 1)],
        initial=2,
    )


class MatrixFilter(forms.Form):
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), required=False)

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.visible_to(person).current()


class LearningPlanForm(RecordForm):
    starts_on = DateField(label=_("Starts"))
    due_on = DateField(label=_("Due"))

    class Meta:
        model = LearningPlan
        fields = [
            "title", "skill", "team", "owner", "target_level", "target_people", "starts_on",
            "due_on", "method",
        ]  # fmt: skip
        widgets = {"method": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = access.teams_to_choose(person)
        self.fields["owner"].queryset = Person.objects.active().exclude(role="")
        self.fields["target_level"] = WholeField(
            label=_("Level to reach"), low=1, high=HIGHEST_LEVEL
        )
        self.fields["target_people"] = WholeField(label=_("People to reach it"), low=1, high=1000)

    def clean(self):
        cleaned = super().clean()
        starts, due = cleaned.get("starts_on"), cleaned.get("due_on")
        if starts and due and due <= starts:
            self.add_error("due_on", _("This has to be after the start."))
        return cleaned


class PlanStateForm(forms.Form):
    state = forms.ChoiceField(choices=PlanState.choices)
