"""The cast: Ines runs product operations, Mia is pm of Checkout, Jonas of Billing (a stranger to
Checkout), Astrid is an executive, Olga the administrator, Rui only answers what he is asked."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from productops import memory
from productops.models import ApiToken, Organisation
from teams.choices import AccountRole
from tests.factories.teams import (
    PersonFactory,
    PersonProductFactory,
    ProductFactory,
    ProductTeamFactory,
    TeamFactory,
)
from tests.servers.http import Server


def pytest_collection_finish() -> None:
    """As the server does: what is loaded by now stays, and need not be looked through again."""
    memory.settle()


SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture
def shared_data() -> Path:
    """The folder of published reference data, which only some checkouts have beside them."""
    if not SHARED.is_dir():
        pytest.skip("the reference data of ../shared/data is not on this machine")
    return SHARED


@pytest.fixture
def organisation(db):
    return Organisation.objects.get_or_create(pk=1, defaults={"name": "Halden Software"})[0]


@pytest.fixture
def olga(organisation):
    return PersonFactory(name="Olga Berg", email="olga@halden.example", role=AccountRole.ADMIN)


@pytest.fixture
def ines(organisation):
    return PersonFactory(name="Ines Keller", email="ines@halden.example", role=AccountRole.OPS)


@pytest.fixture
def astrid(organisation):
    return PersonFactory(name="Astrid Holm", email="astrid@halden.example", role=AccountRole.EXEC)


@pytest.fixture
def rui(organisation):
    return PersonFactory(name="Rui Costa", email="rui@halden.example", role="")


@pytest.fixture
def checkout(organisation):
    return ProductFactory(name="Checkout", slug="checkout")


@pytest.fixture
def billing(organisation):
    return ProductFactory(name="Billing", slug="billing")


@pytest.fixture
def checkout_team(checkout):
    team = TeamFactory(name="Team Checkout", slug="team-checkout")
    ProductTeamFactory(product=checkout, team=team)
    return team


@pytest.fixture
def billing_team(billing):
    team = TeamFactory(name="Team Billing", slug="team-billing")
    ProductTeamFactory(product=billing, team=team)
    return team


@pytest.fixture
def mia(checkout):
    person = PersonFactory(name="Mia Brandt", email="mia@halden.example", role=AccountRole.PM)
    PersonProductFactory(person=person, product=checkout)
    return person


@pytest.fixture
def jonas(billing):
    person = PersonFactory(name="Jonas Falk", email="jonas@halden.example", role=AccountRole.PM)
    PersonProductFactory(person=person, product=billing)
    return person


@pytest.fixture
def as_():
    """A browser in which the person is signed in."""

    def signed_in(person) -> Client:
        # What force_login does in nine queries, in two: half of the suite signs somebody in.
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.create()
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return client

    return signed_in


@pytest.fixture
def api():
    """A program that speaks for the person with a token."""

    def speaking_for(person, scope=ApiToken.Scope.ADMIN) -> Client:
        from productops.api.tokens import make_token  # noqa: PLC0415  the API loads late

        _token, secret = make_token(person=person, scope=scope, name="test")
        return Client(headers={"authorization": f"Bearer {secret}"})

    return speaking_for


@pytest.fixture
def server(settings):
    """An HTTP server on 127.0.0.1 that egress may reach, and nothing else of this machine."""
    server = Server()
    settings.EGRESS_ALLOW = [server.place]
    yield server
    server.close()


@pytest.fixture
def cost_of():
    """How many queries a page takes, measured the second time: the first fills what is kept."""

    def count(client: Client, url: str) -> int:
        assert client.get(url).status_code == 200
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    return count
