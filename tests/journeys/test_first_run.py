"""From an empty installation to mails that ask the first people."""

from datetime import timedelta

import pytest
from django.core import mail

from audits.models import Audit, Invitation
from productops.clock import today
from teams.models import Person, Skill
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.django_db
PRODUCTS = "product,name\ncheckout,Checkout\nbilling,Billing\n"
PEOPLE = """email,name,role,products
mia@halden.example,Mia Brandt,pm,checkout
jonas@halden.example,Jonas Falk,pm,billing
rui@halden.example,Rui Costa,,
"""
MOST_CLICKS = 25


def set_up(visitor: Visitor) -> None:
    visitor.open("/").press(
        "Begin",
        organisation="Halden Software",
        name="Olga Berg",
        email="olga@halden.example",
        password="a quiet river bend",
    )


def take_in(visitor: Visitor, kind: str, content: str) -> None:
    """Settings, imports, the kind of file; check it, then apply it."""
    visitor.open("/").click("Settings").click("Imports").click(kind)
    visitor.press("Check the file", file=(f"{kind.lower()}.csv", content)).press("Take it in")


def send_first_audit(visitor: Visitor) -> None:
    visitor.open("/").click("Choose what to ask").press("Load the library")
    visitor.open("/").click("Send the first audit").press(
        "Go on to the people",
        framework_version="Product practice",
        title="Where we stand",
        subjects=["Checkout", "Billing"],
        closes_on=today() + timedelta(days=14),
    )
    visitor.press("Send invitations")


def test_a_new_organisation_asks_its_first_people_within_25_clicks(stranger, settle):
    visitor = stranger()

    set_up(visitor)
    visitor.click("Load roles and skills").press("Load the starter pack")
    take_in(visitor, "Products", PRODUCTS)
    take_in(visitor, "People", PEOPLE)
    send_first_audit(visitor)
    settle()

    assert visitor.clicks <= MOST_CLICKS
    assert Skill.objects.exists()
    assert Audit.objects.get().is_open
    asked = sorted(address for sent in mail.outbox for address in sent.to)
    assert asked == ["jonas@halden.example", "mia@halden.example"]
    assert Invitation.objects.count() == 2


def test_a_file_with_a_fault_leaves_nothing_behind_and_names_the_place(stranger):
    visitor = stranger()
    set_up(visitor)

    visitor.open("/settings/imports/new/people/")
    faulty = (
        PEOPLE.replace("jonas@halden.example", "jonas")
        .replace("checkout", "")
        .replace("billing", "")
    )
    visitor.press("Check the file", file=("people.csv", faulty))

    assert visitor.sees("nothing was written")
    assert visitor.sees("3 email")
    assert Person.objects.count() == 1


def test_the_set_up_page_is_gone_for_whoever_comes_second(stranger):
    set_up(stranger())

    second = stranger().open("/")

    assert second.url == "/accounts/login/"
    assert second.client.get("/set-up/").status_code == 404
