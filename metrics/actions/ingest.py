"""The one door for observations, whether they come by file, API, form or measure.

All or nothing, in one transaction: rows are written on their natural key, a former value stays as
a revision, and the periods that changed are marked, as the last statements.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import wraps
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics.actions import storing
from metrics.actions.facts import held_spans
from metrics.actions.marking import Key, mark, periods_of_days
from metrics.periods import Span
from productops.models import Organisation
from teams.models import Person

CHUNK = 20_000  # rows at once: bounded memory, however long the file
TRIES = 3
# PostgreSQL chose this transaction among those that waited for each other.
TRY_AGAIN = {"40001", "40P01"}
Action = TypeVar("Action", bound=Callable[..., Any])


class Row(NamedTuple):
    """One observation: ``on`` is the organisation's date of ``at``; a value, or a ratio's parts."""

    series_id: int
    on: date
    at: datetime
    external_id: str
    value: float | None
    numerator: float | None
    denominator: float | None


@dataclass
class Tally:
    """What became of the rows, and the periods that changed."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    touched: set[Key] = field(default_factory=set)

    def as_dict(self) -> dict[str, int]:
        names = ("created", "updated", "unchanged")
        return {name: getattr(self, name) for name in names}


class Refusal(Exception):  # noqa: N818  a sentence for people, not a fault
    """Observations that cannot be taken, for a reason that concerns all of them."""


def trying_again(action: Action) -> Action:
    """Run a whole transaction again when the database chose it to give way."""

    @wraps(action)
    def tried(*args: Any, **kwargs: Any) -> Any:
        for left in reversed(range(TRIES)):
            try:
                return action(*args, **kwargs)
            except OperationalError as error:
                code = getattr(error.__cause__, "pgcode", None)
                if not left or code not in TRY_AGAIN or connection.in_atomic_block:
                    raise
        return None

    return tried  # type: ignore[return-value]


@transaction.atomic
def record_observations(
    *,
    rows: Iterable[Row],
    by: Person | None,
    now: datetime | None = None,
    spans: Mapping[int, Sequence[Span]] | None = None,
) -> Tally:
    """Write observations; the same key again is a correction. No key may come twice.

    ``rows`` may be as long as one likes: they are taken a chunk at a time. ``by`` stands beside
    each former value. ``spans`` are the series' definitions, as far as the caller knows them
    already by the time that it gives a row. Raises ``Refusal`` where the organisation's zone is
    another than before.
    """
    moment = now or timezone.now()
    check_zone()
    tally = Tally()
    for chunk in chunks(rows, CHUNK):
        record_chunk(chunk, tally, by=by, now=moment, spans={} if spans is None else spans)
    mark(tally.touched, now=moment)
    return tally


def record_chunk(
    rows: Sequence[Row],
    tally: Tally,
    *,
    by: Person | None,
    now: datetime,
    spans: Mapping[int, Sequence[Span]],
) -> None:
    stored = storing.store(rows, by_id=by.pk if by else None, now=now)
    tally.created += stored.created
    tally.updated += stored.updated
    tally.unchanged += len(rows) - stored.created - stored.updated
    tally.touched |= touched_by(stored.days, spans)


def touched_by(days: Iterable[tuple[int, date]], known: Mapping[int, Sequence[Span]]) -> set[Key]:
    """The periods of the (series, day) that changed."""
    changed = set(days)
    missing = {series_id for series_id, _day in changed} - known.keys()
    spans = held_spans(missing) if missing else {}
    return periods_of_days(changed, {**known, **spans})


@transaction.atomic
def delete_observations(
    *, keys: Sequence[tuple[int, date, datetime, str]], by: Person | None
) -> int:
    """Delete observations by (series, on, at, external_id); how many there were.

    What they said stays as revisions, and their periods are computed anew.
    """
    now = timezone.now()
    days = storing.remove(keys, by_id=by.pk if by else None, now=now)
    mark(touched_by(days, {}), now=now)
    return len(days)


def check_zone() -> None:
    """Keep the zone of the first observation, in which all dates are fixed."""
    kept = Organisation.objects.filter(pk=1).values_list("time_zone", flat=True).first()
    if kept == "":
        Organisation.objects.filter(pk=1, time_zone="").update(time_zone=settings.TIME_ZONE)
    elif kept not in (None, settings.TIME_ZONE):
        raise Refusal(
            _("TIME_ZONE is %(now)s, but the observations were entered in %(kept)s.")
            % {"now": settings.TIME_ZONE, "kept": kept}
        )


def chunks(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    left = iter(rows)
    while chunk := list(islice(left, size)):
        yield chunk
