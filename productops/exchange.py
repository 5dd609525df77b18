"""What ``import`` takes and ``export`` gives: each app declares its kinds in ``exchange.py``."""

from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from productops.registry import Registry


@dataclass(frozen=True)
class Refusal:
    """Why one cell was refused. ``row`` counts as the file does: the header is row 1."""

    row: int | None
    column: str
    reason: str


@dataclass
class Report:
    """What an import did. Where anything was refused, nothing was written."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)

    def refuse(self, row: int | None, column: str, reason: str) -> None:
        self.refused.append(Refusal(row, column, str(reason)))

    def as_dict(self) -> dict[str, Any]:
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "refused": [vars(refusal) for refusal in self.refused],
        }


class Refused(Exception):  # noqa: N818  a report carried out of a transaction, not a fault
    """Raised inside a transaction to undo it; carries the report that says why."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"{len(report.refused)} cells were refused")
        self.report = report


@dataclass(frozen=True)
class Kind:
    """One thing that can be imported and exported.

    ``take(file, name, by, options) -> Report`` reads an open binary file, whole or not at all
    (it raises ``Refused`` or returns a report with ``refused``; a file that cannot be read may
    leave it as ``Unreadable``); ``give(person, options)`` yields the header and then the rows that
    ``take`` takes back unchanged. Either may be None. ``by`` and ``person`` are None for the
    operator at the command line, who may do and see all. ``arguments`` adds the kind's own options
    to the command line; ``options`` holds them and those that ``table_options`` reads.
    """

    name: str
    take: Callable[..., Report] | None = None
    give: Callable[..., Any] | None = None
    arguments: Callable[[ArgumentParser], None] | None = None
    # Of a kind that is no table, the usual one first: ``give`` then yields pieces of the file, as
    # text or bytes, in the format that ``options["format"]`` names.
    formats: tuple[str, ...] = ()
    # Further formats of a table that are none, as YAML: ``give`` yields pieces of the file then.
    packs: tuple[str, ...] = ()
    choosing: Callable[[ArgumentParser], None] | None = None  # options of the export
    takers: tuple[str, ...] = ("admin", "ops")  # whose files it takes, at page and API

    @property
    def label(self) -> str:
        """Its name as people read it."""
        return in_words(self.name)


def in_words(name: str) -> str:
    """A name of the command line as a label: ``create-kpis`` is "Create KPIs"."""
    words = name.replace("_", " ").replace("-", " ").split()
    known = [word.replace("kpi", "KPI") if word in ("kpi", "kpis") else word for word in words]
    text = " ".join(known)
    return text[:1].upper() + text[1:]


_kinds: Registry[Kind] = Registry("kinds of exchange")


def kind(entry: Kind) -> Kind:
    return _kinds.add(entry.name, entry)


def all_kinds() -> list[Kind]:
    return list(_kinds)


def kind_named(name: str) -> Kind | None:
    return _kinds.get(name)


def table_options(options: dict[str, Any]) -> dict[str, Any]:
    """Those of an import's options that ``read_table`` takes: sheet, decimal, header_row."""
    names = ("sheet", "decimal", "header_row")
    return {name: options[name] for name in names if options.get(name)}
