import pytest

from tests.factories.audits import (
    InvitationFactory,
    OpenAuditFactory,
    ScopeFactory,
    framework_version,
    token_of,
)


@pytest.fixture
def small(db):
    return framework_version()


@pytest.fixture
def audit(small, ines):
    """An open audit of Checkout in which Mia and Rui are asked."""
    return OpenAuditFactory(title="Practice", framework_version=small, owner=ines)


@pytest.fixture
def scope(audit, checkout):
    return ScopeFactory(audit=audit, subject=checkout.subject)


@pytest.fixture
def invitation(audit, scope, rui):
    return InvitationFactory(audit=audit, person=rui, scopes=[scope])


@pytest.fixture
def token(invitation):
    return token_of(invitation)


@pytest.fixture
def sitting(client, token):
    """A browser in which Start was pressed."""
    client.post(f"/a/{token}/start/")
    return client
