"""The reader as a child process that may be killed: no database can hold up or fill up us."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from metrics.connectors.shape import MOST_ROWS, Fetched, SourceError, Unreachable
from metrics.connectors.sql.places import refuse_ours

SECONDS = 10  # for the statement
GRACE_S = 1.8  # for starting, connecting and writing
MEGABYTES = 480  # of memory for the child
MOST_BYTES = 20 << 20  # of all rows
PROGRAM = Path(__file__).with_name("reader")


def rows_of(job: dict[str, Any]) -> Fetched:
    """Run the job. Raises SourceError or Unreachable with sentences that hold no secret."""
    limits = {
        "seconds": SECONDS,
        "rows": MOST_ROWS,
        "bytes": MOST_BYTES,
        "output": MOST_BYTES + (1 << 20),
        "megabytes": MEGABYTES,
    }
    with tempfile.TemporaryFile(prefix="rows-") as output:
        _run(job | limits, output)
        output.seek(0)
        rows, last = [], None
        for line in output:
            content = json.loads(line)
            if isinstance(content, list):
                rows.append(tuple(content))
            else:
                last = content
    if last is None or "code" in last:
        raise _problem(last or {"code": "bytes", "text": ""})
    return Fetched(tuple(last["columns"]), rows)


def _run(job: dict[str, Any], output: IO[bytes]) -> None:
    """What the child is told is on its standard input, where no list of processes shows it."""
    try:
        subprocess.run(
            [sys.executable, "-I", str(PROGRAM)],
            input=json.dumps(job).encode(),
            stdout=output,
            stderr=subprocess.DEVNULL,
            env={"LANG": "C.UTF-8"},
            timeout=SECONDS + GRACE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _problem({"code": "seconds", "text": ""}) from None


def _problem(last: dict[str, str]) -> Exception:
    code, text = last["code"], last["text"]
    if code == "unreachable":
        return Unreachable(_("The database could not be reached."))
    if code == "ours":
        refuse_ours("database")
    field, sentence = _SENTENCES[code]
    return SourceError(field, sentence() % {"text": text or _("it gives no reason")})


_SENTENCES = {
    "query": ("query", lambda: _("The database does not take the statement: %(text)s.")),
    "seconds": ("query", lambda: _("The statement takes longer than 10 seconds.")),
    "writes": ("query", lambda: _("A source only reads, and this statement does more.")),
    "no_rows": ("query", lambda: _("The statement gives no rows.")),
    "rows": ("query", lambda: _("The statement gives more than 100,000 rows; ask for fewer.")),
    "bytes": ("query", lambda: _("The statement gives more than 20 MB; ask for less.")),
    "columns": ("query", lambda: _("Give each column a name of its own, and at most 200 of them.")),
    "cell": ("query", lambda: _("Column %(text)s holds what is neither text, number nor date.")),
    "long_cell": (
        "query",
        lambda: _("Column %(text)s holds a text of more than 2,000 characters."),
    ),
    "password": ("password", lambda: _("The database does not let this user in.")),
    "database": ("database", lambda: _("There is no database of this name.")),
    "tls": ("tls", lambda: _("The database offers no encrypted connection that can be trusted.")),
    "file": ("file", lambda: _("This file cannot be read as an SQLite database.")),
    "superuser": (
        "user",
        lambda: _(
            "This user may do more than read. Make a role of its own for ProductOps that may "
            "select from the tables it needs, and nothing else."
        ),
    ),
}
