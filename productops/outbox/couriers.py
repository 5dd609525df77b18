"""What goes out by HTTP: each message in a thread that touches no database, at most one for each
receiver (the claim sees to that)."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from productops import chat, egress
from productops.models import OutboxMessage
from productops.vault import Locked, unlock

MOST_OUT = 16
REJECTIONS = range(400, 500)
PASSING = (408, 425, 429)


class Undelivered(Exception):  # noqa: N818  a sentence for people
    """The receiver did not take it. ``is_about_the_message``: it answered, and will not take this
    one; the next one may be fine."""

    def __init__(self, sentence: str, *, is_about_the_message: bool = False) -> None:
        super().__init__(sentence)
        self.is_about_the_message = is_about_the_message


class Couriers:
    """Threads that deliver; who is back, with what came of it, is asked by whoever sent them."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(MOST_OUT, thread_name_prefix="courier")
        self._out: dict[Future[None], OutboxMessage] = {}

    def __enter__(self) -> "Couriers":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    @property
    def are_out(self) -> bool:
        return bool(self._out)

    def take(self, message: OutboxMessage) -> None:
        self._out[self._pool.submit(_errand(message))] = message

    def back(
        self, *, wait_s: float | None = 0.0
    ) -> list[tuple[OutboxMessage, BaseException | None]]:
        """Who came back within ``wait_s`` seconds; None waits for all. Never more than MOST_OUT
        stay out, whatever ``wait_s`` says."""
        if wait_s is None:
            done, _still = wait(self._out)
        else:
            full = len(self._out) >= MOST_OUT
            done, _still = wait(
                self._out, timeout=None if full else wait_s, return_when=FIRST_COMPLETED
            )
        return [(self._out.pop(future), future.exception()) for future in done]


def _errand(message: OutboxMessage) -> Callable[[], None]:
    """All that is needed on the way; what is wrong already is raised by the errand itself."""
    content = message.payload
    try:
        if message.kind == OutboxMessage.Kind.CHAT:
            address = unlock(content["address"])
            return partial(_say, address, content["title"], content["text"])
        url, secret = unlock(content["url"]), unlock(content["secret"])
    except Locked as problem:
        return partial(_fail, Undelivered(str(problem)))
    return partial(_call, url, content["event"], secret, egress.event_id(message.once))


def _fail(error: Exception) -> None:
    raise error


def _say(address: str, title: str, text: str) -> None:
    try:
        chat.send(address, title, text)
    except chat.NotSent as problem:
        raise Undelivered(
            str(problem), is_about_the_message=_is_rejection(problem.status)
        ) from None


def _call(url: str, event: dict[str, Any], secret: str, event_id: str) -> None:
    try:
        answer = egress.post_json(url, event, secret=secret, event_id=event_id)
    except egress.EgressError as problem:
        raise Undelivered(str(problem)) from None
    if not answer.is_success:
        raise Undelivered(
            _("The receiver answers with status %(status)s.") % {"status": answer.status},
            is_about_the_message=_is_rejection(answer.status),
        )


def _is_rejection(status: int | None) -> bool:
    return status in REJECTIONS and status not in PASSING
