"""What must agree: the newest check-in of each key result and the pointer to it."""

from collections.abc import Iterator

from objectives.models import KeyResult
from productops.verify import Difference, check


@check("newest-check-ins")
def newest_check_ins() -> Iterator[Difference]:
    """Pages of thousands of key results read what the pointer leads to."""
    rows = KeyResult.with_trash.with_newest().order_by("pk")
    for key, title, found, expected in rows.values_list("pk", "title", "last_said", "newest"):
        if found != expected:
            row = f"key result {key} ({title})"
            yield Difference("newest-check-ins", row, told(found), told(expected))


def told(check_in: int | None) -> str:
    return "none" if check_in is None else f"check-in {check_in}"
