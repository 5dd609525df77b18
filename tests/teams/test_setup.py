"""An empty installation is set up once, by the first who comes."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from productops.models import ChangeEntry, Organisation
from teams.models import Person, Subject
from teams.setup import SetUpIsDone, set_up
from tests.factories.teams import ProductFactory

URL = "/set-up/"
SENT = {
    "organisation": "Halden Software",
    "name": "Olga Berg",
    "email": "Olga@Halden.example",
    "password": "a quiet river bend",
}
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/work/", "/accounts/login/", "/settings/"])
def test_an_empty_installation_leads_to_its_set_up(client, path):
    response = client.get(path)

    assert (response.status_code, response["Location"]) == (302, URL)


def test_probes_of_an_empty_installation_are_answered(client):
    assert client.get("/health/live").status_code == 200


def test_the_first_visitor_becomes_administrator_and_is_signed_in(client):
    response = client.post(URL, SENT)

    person = Person.objects.get()
    assert response["Location"] == "/"
    assert (person.email, person.role, person.is_admin) == ("olga@halden.example", "admin", True)
    assert person.check_password(SENT["password"])
    assert Organisation.objects.get().name == "Halden Software"
    assert Subject.objects.get().name == "Halden Software"
    assert client.get("/").status_code == 200
    assert ChangeEntry.objects.get(verb="set-up").by == person


def test_afterwards_nothing_is_there(client, rui):
    assert client.get(URL).status_code == 404
    assert client.post(URL, SENT).status_code == 404
    assert Person.objects.count() == 1


def test_whoever_comes_second_is_refused_even_past_the_page(rui):
    with pytest.raises(SetUpIsDone):
        set_up(organisation="A", name="B", email="b@example.org", password="a quiet river bend")

    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("organisation", ""),
        ("organisation", "x" * 201),
        ("name", " "),
        ("name", "a\tb"),
        ("email", "olga"),
        ("email", "x" * 300 + "@example.org"),
        ("password", "short"),
        ("password", "1234567890123"),
        ("password", "password123"),
        ("password", "x" * 100_000),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(client, field, value):
    response = client.post(URL, SENT | {field: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Person.objects.exists()


def test_no_password_is_shown_again(client):
    response = client.post(URL, SENT | {"email": "olga"})

    assert SENT["password"] not in response.content.decode()


def test_a_person_is_made_by_command(monkeypatch, organisation):
    ProductFactory(slug="checkout")
    monkeypatch.setattr("sys.stdin", StringIO("a quiet river bend\n"))

    call_command(
        "create_person", "Mia@x.example", "--role=pm", "--password-stdin", "--product=checkout"
    )

    person = Person.objects.get()
    assert (person.email, person.role) == ("mia@x.example", "pm")
    assert person.check_password("a quiet river bend")
    assert [product.slug for product in person.products.all()] == ["checkout"]


@pytest.mark.parametrize(
    ("email", "password", "product"),
    [
        ("mia", "a quiet river bend", "checkout"),
        ("mia@x.example", "short", "checkout"),
        ("mia@x.example", "a quiet river bend", "nothing"),
        ("rui@halden.example", "a quiet river bend", "checkout"),
    ],
)
def test_a_command_that_cannot_be_done_makes_nobody(monkeypatch, rui, email, password, product):
    ProductFactory(slug="checkout")
    monkeypatch.setattr("sys.stdin", StringIO(password))

    with pytest.raises(CommandError):
        call_command(
            "create_person", email, "--role=pm", "--password-stdin", f"--product={product}"
        )

    assert Person.objects.count() == 1


def test_a_token_is_made_by_command_and_opens_the_api(capsys, client, olga):
    call_command("create_token", "OLGA@halden.example", "--scope=read", "--expires=30")
    secret = capsys.readouterr().out.strip()

    response = client.get(reverse("api:tokens-list"), headers={"authorization": f"Bearer {secret}"})
    root = client.get("/api/v1/", headers={"authorization": f"Bearer {secret}"})

    assert (response.status_code, root.status_code) == (403, 200)


@pytest.mark.parametrize(
    "arguments", [["nobody@x.example"], ["olga@halden.example", "--expires=0"]]
)
def test_a_token_for_nobody_or_for_no_time_is_refused(olga, arguments):
    with pytest.raises(CommandError):
        call_command("create_token", *arguments, "--scope=read")


ORGANISATION = {
    "name": "Halden", "currency": "chf", "year_begins_in": "1", "quiet_from": "18",
    "quiet_until": "8",
}  # fmt: skip


def test_an_administrator_renames_the_organisation_and_its_subject(as_, olga):
    as_(olga).post("/settings/organisation/", ORGANISATION | {"name": "Halden AG"})

    house = Organisation.objects.get()
    assert (house.name, house.currency) == ("Halden AG", "CHF")
    assert Subject.organisation().name == "Halden AG"
    assert ChangeEntry.objects.get(verb="edit").by == olga


def test_an_administrator_sets_the_quiet_hours(as_, olga):
    as_(olga).post("/settings/organisation/", ORGANISATION | {"quiet_from": "0"})

    house = Organisation.objects.get()
    assert (house.quiet_from, house.quiet_until, house.has_quiet_weekends) == (0, 8, False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("name", ""), ("currency", "€"), ("currency", "EURO"), ("currency", "E1R")],
        *[("quiet_from", "24"), ("quiet_until", "x"), ("quiet_until", "")],
    ],
)
def test_what_an_organisation_cannot_be_called_is_said_at_its_field(as_, olga, field, value):
    sent = ORGANISATION | {field: value}

    response = as_(olga).post("/settings/organisation/", sent)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
