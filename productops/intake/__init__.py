"""Tables into records, for the ``exchange.py`` of every app.

``take_rows`` reads a table, by our names of its columns, and hands its rows on inside one
transaction; the functions of ``cells`` read one cell each.
"""

from productops.intake.cells import (
    Cell,
    Row,
    checked,
    choice_in,
    day_in,
    email_in,
    known,
    read,
    set_values,
    slug_in,
    slugs_in,
    text_in,
    whole_in,
)
from productops.intake.rows import map_argument, row_by_row, take_rows

__all__ = [
    "Cell",
    "Row",
    "checked",
    "choice_in",
    "day_in",
    "email_in",
    "known",
    "map_argument",
    "read",
    "row_by_row",
    "set_values",
    "slug_in",
    "slugs_in",
    "take_rows",
    "text_in",
    "whole_in",
]
