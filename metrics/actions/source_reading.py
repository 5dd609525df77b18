"""Reading a source: its connector's table, got in bounded time and outside any transaction."""

import json
import math
import queue
import threading
import time as clocks
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import structlog
from django.db import connections
from django.utils.translation import gettext as _

from metrics.connectors import Connector, Fetched, SourceError, Unreachable, connector
from metrics.models import Source
from productops import vault
from productops.tables import Table

FETCH_S = 40.0  # with what is written afterwards, less than the minute that a slice may take
HIDDEN = "•••"
SHORTEST_SECRET = 4  # what is shorter stands in many texts by chance
SAMPLE_ROWS = 200
LONGEST_CELL = 200
log = structlog.get_logger()


@dataclass
class Reading:
    """One source being read; ``fetched`` or ``problem`` is what came of it."""

    source: Source
    fetched: Fetched | None = None
    problem: Exception | None = None


def connector_of(source: Source) -> Connector:
    """Raises SourceError where this installation knows no such kind any more."""
    try:
        return connector(source.kind)
    except KeyError:
        reason = _("This installation knows no sources of this kind.")
        raise SourceError("kind", reason) from None


def secrets_of(source: Source) -> dict[str, str]:
    """The secrets of a source in the clear. Raises SourceError where they cannot be opened."""
    if not source.secret:
        return {}
    try:
        return json.loads(vault.unlock(source.secret))
    except vault.Locked as problem:
        reason = _("The secret was locked with another SECRET_KEY; enter it again.")
        raise SourceError("secret", reason) from problem


def locked(secrets: dict[str, str]) -> str:
    kept = {name: text for name, text in secrets.items() if text}
    return vault.lock(json.dumps(kept)) if kept else ""


def read(source: Source, now: datetime, *, from_start: bool = False) -> Fetched:
    """Get the table of a source. Raises SourceError or Unreachable, with sentences for people."""
    secrets = secrets_of(source)
    cursor = {} if from_start else source.cursor
    return connector_of(source).fetch(
        source.settings, secrets, since=source.since, cursor=cursor, now=now
    )


def read_within(seconds: float, source: Source, now: datetime, *, from_start=False) -> Fetched:
    """The same for one source that somebody waits for."""
    [reading] = read_all([source], now, seconds, from_start=from_start)
    if reading.fetched is None:
        raise reading.problem or Unreachable(_("Nothing came back."))
    return reading.fetched


def read_all(
    sources: Iterable[Source], now: datetime, seconds: float, *, from_start: bool = False
) -> Iterator[Reading]:
    """Read sources side by side, each given back as soon as it is there.

    One that hangs is given up after ``seconds``: its thread ends by itself when its own limits
    are reached, and what it brings then is nobody's.
    """
    waiting = {source.pk: source for source in sources}
    arrived: queue.SimpleQueue[Reading] = queue.SimpleQueue()
    for source in list(waiting.values()):
        # A daemon, so that a hanging one keeps no process from ending.
        given = (source, now, from_start, arrived)
        threading.Thread(target=_reading, args=given, daemon=True).start()
    end = clocks.monotonic() + seconds
    while waiting:
        try:
            reading = arrived.get(timeout=max(0.0, end - clocks.monotonic()))
        except queue.Empty:
            break
        del waiting[reading.source.pk]
        yield reading
    for source in waiting.values():
        late = _("It did not answer within %(seconds)s seconds.") % {"seconds": int(seconds)}
        yield Reading(source, problem=Unreachable(late))


def _reading(source: Source, now: datetime, from_start: bool, arrived: queue.SimpleQueue) -> None:
    reading = Reading(source)
    try:
        reading.fetched = read(source, now, from_start=from_start)
    except (SourceError, Unreachable) as problem:
        reading.problem = problem
    except Exception as problem:  # a fault of ours: told as such, in full only in the log
        log.exception("source_reading_failed", source=source.pk, kind=source.kind)
        reading.problem = problem
    finally:
        connections.close_all()
        arrived.put(reading)


def sentence_of(problem: Exception | None) -> str:
    """What went wrong, for people: faults of ours are not shown, for they may hold anything."""
    if isinstance(problem, (SourceError, Unreachable)):
        return problem.sentence
    return _("Reading it failed for a reason that is not its own; the log of the server says why.")


def table_of(fetched: Fetched, decimal: str) -> Table:
    """What was fetched as a table of texts; its first row is row 2, as in a file."""
    rows = (
        (
            number,
            {name: text_of(cell, decimal) for name, cell in zip(fetched.header, row, strict=True)},
        )
        for number, row in enumerate(fetched.rows, 2)
    )
    return Table(fetched.header, rows, 1, decimal)


def text_of(cell: Any, decimal: str) -> str:
    """A cell as a file would write it."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (datetime, date)):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return format(cell, "f").replace(".", decimal)
    if isinstance(cell, (int, float)):
        return repr(cell).replace(".", decimal)
    return str(cell)


def hidden(text: str, secrets: dict[str, str]) -> str:
    """The text without any secret that it repeats."""
    for secret in secrets.values():
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, HIDDEN)
    return text


def sample_of(fetched: Fetched, secrets: dict[str, str], now: datetime) -> dict[str, Any]:
    """The first rows as they can be kept and looked at."""
    rows = [[_kept(cell, secrets) for cell in row] for row in fetched.rows[:SAMPLE_ROWS]]
    return {
        "header": [hidden(name, secrets) for name in fetched.header],
        "rows": rows,
        "count": len(fetched.rows),
        "note": hidden(fetched.note, secrets),
        "at": now.isoformat(),
    }


def _kept(cell: Any, secrets: dict[str, str]) -> Any:
    """Numbers stay numbers, so that no decimal mark is read into them later."""
    if isinstance(cell, (int, float)) and math.isfinite(cell):
        return cell
    return hidden(text_of(cell, "."), secrets)[:LONGEST_CELL]


def sampled(source: Source) -> Fetched:
    """What was read last for looking at, as a table again; without columns where nothing was."""
    kept = source.sample
    rows = [tuple(row) for row in kept.get("rows", ())]
    return Fetched(tuple(kept.get("header", ())), rows, note=kept.get("note", ""))
