"""A program of its own: asks one database one question and writes the rows as lines of JSON.

Run by ``childproof.py`` with limits of time, memory and output, because a database can answer with
more than fits anywhere. It imports nothing of ours. What it is to do comes as JSON on standard
input, password and all. The last line of its output is an object: either what the columns are, or
a code for what went wrong.
"""

import json
import sys
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from database import Wrong

MOST_COLUMNS = 200
LONGEST_CELL = 2_000


def main() -> None:
    job = json.load(sys.stdin)
    limit(job["megabytes"] << 20, job["output"])
    from dialects import DIALECTS  # noqa: PLC0415  after the limit
    from sqlalchemy import create_engine, exc, pool, text  # noqa: PLC0415

    database = DIALECTS[job["dialect"]](job)
    try:
        engine = create_engine(database.url, creator=database.connect, poolclass=pool.NullPool)
        with engine.connect() as connection:
            database.prepare(connection, text)
            last = read(connection, text, job, database)
            connection.rollback()
    except Wrong as wrong:
        last = {"code": wrong.code, "text": wrong.text}
    except exc.DBAPIError as problem:
        last = database.code_of(problem.orig)
    except exc.SQLAlchemyError:
        last = {"code": "query", "text": ""}
    except MemoryError:
        last = {"code": "bytes", "text": ""}
    except Exception:  # a driver that stumbles over what it got may repeat it
        last = {"code": "query", "text": ""}
    sys.stdout.write(json.dumps(last) + "\n")


def limit(memory, output) -> None:
    """Where the system can: what wants more memory or output is ended by the system."""
    try:
        import resource  # noqa: PLC0415  not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(connection, text, job, database) -> dict:
    given = {name: database.parameter(value) for name, value in job["parameters"].items()}
    options = {"stream_results": True, "max_row_buffer": 500}
    rows = connection.execution_options(**options).execute(text(job["query"]), given)
    if not rows.returns_rows:
        raise Wrong("no_rows")
    columns = list(rows.keys())
    if len(columns) > MOST_COLUMNS or len(set(columns)) < len(columns):
        raise Wrong("columns")
    size = 0
    for count, row in enumerate(rows, 1):
        if count > job["rows"]:
            raise Wrong("rows")
        line = json.dumps([cell_of(cell, name) for cell, name in zip(row, columns, strict=True)])
        size += len(line)
        if size > job["bytes"]:
            raise Wrong("bytes")
        sys.stdout.write(line + "\n")
    return {"columns": columns}


def cell_of(cell, name):
    """The cell as a table in a file would give it."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if cell is None or isinstance(cell, (int, float)):
        return cell
    if isinstance(cell, str):
        return within(cell, name)
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, (date, datetime, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return cell.total_seconds()
    if isinstance(cell, (bytes, bytearray, memoryview, list, tuple, dict, set)):
        raise Wrong("cell", name)
    return within(str(cell), name)


def within(text, name):
    if len(text) > LONGEST_CELL:
        raise Wrong("long_cell", name)
    return text


if __name__ == "__main__":
    main()
