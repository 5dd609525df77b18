"""Addresses that must lead nowhere: a collaborator waits on 127.0.0.1 and counts who comes."""

import socket
from ipaddress import ip_address

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from productops import egress
from tests.servers.hostile import HOSTILE, REDIRECTS
from tests.servers.http import Server
from tests.servers.raw import RawServer


@pytest.fixture
def collaborator():
    """A server that nobody allowed."""
    server = Server()
    server.gives("/", "reached")
    yield server
    server.close()


@given(st.text("htps:/127.0x1@[]%\\#?&;.-é１。 \t", max_size=40), st.sampled_from(["http://", ""]))
@hypothesis.settings(max_examples=150, deadline=None)
def test_whatever_chance_writes_is_refused_with_a_sentence(text, begin):
    with pytest.raises((egress.Refused, egress.Unreachable)) as refused:
        egress.fetch("GET", begin + text, resolve=lambda host, port: [ip_address("127.0.0.1")])

    assert str(refused.value).endswith(".")


def to_here(host, port):
    """A resolver under somebody's control: every name stands for this machine, and a number for
    what the system takes it for, octal and short forms too."""
    try:
        found = socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)
    except OSError:
        return [ip_address("127.0.0.1")]
    return [ip_address(entry[4][0]) for entry in found]


def test_there_are_enough_hostile_addresses():
    assert len(set(HOSTILE)) >= 120


@pytest.mark.parametrize("url", HOSTILE)
def test_no_hostile_address_reaches_this_machine(url, collaborator):
    with pytest.raises((egress.Refused, egress.Unreachable)) as refused:
        egress.fetch("GET", url.format(port=collaborator.port), deadline=3, resolve=to_here)

    assert str(refused.value).endswith(".")
    assert collaborator.asked == []


@pytest.mark.parametrize("allowed", [[], ["other.internal"], ["127.0.0.1:1"], ["10.0.0.0/8"]])
@pytest.mark.parametrize("port", [80, 443, 8080])
def test_a_name_that_stands_for_this_machine_is_refused(allowed, port, settings):
    settings.EGRESS_ALLOW = allowed

    with pytest.raises(egress.Refused):
        egress.fetch("GET", f"http://evil.example:{port}/", resolve=to_here)


def test_one_private_address_among_public_ones_is_enough_to_refuse(collaborator):
    def both(host, port):
        return [ip_address("3ffe::1"), ip_address("127.0.0.1")]

    with pytest.raises(egress.Refused):
        egress.fetch("GET", "http://evil.example/", resolve=both)

    assert collaborator.asked == []


def test_a_name_that_changes_its_address_after_it_was_judged_reaches_nothing(
    collaborator, settings
):
    """The port is open for the name, so that only the address stands between."""
    settings.EGRESS_ALLOW = [f"[3ffe::/16]:{collaborator.port}"]
    answers = []

    def rebinding(host, port):
        # Nobody's address at first (that range was given back), this machine's ever after.
        answers.append("3ffe::1" if not answers else "127.0.0.1")
        return [ip_address(answers[-1])]

    with pytest.raises(egress.Unreachable):
        egress.fetch(
            "GET", f"http://evil.example:{collaborator.port}/", resolve=rebinding, deadline=2
        )
    with pytest.raises(egress.Refused):
        egress.fetch("GET", f"http://evil.example:{collaborator.port}/", resolve=rebinding)

    assert answers == ["3ffe::1", "127.0.0.1"]
    assert collaborator.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("target", REDIRECTS)
def test_a_redirect_to_this_machine_reaches_nothing(server, collaborator, target, status):
    location = target.format(port=collaborator.port)
    url = server.gives("/start", "", status=status, location=location)

    with pytest.raises((egress.Refused, egress.Unreachable)):
        egress.fetch("GET", url, deadline=3, resolve=to_here)

    assert [asked.path for asked in server.asked] == ["/start"]
    assert collaborator.asked == []


def test_a_redirect_to_a_name_under_control_reaches_nothing(server, collaborator):
    url = server.gives("/", "", status=302, location=f"http://evil.example:{collaborator.port}/")

    with pytest.raises(egress.Refused):
        egress.fetch("GET", url, resolve=to_here)

    assert collaborator.asked == []


def test_an_entry_opens_one_port_of_one_host(server, collaborator):
    server.gives("/", "fine")

    assert egress.fetch("GET", server.url()).body == b"fine"
    for url in (
        collaborator.url(),
        f"http://localhost:{server.port}/",
        f"http://127.0.0.2:{server.port}/",
        f"http://[::1]:{server.port}/",
        f"http://[::ffff:127.0.0.1]:{server.port}/",
    ):
        with pytest.raises(egress.Refused):
            egress.fetch("GET", url)
    with pytest.raises(egress.Refused):
        egress.fetch("GET", f"http://evil.example:{server.port}/", resolve=to_here)

    assert len(server.asked) == 1
    assert collaborator.asked == []


def test_a_proxy_of_the_environment_is_not_asked(server, collaborator, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, collaborator.url())
    server.gives("/", "fine")

    assert egress.fetch("GET", server.url()).body == b"fine"
    assert collaborator.asked == []


def test_an_open_and_a_closed_port_are_told_in_the_same_words(settings):
    """What listens and speaks no HTTP, what resets, and what nobody listens at."""
    garbage = RawServer(lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n"))
    reset = RawServer(lambda connection: None)
    silent = RawServer(lambda connection: connection.recv(1))
    gone = RawServer(lambda connection: None)
    gone.close()
    said = set()
    for server in (garbage, reset, silent, gone):
        settings.EGRESS_ALLOW = [server.place]
        for scheme in ("http", "https"):
            with pytest.raises(egress.EgressError) as problem:
                egress.fetch("GET", f"{scheme}://{server.place}/", deadline=0.5)
            said.add((type(problem.value), str(problem.value)))

    assert said == {(egress.Unreachable, "127.0.0.1 could not be reached.")}
