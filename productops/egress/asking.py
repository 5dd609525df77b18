"""One request out, its redirects, and the answer, within one deadline and one size."""

import logging
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import h11
import httpcore
import httpx
from django.utils.translation import gettext as _

from productops.egress.refusals import EgressError, Refused, TimedOut, TooLarge, Unreachable
from productops.egress.wire import Backend, Budget, Resolve, resolve, trust
from productops.version import version

SECONDS = 10.0
MOST_BYTES = 5 << 20  # after unpacking
MOST_REDIRECTS = 3
LONGEST_URL = 4_000
MOVED, KEPT = (301, 302, 303), (307, 308)
SENT_EVERYWHERE = {
    "user-agent": f"ProductOps/{version()}",
    "accept-encoding": "gzip, deflate",
    "connection": "close",
}
# What decides how a message is framed or where it goes is ours to say.
NOT_TO_BE_SET = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding"}
FAULTS = (OSError, httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException)
_PLACE = re.compile(r"https?://([^/?#]*)", re.IGNORECASE)
# At its most talkative it would write requests and headers, secrets and all.
logging.getLogger("httpcore").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Answer:
    """What came back, whatever its status. Only the status is shown: the rest may be secret."""

    status: int
    headers: httpx.Headers = field(repr=False)
    body: bytes = field(repr=False)
    url: str = field(repr=False)

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def link(self, relation: str) -> str:
        """The address that the Link header gives for ``relation``, absolute; empty without one."""
        links = httpx.Response(self.status, headers={"link": self.headers.get("link", "")}).links
        found = links.get(relation, {}).get("url", "")
        return str(httpx.URL(self.url).join(found)) if found else ""


def fetch(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
    json: Any = None,
    body: bytes | None = None,
    accept: str = "*/*",
    deadline: float | None = None,
    most_bytes: int = MOST_BYTES,
    redirects: int = MOST_REDIRECTS,
    resolve: Resolve = resolve,
) -> Answer:
    """Ask ``url`` and return the answer of any status, after at most ``redirects`` redirects.

    ``deadline`` counts seconds for all of it (ten unless said), ``most_bytes`` the unpacked body.
    Headers of the caller and the body go to the origin that was asked and to no other. Raises
    Refused, Unreachable, TimedOut or TooLarge.
    """
    request = _request(method, url, headers or {}, params, json, body, accept)
    budget = Budget(SECONDS if deadline is None else deadline, most_bytes)
    for _hop in range(redirects + 1):
        answer = _ask(request, budget, resolve)
        target = _target(answer)
        if target is None or not redirects:
            return answer
        request = _redirected(request, answer.status, target)
    raise Refused(_("%(host)s redirects too often.") % {"host": request.url.host})


def check_url(url: str) -> httpx.URL:
    """The address if its form is one that may be asked at all. Raises Refused."""
    parsed = _parsed(url)
    if parsed.scheme not in ("http", "https") or not _PLACE.match(url):
        raise Refused(_("An address begins with http:// or https://."))
    if parsed.userinfo or "@" in _PLACE.match(url)[1]:
        raise Refused(_("An address must not hold a name or password; use the fields for them."))
    if not parsed.host:
        raise Refused(_("This address names no host."))
    return parsed.copy_with(fragment=None)


def _parsed(url: str) -> httpx.URL:
    if len(url) > LONGEST_URL:
        raise Refused(_("This address is too long."))
    if any(character <= " " or character in "\\\x7f" for character in url):
        raise Refused(_("An address holds no blanks, control characters or backslashes."))
    try:
        parsed = httpx.URL(url)
        parsed.raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError, ValueError) as problem:
        raise Refused(_("This is not an address that can be asked.")) from problem
    return parsed


