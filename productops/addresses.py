"""Which addresses may be reached from here: public ones, and private ones that an operator named.

Pure rules without a socket. What leaves the house by HTTP (egress), by a database's driver or by a
chat channel is judged here and nowhere else.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address

# Public by their number, and still nobody's own host or a way round the rules for IPv4.
_NEVER = [
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers' NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, and with it the clouds' metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",  # multicast, reserved, broadcast
        "168.63.129.16/32",  # a cloud's own services on a public number
        "2001::/23",  # Teredo, ORCHID and other protocols
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",
        "3fff::/20",
    )
]
_PUBLIC_IPV6 = IPv6Network("2000::/3")  # all else of IPv6: mapped, NAT64, local, multicast, unknown
# What a name that the operator allows may stand for; link-local and metadata need their own number.
_PRIVATE = [
    ip_network(text)
    for text in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
    )
]
_BRACKETED = re.compile(r"\[([^\]]+)\](?::([0-9]+))?")
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_NUMERIC_END = re.compile(r"(?:^|\.)(?:0x[0-9a-f]*|[0-9]+)$")


@dataclass(frozen=True)
class Allowed:
    """One entry of EGRESS_ALLOW: a name, an address or a network, on one port or on all."""

    host: str
    port: int | None = None

    @property
    def is_network(self) -> bool:
        return "/" in self.host


def allowed(entry: str) -> Allowed:
    """Read a host, an address or a network, each with ``:port`` or without; IPv6 with a port stands
    in brackets. ValueError for anything else."""
    if found := _BRACKETED.fullmatch(entry):
        host, port = found.groups(default="")
        if ":" not in host:
            raise ValueError(entry)
    elif entry.count(":") > 1:
        host, port = entry, ""
    else:
        host, colon, port = entry.partition(":")
        if colon and not port:
            raise ValueError(entry)
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(entry)
    return Allowed(_canonical(host), int(port) if port else None)


def _canonical(host: str) -> str:
    if "/" in host:
        return str(ip_network(host))
    if (number := literal(host)) is not None:
        return str(number)
    name = host.lower().rstrip(".")
    if not _NAME.fullmatch(name) or _NUMERIC_END.search(name):
        raise ValueError(host)
    return name


def literal(host: str) -> Address | None:
    """The address that the host is, where it is written as one in the canonical form."""
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_plain(host: str) -> bool:
    """Whether the host is a name or an address in canonical form: no octal, hexadecimal or short
    form, no zone, nothing that two programs might read as two hosts."""
    if (number := literal(host)) is not None:
        return "%" not in str(number)
    name = host.lower().rstrip(".")
    return len(name) <= 253 and bool(_NAME.fullmatch(name)) and not _NUMERIC_END.search(name)


def is_public(address: Address) -> bool:
    """Whether the address is somebody's host on the internet."""
    if isinstance(address, IPv6Address) and (
        address not in _PUBLIC_IPV6 or _is_tunnelled(address) or address.scope_id
    ):
        return False
    return address.is_global and not any(
        address in network for network in _NEVER if network.version == address.version
    )


def _is_tunnelled(address: IPv6Address) -> bool:
    """ISATAP: an IPv4 address behind a telling interface number."""
    return (int(address) >> 32) & 0xFDFF_FFFF == 0x0000_5EFE


class Rules:
    """What an operator allows beside what is public. Each entry opens what it names, no more."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._entries = [allowed(entry) for entry in entries]

    def permits(self, host: str, port: int, address: Address) -> bool:
        """Whether a URL that names ``host`` may be answered from ``address``."""
        return is_public(address) or any(
            self._opens(entry, host, address) for entry in self._on(port)
        )

    def opens_port(self, host: str, port: int, addresses: Iterable[Address]) -> bool:
        """Whether an entry names this very port for the host or for all of its addresses."""
        entries = [entry for entry in self._entries if entry.port == port]
        return all(
            any(self._names(entry, host, address) for entry in entries) for address in addresses
        )

    def _on(self, port: int) -> list[Allowed]:
        return [entry for entry in self._entries if entry.port in (None, port)]

    def _opens(self, entry: Allowed, host: str, address: Address) -> bool:
        if not self._names(entry, host, address):
            return False
        if entry.is_network or literal(entry.host) is not None:
            return True
        return any(address in network for network in _PRIVATE if network.version == address.version)

    @staticmethod
    def _names(entry: Allowed, host: str, address: Address) -> bool:
        if entry.is_network:
            network = ip_network(entry.host)
            return address.version == network.version and address in network
        number = literal(host)
        return entry.host == (str(number) if number else host.lower().rstrip("."))
