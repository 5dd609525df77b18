"""Tables in files: CSV, TSV, XLSX, XLS and ODS in, CSV and XLSX out.

What comes in is hostile until it has been read: sizes are checked before anything is unpacked, and
spreadsheets are parsed by a child process that can be killed. What goes out cannot start a formula
in the reader's spreadsheet, and comes back in unchanged.
"""

from productops.tables.reading import Table, UnreadableTable, read_table
from productops.tables.safety import guarded, unguarded
from productops.tables.writing import (
    Sheet,
    csv_chunks,
    write_csv,
    write_json,
    write_workbook,
    write_xlsx,
)

__all__ = [
    "Sheet",
    "Table",
    "UnreadableTable",
    "csv_chunks",
    "guarded",
    "read_table",
    "unguarded",
    "write_csv",
    "write_json",
    "write_workbook",
    "write_xlsx",
]
