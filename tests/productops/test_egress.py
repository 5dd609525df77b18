"""What may come back, and what may not: size, time, packing, redirects, TLS."""

import datetime
import gzip
import socket
import ssl
import time
import tracemalloc
import zlib
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from productops import egress
from productops.egress import wire
from tests.servers.http import Server
from tests.servers.raw import RawServer

OK = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def talking(settings):
    """Starts a server that says what it is told, and lets egress reach it."""
    started = []

    def start(talk, context=None):
        started.append(RawServer(talk, context))
        settings.EGRESS_ALLOW = [started[-1].place]
        return f"{'https' if context else 'http'}://{started[-1].place}/"

    yield start
    for server in started:
        server.close()


def endless(connection, piece, pause=0.0):
    while True:
        connection.sendall(piece)
        time.sleep(pause)


def test_an_answer_of_any_status_comes_back(server):
    url = server.gives("/a", {"value": 3}, status=418)

    answer = egress.fetch("get", url, params={"q": "ä b", "n": "1"}, headers={"X-Key": "k"})

    [asked] = server.asked
    assert (answer.status, answer.is_success) == (418, False)
    assert answer.headers["content-type"] == "application/json"
    assert asked.query == {"q": ["ä b"], "n": ["1"]}
    assert asked.headers["x-key"] == "k"
    assert asked.headers["user-agent"].startswith("ProductOps/")


def test_a_body_can_be_sent_as_json_or_as_it_is(server):
    url = server.gives("/a", "")

    egress.fetch("POST", url, json={"name": "Größe"})
    egress.fetch("PUT", url, body=b"\x00\x01")

    assert server.asked[0].json == {"name": "Größe"}
    assert server.asked[0].headers["content-type"] == "application/json"
    assert server.asked[1].body == b"\x00\x01"


def test_a_caller_cannot_say_where_a_request_goes_or_how_it_is_framed(server):
    url = server.gives("/a", "")
    headers = {"Host": "evil.example", "Transfer-Encoding": "chunked", "Content-Length": "7"}

    egress.fetch("GET", url, headers=headers)

    assert server.asked[0].headers["host"] == server.place
    assert not {"transfer-encoding", "content-length"} & set(server.asked[0].headers)


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\x00b", "a\nb"])
def test_a_header_cannot_smuggle_another(server, value):
    url = server.gives("/a", "")

    with pytest.raises(egress.EgressError):
        egress.fetch("GET", url, headers={"X-Key": value})

    assert server.asked == []


def raw_deflate(text):
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(text) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b"hello, ") + gzip.compress(b"world")),
        ("deflate", zlib.compress(b"hello, world")),
        ("deflate", raw_deflate(b"hello, world")),
        ("identity", b"hello, world"),
    ],
)
def test_what_is_packed_is_unpacked(server, encoding, packed):
    url = server.gives("/a", packed, content_encoding=encoding)

    assert egress.fetch("GET", url).body == b"hello, world"


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "rot13"])
def test_a_packing_that_we_did_not_ask_for_is_refused(server, encoding):
    with pytest.raises(egress.Refused):
        egress.fetch("GET", server.gives("/a", b"x", content_encoding=encoding))


@pytest.mark.parametrize("body", [b"no gzip at all", gzip.compress(b"cut short")[:-9]])
def test_a_packed_body_that_is_damaged_is_no_answer(server, body):
    with pytest.raises(egress.Unreachable):
        egress.fetch("GET", server.gives("/a", body, content_encoding="gzip"))


def test_a_small_body_that_unpacks_to_a_large_one_needs_little_memory(server):
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(256)) + packer.flush()
    url = server.gives("/bomb", bomb, content_encoding="gzip")
    tracemalloc.start()

    with pytest.raises(egress.TooLarge):
        egress.fetch("GET", url)

    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(bomb) < 2 << 20
    assert most < 24 << 20


def test_a_body_as_large_as_may_be_is_taken_and_one_byte_more_is_not(server):
    url = server.gives("/a", bytes(5 << 20))
    assert len(egress.fetch("GET", url).body) == 5 << 20

    with pytest.raises(egress.TooLarge):
        egress.fetch("GET", server.gives("/a", bytes((5 << 20) + 1)))


@pytest.mark.parametrize(
    "talk",
    [
        lambda connection: endless(connection, OK + b"X-Pad: " + b"a" * 8000 + b"\r\n"),
        lambda connection: connection.sendall(OK) or endless(connection, b"X: y\r\n" * 500),
        lambda connection: connection.sendall(OK + b"X: ") or endless(connection, b"a" * 60_000),
        lambda connection: endless(connection, b"HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n" * 100),
        lambda connection: (
            connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
            or endless(connection, b"ffffffff\r\n" + b"a" * 60_000)
        ),
        lambda connection: (
            connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n1;x=")
            or endless(connection, b"a" * 60_000)
        ),
        lambda connection: connection.sendall(OK + b"\r\n") or endless(connection, b"a" * 60_000),
        lambda connection: (
            connection.sendall(OK + b"Content-Length: 99999999999\r\n\r\n")
            or endless(connection, b"a" * 60_000)
        ),
    ],
    ids=["header", "headers", "line", "hints", "chunk", "extension", "body", "length"],
)
def test_an_endless_answer_ends_within_the_limits(talking, talk):
    url = talking(talk)
    tracemalloc.start()
    started = time.monotonic()

    with pytest.raises(egress.EgressError):
        egress.fetch("GET", url, deadline=2)

    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.monotonic() - started < 3
    assert most < 24 << 20


