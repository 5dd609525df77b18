"""Why a file cannot be read as a table."""

from productops.parsing import Unreadable


class UnreadableTable(Unreadable):
    """The file as a whole cannot be read. ``row`` counts as the file does, ``column`` is a name;
    either may be missing."""

    def __init__(self, reason: str, *, row: int | None = None, column: str = "") -> None:
        super().__init__(reason)
        self.row = row
        self.column = column
