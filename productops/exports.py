"""A kind's rows as a file: the same bytes for page, API and command."""

import tempfile
from collections.abc import Callable
from typing import IO, Any

from productops.exchange import Kind
from productops.exchange_forms import defaults_of
from productops.tables import write_csv, write_json, write_xlsx

WRITERS: dict[str, Callable] = {"csv": write_csv, "xlsx": write_xlsx, "json": write_json}
IN_MEMORY = 1 << 20  # beyond a megabyte a file is written to disk while it is made
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def formats_of(kind: Kind) -> list[str]:
    return list(kind.formats or (*WRITERS, *kind.packs))


def content_type(form: str) -> str:
    return TYPES.get(form, "text/plain; charset=utf-8")


def exported(kind: Kind, form: str, person: Any) -> IO[bytes]:
    """An open file with what the person may see of a kind, as import takes it back."""
    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  closed by the response
    write_export(out, kind, form, person, defaults_of(kind))
    out.seek(0)
    return out


def write_export(
    out: IO[bytes], kind: Kind, form: str, person: Any, options: dict[str, Any]
) -> None:
    """The rows of a kind as a file in one of its formats."""
    rows = iter(kind.give(person, options | {"format": form}))
    if kind.formats or form in kind.packs:
        out.writelines(piece.encode() if isinstance(piece, str) else piece for piece in rows)
    else:
        WRITERS[form](out, next(rows), rows)
