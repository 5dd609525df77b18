"""Sockets that go only where they may: the address is looked up once, judged, and connected to.

Each wait counts against one deadline and each byte against one limit, so that neither a slow nor an
endless answer holds us up.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable
from functools import cache
from ipaddress import ip_address
from typing import Any

import certifi
import httpcore
from django.conf import settings
from django.utils.translation import gettext as _

from productops.addresses import Address, Rules, is_plain
from productops.egress.refusals import Refused, TooLarge, Unreachable

PORTS = frozenset({80, 443, 8080, 8443})
MOST_OVERHEAD = 512 << 10  # bytes of headers, chunk marks and TLS beside the body
PIECE = 16 << 10
Resolve = Callable[[str, int], list[Address]]


def resolve(host: str, port: int) -> list[Address]:
    """The addresses of a host as the system knows them. Raises OSError where there are none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(entry[4][0]) for entry in found))


def permitted_addresses(
    host: str,
    port: int,
    *,
    seconds: float = 5.0,
    resolve: Resolve = resolve,
    ports: frozenset[int] = PORTS,
) -> list[Address]:
    """The addresses of ``host`` if every one of them may be reached on ``port``.

    For HTTP and for every driver that connects by itself: hand it an address from here and not
    the name, or it may be led elsewhere. Raises Refused or Unreachable.
    """
    if not is_plain(host):
        raise Refused(_("This address names its host in a way that is not accepted."))
    addresses = _resolved(host, port, seconds, resolve)
    rules = Rules(settings.EGRESS_ALLOW)
    if not all(rules.permits(host, port, address) for address in addresses):
        raise Refused(
            _("%(host)s is inside a private network, which this installation does not allow.")
            % {"host": host}
        )
    if port not in ports and not rules.opens_port(host, port, addresses):
        raise Refused(
            _("Port %(port)s of %(host)s may not be reached.") % {"port": port, "host": host}
        )
    return addresses


def _resolved(host: str, port: int, seconds: float, resolve: Resolve) -> list[Address]:
    """What ``resolve`` finds in time: the system's own resolver cannot be given a limit."""
    found: list[Address] = []

    def look_up() -> None:
        try:
            found.extend(resolve(host, port))
        except (OSError, UnicodeError, ValueError):
            return

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(max(0.0, seconds))
    if addresses := list(found):
        return addresses
    raise Unreachable(host)


@cache
def trust() -> ssl.SSLContext:
    """Whom TLS believes: the system's authorities and the usual public ones."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def authorities() -> str:
    """The file of them, for drivers that want a path: the operator's, the system's, else public."""
    return ssl.get_default_verify_paths().cafile or certifi.where()


class Budget:
    """The time and the bytes that are left for one fetch, redirects and all."""

    def __init__(self, seconds: float, most_bytes: int) -> None:
        self._end = time.monotonic() + seconds
        self.most_bytes = most_bytes
        self._bytes = most_bytes + MOST_OVERHEAD

    def seconds(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def take(self, count: int, host: str) -> None:
        self._bytes -= count
        if self._bytes < 0:
            raise TooLarge(host, self.most_bytes)


class Backend(httpcore.NetworkBackend):
    """Connects to the judged address of the host that the request names."""

    def __init__(self, budget: Budget, resolve: Resolve) -> None:
        self._budget = budget
        self._resolve = resolve

    def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> httpcore.NetworkStream:
        addresses = permitted_addresses(
            host, port, seconds=self._budget.seconds(), resolve=self._resolve
        )
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            try:
                # One that swallows what is sent to it leaves time for the others.
                seconds = self._budget.seconds() / left
                connection = socket.create_connection((str(address), port), timeout=seconds)
            except OSError:
                continue
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return Stream(connection, host, self._budget)
        raise Unreachable(host)


class Stream(httpcore.NetworkStream):
    """A socket whose every wait ends with the budget."""

    def __init__(self, connection: socket.socket, host: str, budget: Budget) -> None:
        self._socket = connection
        self._host = host
        self._budget = budget

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._socket.settimeout(self._budget.seconds())
        piece = self._socket.recv(min(max_bytes, PIECE))
        self._budget.take(len(piece), self._host)
        return piece

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        while buffer:
            self._socket.settimeout(self._budget.seconds())
            buffer = buffer[self._socket.send(buffer) :]

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        self._socket.settimeout(self._budget.seconds())
        wrapped = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        return Stream(wrapped, self._host, self._budget)

    def get_extra_info(self, info: str) -> Any:
        return None
