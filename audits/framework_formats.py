"""The files that a questionnaire comes and goes as: YAML, XLSForm, and a table in CSV."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from audits.framework_file import FrameworkFile, read_framework_files, write_framework_files
from audits.framework_table import is_table, read_tables, write_tables
from audits.xlsform import is_xlsform, read_xlsform, write_xlsform
from productops.tables import write_xlsx

MOST_BYTES = 5 << 20  # of any of them; who reads one more knows that it is too many
SUFFIXES = (".yaml", ".yml", ".xlsx", ".xls", ".csv")
Contents = Iterable[Mapping[str, Any]]


def read_frameworks(data: bytes, name: str) -> list[FrameworkFile]:
    """Whatever the file is, by what it holds. Raises FrameworkRefused with every fault."""
    if is_table(data):
        return read_tables(data)
    return [read_xlsform(data, name)] if is_xlsform(data) else read_framework_files(data)


def _yaml(contents: Contents) -> bytes:
    return "".join(write_framework_files(contents)).encode()


def _xlsx(contents: Contents) -> bytes:
    """An XLSForm holds one questionnaire; several are a table in a workbook."""
    found = list(contents)
    return write_xlsform(found[0]) if len(found) == 1 else write_tables(found, write=write_xlsx)


WRITERS: dict[str, Callable[[Contents], bytes]] = {
    "yaml": _yaml,
    "xlsx": _xlsx,
    "csv": write_tables,
}
TYPES = {
    "yaml": "application/yaml; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def write_frameworks(contents: Contents, form: str) -> bytes:
    """Questionnaires as a file that ``read_frameworks`` reads back to the same fingerprints.

    ``form`` is yaml, xlsx or csv.
    """
    return WRITERS[form](contents)
