"""What journeys share: visitors with real forms, mail that goes out, workers that come by."""

import re

import pytest
from django.core import mail
from django.test import Client

from productops.queues import all_queues
from tests.journeys.visitor import Visitor


@pytest.fixture
def stranger(db):
    """Somebody without an account. Forms are refused without their token, as in a browser."""
    return lambda: Visitor(Client(enforce_csrf_checks=True))


@pytest.fixture
def visits(stranger):
    """Somebody who is signed in."""

    def signed_in(person) -> Visitor:
        visitor = stranger()
        visitor.client.force_login(person)
        return visitor

    return signed_in


@pytest.fixture
def settle(db):
    """Let a worker come by until no queue has work: numbers are counted, mail goes out."""

    def work() -> None:
        for entry in all_queues():
            entry.ring()
            while entry.work_slice(30):
                pass

    return work


@pytest.fixture
def mailed(settle):
    """The address of the button in the newest mail to a person, as a path."""

    def address(person) -> str:
        settle()
        texts = [sent.body for sent in mail.outbox if person.email in sent.to]
        return re.findall(r"http://testserver(/\S+)", texts[-1])[0]

    return address
