"""Servers of the tests of sources: they stand on 127.0.0.1, which the settings allow by port."""

import pytest

from tests.servers.http import Server


@pytest.fixture
def server(settings):
    """An HTTP server that egress may reach, and nothing else of this machine."""
    server = Server()
    settings.EGRESS_ALLOW = [server.place]
    yield server
    server.close()