@pytest.mark.parametrize(
    ("talk", "kind"),
    [
        (lambda connection: connection.recv(1), egress.Unreachable),
        (lambda connection: endless(connection, b"H", 0.1), egress.Unreachable),
        (
            lambda connection: connection.sendall(OK + b"\r\n") or endless(connection, b"a", 0.1),
            egress.TimedOut,
        ),
    ],
    ids=["silent", "slow start", "slow body"],
)
def test_a_slow_answer_ends_with_the_deadline_of_all_of_it(talking, talk, kind):
    url = talking(talk)
    started = time.monotonic()

    with pytest.raises(kind):
        egress.fetch("GET", url, deadline=0.6)

    assert 0.5 < time.monotonic() - started < 1.5


def test_a_resolver_that_does_not_come_back_ends_with_the_deadline():
    started = time.monotonic()

    with pytest.raises(egress.Unreachable):
        egress.fetch(
            "GET",
            "http://slow.example/",
            deadline=0.3,
            resolve=lambda host, port: time.sleep(2) or [],
        )

    assert time.monotonic() - started < 1


def test_redirects_are_followed_three_times_and_no_further(server):
    for number in range(5):
        server.gives(f"/{number}", "", status=302, location=f"/{number + 1}")
    server.gives("/3", "there")

    assert egress.fetch("GET", server.url("/0")).body == b"there"
    server.gives("/3", "", status=302, location="/4")
    with pytest.raises(egress.Refused, match="redirects too often"):
        egress.fetch("GET", server.url("/0"))
    assert egress.fetch("GET", server.url("/0"), redirects=0).status == 302


@pytest.fixture
def elsewhere(server, settings):
    other = Server()
    settings.EGRESS_ALLOW = [server.place, other.place]
    yield other
    other.close()


def test_credentials_stay_with_the_host_that_they_are_for(server, elsewhere):
    secrets = {"Authorization": "Bearer canary", "X-Api-Key": "canary", "Cookie": "a=canary"}
    server.gives("/same", "", status=302, location="/start")
    url = server.gives("/start", "", status=302, location=elsewhere.gives("/end", "there"))

    answer = egress.fetch("GET", server.url("/same"), headers=secrets, accept="text/csv")

    assert answer.body == b"there"
    assert answer.url == elsewhere.url("/end")
    assert [asked.headers.get("x-api-key") for asked in server.asked] == ["canary", "canary"]
    assert "canary" not in str(elsewhere.asked[0].headers)
    assert elsewhere.asked[0].headers["accept"] == "text/csv"
    assert url == server.url("/start")


def test_a_body_is_not_carried_to_another_host(server, elsewhere):
    url = server.gives("/start", "", status=307, location=elsewhere.gives("/end", ""))

    with pytest.raises(egress.Refused):
        egress.fetch("POST", url, json={"secret": "canary"})

    assert elsewhere.asked == []


def test_a_post_that_is_sent_on_becomes_a_get_as_browsers_do_it(server):
    url = server.gives("/start", "", status=303, location="/end")
    server.gives("/end", "there")

    egress.fetch("POST", url, json={"a": 1})

    assert (server.asked[1].method, server.asked[1].body) == ("GET", b"")
    assert "content-type" not in server.asked[1].headers


def test_a_link_to_the_next_page_is_absolute(server):
    link = '</items?page=2>; rel="next", <http://halden.example/>; rel="last"'

    answer = egress.fetch("GET", server.gives("/items", "", link=link))

    assert answer.link("next") == server.url("/items?page=2")
    assert answer.link("last") == "http://halden.example/"
    assert answer.link("prev") == ""


def test_an_answer_shows_nothing_that_could_be_secret(server):
    url = server.gives("/a", "canary-body", x_key="canary-header")

    answer = egress.fetch("GET", url, params={"key": "canary-query"})

    assert repr(answer) == "Answer(status=200)"


def test_errors_and_logs_do_not_repeat_what_is_secret(talking, caplog):
    url = talking(lambda connection: None)

    with caplog.at_level("DEBUG"), pytest.raises(egress.Unreachable) as problem:
        egress.fetch(
            "GET", url + "canary", params={"k": "canary"}, headers={"Authorization": "canary"}
        )

    assert "canary" not in repr(problem.value)
    assert "canary" not in caplog.text


# TLS -----------------------------------------------------------------------------------------


@pytest.fixture
def authority(tmp_path, monkeypatch):
    """Somebody's certificate for ``metrics.internal``, believed by this process alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "metrics.internal")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("metrics.internal")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "both.pem").write_bytes(private + certificate.public_bytes(pem))
    (tmp_path / "authority.pem").write_bytes(certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "both.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    wire.trust.cache_clear()
    yield context
    wire.trust.cache_clear()


@pytest.mark.parametrize(
    ("host", "is_answered"), [("metrics.internal", True), ("other.internal", False)]
)
def test_a_certificate_is_for_the_name_and_the_connection_for_the_address(
    talking, authority, settings, host, is_answered
):
    def hello(connection: socket.socket):
        connection.sendall(OK + b"Content-Length: 5\r\n\r\nhello")

    port = int(talking(hello, authority).rsplit(":", 1)[1].rstrip("/"))
    settings.EGRESS_ALLOW = [f"{host}:{port}"]

    def ask():
        return egress.fetch(
            "GET",
            f"https://{host}:{port}/",
            deadline=3,
            resolve=lambda host, port: [ip_address("127.0.0.1")],
        )

    if is_answered:
        assert ask().body == b"hello"
    else:
        with pytest.raises(egress.Unreachable):
            ask()
