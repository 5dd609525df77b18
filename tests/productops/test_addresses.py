from ipaddress import ip_address

import pytest

from productops.addresses import Allowed, Rules, allowed, is_plain, is_public

LOOPBACK = ip_address("127.0.0.1")


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "1.1.1.1", "2606:2800:220:1::1", "2a00:1450:4001::8a"]
)
def test_somebodys_host_is_public(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:7f00:1::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2606:2800:220:1:0:5efe:7f00:1",
        "2606:2800:220:1:200:5efe:7f00:1",
        "3fff::1",
        "4000::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_what_is_nobodys_public_host_is_not(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        "0x7f.1",
        "0x7f000001",
        "2130706433",
        "127.1",
        "0177.0.0.1",
        "127.0.0.01",
        "127.0.0.1.",
        "1.2.3.4.5",
        "example.0x1",
        "fe80::1%eth0",
        "",
        ".",
        "a..b",
        "-a.example",
        "a" * 64 + ".example",
        "exa mple",
        "exämple",
        "a" * 60 + (".a" * 120),
    ],
)
def test_a_host_that_two_programs_could_read_differently_is_not_plain(host):
    assert not is_plain(host)


@pytest.mark.parametrize(
    ("entry", "meaning"),
    [
        ("metrics.internal", Allowed("metrics.internal")),
        ("Metrics.Internal.:9090", Allowed("metrics.internal", 9090)),
        ("10.0.0.5", Allowed("10.0.0.5")),
        ("10.0.0.5:9090", Allowed("10.0.0.5", 9090)),
        ("10.1.0.0/16", Allowed("10.1.0.0/16")),
        ("10.1.0.0/16:9090", Allowed("10.1.0.0/16", 9090)),
        ("::1", Allowed("::1")),
        ("[::1]:9090", Allowed("::1", 9090)),
        ("fd00::/8", Allowed("fd00::/8")),
        ("[fd00::/8]:443", Allowed("fd00::/8", 443)),
    ],
)
def test_an_entry_names_a_host_an_address_or_a_network(entry, meaning):
    assert allowed(entry) == meaning


@pytest.mark.parametrize(
    "entry",
    ["", "*", "*.internal", "http://a", "a/b", "a:b", "a:", "a:0", "a:70000", "10.0.0.5/8", "a@b",
     "0x7f.1", "10.0.0.5:9090:1", "[::1", "[a]:1"],
)  # fmt: skip
def test_what_is_none_of_these_is_no_entry(entry):
    with pytest.raises(ValueError):  # noqa: PT011  the caller names the variable
        allowed(entry)


@pytest.mark.parametrize(
    ("entries", "host", "port", "address", "is_permitted"),
    [
        ([], "localhost", 80, "127.0.0.1", False),
        (["localhost"], "localhost", 80, "127.0.0.1", True),
        (["localhost"], "LOCALHOST.", 80, "127.0.0.1", True),
        (["localhost"], "evil.example", 80, "127.0.0.1", False),
        (["localhost"], "127.0.0.1", 80, "127.0.0.1", False),
        (["localhost"], "sub.localhost", 80, "127.0.0.1", False),
        (["localhost:8080"], "localhost", 80, "127.0.0.1", False),
        (["localhost:8080"], "localhost", 8080, "127.0.0.1", True),
        (["127.0.0.1:8080"], "evil.example", 8080, "127.0.0.1", False),
        (["127.0.0.1:8080"], "127.0.0.1", 8080, "127.0.0.1", True),
        (["127.0.0.0/8"], "db.internal", 80, "127.0.0.1", True),
        (["10.0.0.0/8"], "db.internal", 80, "127.0.0.1", False),
        (["metrics.internal"], "metrics.internal", 80, "169.254.169.254", False),
        (["metrics.internal"], "metrics.internal", 80, "224.0.0.1", False),
        (["metrics.internal"], "metrics.internal", 80, "::ffff:10.0.0.1", False),
        (["169.254.169.254"], "169.254.169.254", 80, "169.254.169.254", True),
        ([], "evil.example", 80, "93.184.216.34", True),
    ],
)
def test_an_entry_opens_what_it_names_and_nothing_else(entries, host, port, address, is_permitted):
    assert Rules(entries).permits(host, port, ip_address(address)) is is_permitted


def test_a_port_is_opened_for_the_host_that_is_named_with_it():
    rules = Rules(["db.internal:5433", "metrics.internal"])

    assert rules.opens_port("db.internal", 5433, [LOOPBACK])
    assert not rules.opens_port("metrics.internal", 5433, [LOOPBACK])
    assert not rules.opens_port("db.internal", 5432, [LOOPBACK])
