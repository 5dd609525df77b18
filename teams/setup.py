"""The beginning of an empty installation: the organisation and its first administrator."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from productops import changelog
from productops.fields import TextField
from productops.models import Organisation
from teams.choices import AccountRole
from teams.models import Person, Subject


class SetUpIsDone(Exception):  # noqa: N818  a state of the installation
    """Somebody is there already: nobody else becomes administrator this way."""


class SetUpForm(forms.Form):
    organisation = TextField(label=gettext_lazy("Organisation"), longest=200)
    name = TextField(label=gettext_lazy("Your name"), longest=200)
    email = forms.EmailField(label=gettext_lazy("Your e-mail"), max_length=254)
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=200,
        strip=False,
        help_text=gettext_lazy("At least 10 characters; three words that do not belong together"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean(self) -> dict:
        data = super().clean()
        if {"name", "email", "password"} <= data.keys():
            person = Person(name=data["name"], email=data["email"])
            try:
                validate_password(data["password"], person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


def hours() -> list[tuple[int, str]]:
    return [(hour, f"{hour:02}:00") for hour in range(24)]


def months() -> list[tuple[int, str]]:
    return [(number, str(MONTHS[number])) for number in range(1, 13)]


class OrganisationForm(forms.ModelForm):
    name = TextField(label=gettext_lazy("Name"), longest=200)
    currency = TextField(
        label=gettext_lazy("Currency"),
        longest=3,
        help_text=gettext_lazy("Three letters, such as EUR"),
        widget=forms.TextInput(attrs={"width": "xs"}),
    )
    quiet_from = forms.TypedChoiceField(label=gettext_lazy("Quiet from"), choices=hours, coerce=int)
    quiet_until = forms.TypedChoiceField(
        label=gettext_lazy("Quiet until"),
        choices=hours,
        coerce=int,
        help_text=gettext_lazy(
            "Nobody gets a reminder in these hours of their own clock. The same hour twice: none."
        ),
    )
    year_begins_in = forms.TypedChoiceField(
        label=gettext_lazy("Fiscal year begins in"),
        choices=months,
        coerce=int,
        help_text=gettext_lazy("Names of new cycles follow it: FY27 Q1 instead of Q1 2027"),
    )

    class Meta:
        model = Organisation
        fields = [
            "name", "currency", "year_begins_in", "quiet_from", "quiet_until", "has_quiet_weekends",
        ]  # fmt: skip

    def clean_currency(self) -> str:
        code = self.cleaned_data["currency"].upper()
        if not (len(code) == 3 and code.isascii() and code.isalpha()):
            raise forms.ValidationError(_("Write the three letters of a currency."))
        return code


def is_set_up() -> bool:
    return Person.objects.exists()


@transaction.atomic
def set_up(*, organisation: str, name: str, email: str, password: str) -> Person:
    """Name the organisation and make its first administrator.

    Raises SetUpIsDone where anybody is there: the row of the organisation is locked first, so
    that of two visitors at once one comes too late.
    """
    Organisation.objects.get_or_create(pk=1, defaults={"name": organisation})
    house = Organisation.objects.select_for_update().get(pk=1)
    if is_set_up():
        raise SetUpIsDone(_("This installation is set up already."))
    house.name = organisation
    house.save(update_fields=["name"])
    name_subject(organisation)
    person = Person.objects.create_user(
        email=email, password=password, name=name, role=AccountRole.ADMIN
    )
    changelog.record(by=person, row=house, verb="set-up", after={"name": organisation})
    return person


@transaction.atomic
def change_organisation(form: OrganisationForm, *, by: Person) -> None:
    """Keep a valid form; what numbers and gaps call the organisation follows its name."""
    before, after = changelog.fields_changed(form)
    house = form.save()
    name_subject(house.name)
    if after:
        changelog.record(by=by, row=house, verb="edit", before=before, after=after)


def name_subject(name: str) -> None:
    Subject.objects.filter(pk=Subject.organisation().pk).update(name=name)
