"""The only door out for HTTP: judged addresses, one deadline, one size, no secret in any message.

``fetch`` asks and returns the answer; ``permitted_addresses`` judges a host for drivers that
connect by themselves. ``docs/operations.md`` says what is refused and how an operator allows more.
"""

from productops.egress.asking import SECONDS, Answer, check_url, fetch
from productops.egress.refusals import EgressError, Refused, TimedOut, TooLarge, Unreachable
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