def _request(method, url, headers, params, json, body, accept) -> httpx.Request:
    address = check_url(url)
    if params:
        address = address.copy_merge_params(params)
    kept = {name: value for name, value in headers.items() if name.lower() not in NOT_TO_BE_SET}
    try:
        request = httpx.Request(
            method.upper(), address, headers={"accept": accept} | kept, json=json, content=body
        )
    except (ValueError, TypeError, UnicodeError) as problem:
        raise Refused(_("A header holds a character that is not allowed there.")) from problem
    request.headers.update(SENT_EVERYWHERE)
    return request


def _ask(request: httpx.Request, budget: Budget, resolve: Resolve) -> Answer:
    host = request.url.host
    has_begun = False
    pool = httpcore.ConnectionPool(ssl_context=trust(), network_backend=Backend(budget, resolve))
    try:
        with pool, pool.stream(**_on_the_wire(request)) as response:
            has_begun = True
            headers = httpx.Headers(response.headers)
            body = b"".join(_unpacked(response.iter_stream(), headers, host, budget))
            return Answer(response.status, headers, body, str(request.url))
    except TimeoutError as problem:
        raise (TimedOut(host) if has_begun else Unreachable(host)) from problem
    except (*FAULTS, h11.LocalProtocolError) as problem:
        raise Unreachable(host) from problem


def _on_the_wire(request: httpx.Request) -> dict[str, Any]:
    url = request.url
    return {
        "method": request.method,
        "url": httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        ),
        "headers": request.headers.raw,
        "content": request.read() or None,
    }


def _unpacked(
    pieces: Iterator[bytes], headers: httpx.Headers, host: str, budget: Budget
) -> Iterator[bytes]:
    """The body unpacked step by step, never more at once than one piece of it."""
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", "deflate", ""):
        raise Refused(
            _("%(host)s packs its answer in a way that is not accepted.") % {"host": host}
        )
    steps = _inflated(pieces) if "gzip" in encoding or encoding == "deflate" else pieces
    size = 0
    try:
        for piece in steps:
            budget.seconds()
            size += len(piece)
            if size > budget.most_bytes:
                raise TooLarge(host, budget.most_bytes)
            yield piece
    except zlib.error as problem:
        raise Unreachable(host) from problem


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """What gzip or deflate packed, with or without its header, at most 64 KB at once."""
    opener = None
    for piece in pieces:
        while piece:
            if opener is None or opener.eof:
                opener = _opener(piece)
            yield opener.decompress(piece, 1 << 16)
            piece = opener.unused_data if opener.eof else opener.unconsumed_tail
    if opener is not None and not opener.eof:
        raise zlib.error("cut short")


def _opener(start: bytes):
    is_bare = start[0] & 0x0F != 8 and start[0] != 0x1F  # deflate as some servers understand it
    return zlib.decompressobj(-zlib.MAX_WBITS if is_bare else zlib.MAX_WBITS | 32)


def _target(answer: Answer) -> str | None:
    location = answer.headers.get("location")
    return location if location and answer.status in MOVED + KEPT else None


def _redirected(request: httpx.Request, status: int, location: str) -> httpx.Request:
    """The next request: the caller's headers and body go on to the same origin only."""
    try:
        address = check_url(str(request.url.join(location)))
    except (httpx.InvalidURL, ValueError) as problem:
        raise Refused(_("This is not an address that can be asked.")) from problem
    if request.url.scheme == "https" and address.scheme == "http":
        raise Refused(_("%(host)s redirects to an address without TLS.") % {"host": address.host})
    method, body = request.method, request.read()
    if status in MOVED and method != "HEAD":
        method, body = "GET", b""
    headers = dict(request.headers)
    if _origin(request.url) != _origin(address):
        if body:
            raise Refused(_("%(host)s redirects what is sent to it.") % {"host": request.url.host})
        headers = {"accept": headers["accept"]} | SENT_EVERYWHERE
    for name in ("host", "content-length", *(() if body else ("content-type",))):
        headers.pop(name, None)
    return httpx.Request(method, address, headers=headers, content=body or None)


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}[url.scheme]


__all__ = ["Answer", "EgressError", "check_url", "fetch"]
