"""Documents as PDF by typst: pages of paper from the same values and pictures as the pages of the
application. What is said comes in as data and is never read as markup."""

from productops.documents.pictures import drawn
from productops.documents.writing import Unprintable, write_pdf

__all__ = ["Unprintable", "drawn", "write_pdf"]
