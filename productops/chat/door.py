"""Where apprise's plugins look for ``requests`` they find our door out: the same calls, but every
address judged, one deadline for all of a message, no redirect, TLS always verified."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partialmethod
from typing import Any

import requests
from urllib3 import HTTPResponse

from productops import egress

SECONDS = 10.0  # for one message, however many requests it takes
MOST_BYTES = 1 << 20
# What of a call makes the request; all else (verify, timeout, proxies) is ours to say.
CONTENT = ("params", "data", "json", "headers", "auth", "cookies")

UNPACKED = ("content-encoding", "content-length", "transfer-encoding")  # true no longer


@dataclass
class Trip:
    """One message on its way: what is left of its time, and what the last request came to."""

    end: float = field(default_factory=lambda: time.monotonic() + SECONDS)
    problem: str = ""
    status: int | None = None


_trip: ContextVar[Trip] = ContextVar("trip")


@contextmanager
def trip() -> Iterator[Trip]:
    begun = Trip()
    token = _trip.set(begun)
    try:
        yield begun
    finally:
        _trip.reset(token)


class Door:
    """Stands for the module ``requests`` in a plugin; what asks for nothing is the module's own."""

    def __getattr__(self, name: str) -> Any:
        return getattr(requests, name)

    def request(self, method: str, url: str, **how: Any) -> requests.Response:
        content = {name: how[name] for name in CONTENT if how.get(name) is not None}
        wanted = requests.Request(method.upper(), url, **content).prepare()
        return _asked(wanted)

    get: Callable[..., requests.Response] = partialmethod(request, "GET")  # type: ignore[assignment]
    post: Callable[..., requests.Response] = partialmethod(request, "POST")  # type: ignore[assignment]
    put: Callable[..., requests.Response] = partialmethod(request, "PUT")  # type: ignore[assignment]
    delete: Callable[..., requests.Response] = partialmethod(request, "DELETE")  # type: ignore[assignment]

    def Session(self, *_: Any, **__: Any) -> Any:  # noqa: N802  the name it stands for
        raise requests.RequestException("Sessions are not offered.")

    session = Session


def _asked(wanted: requests.PreparedRequest) -> requests.Response:
    begun = _trip.get()
    body = wanted.body or None
    try:
        answer = egress.fetch(
            wanted.method or "GET",
            wanted.url or "",
            headers={name: str(value) for name, value in wanted.headers.items()},
            body=body.encode() if isinstance(body, str) else body,  # type: ignore[arg-type]
            deadline=max(0.0, begun.end - time.monotonic()),
            most_bytes=MOST_BYTES,
            redirects=0,
        )
    except egress.EgressError as problem:
        begun.problem = str(problem)
        raise requests.ConnectionError(str(problem)) from None
    begun.status, begun.problem = answer.status, ""
    return _response(answer, wanted)


def _response(answer: egress.Answer, wanted: requests.PreparedRequest) -> requests.Response:
    headers = {name: value for name, value in answer.headers.items() if name not in UNPACKED}
    response = requests.Response()
    response.status_code = answer.status
    response.headers.update(headers)
    response.url, response.request = answer.url, wanted
    response.encoding = "utf-8"
    response.raw = HTTPResponse(
        io.BytesIO(answer.body), headers=headers, status=answer.status, preload_content=False
    )
    return response


DOOR = Door()
