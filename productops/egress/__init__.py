"""The only door out for HTTP: judged addresses, one deadline, one size, no secret in any message.

``fetch`` asks and returns the answer; ``permitted_addresses`` judges a host for drivers that
connect by themselves. ``docs/operations.md`` says what is refused and how an operator allows more.

What asks is loaded when somebody asks first: most processes never do, and the libraries behind the
door take 8 MB in each.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from productops.egress.refusals import EgressError, Refused, TimedOut, TooLarge, Unreachable

if TYPE_CHECKING:
    from productops.egress.asking import SECONDS, Answer, check_url, fetch
    from productops.egress.signing import event_id, post_json, signature
    from productops.egress.wire import authorities, permitted_addresses, resolve

__all__ = [
    "SECONDS",
    "Answer",
    "EgressError",
    "Refused",
    "TimedOut",
    "TooLarge",
    "Unreachable",
    "authorities",
    "check_url",
    "event_id",
    "fetch",
    "permitted_addresses",
    "post_json",
    "resolve",
    "signature",
]
ROOMS = {
    "asking": ("SECONDS", "Answer", "check_url", "fetch"),
    "signing": ("event_id", "post_json", "signature"),
    "wire": ("authorities", "permitted_addresses", "resolve"),
}


def __getattr__(name: str) -> Any:
    for room, names in ROOMS.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{room}"), name)
    raise AttributeError(name)
