"""What every connector is: fields that a person fills, and a function that turns them into a table.

A connector knows no models. ``settings`` hold what the form's fields hold, as text, number or flag;
``secrets`` hold the fields of kind ``secret`` and are never repeated in any message.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from productops import egress

MOST_ROWS = 100_000  # of one run
Text = str | Promise
Cell = str | int | float | date | datetime | None


class SourceError(Exception):
    """What a person can mend; the message is a sentence, ``field`` the setting it is about."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


class Unreachable(Exception):  # noqa: N818  a sentence for people
    """What may pass by itself: try again later."""

    @property
    def sentence(self) -> str:
        return str(self)


@dataclass(frozen=True)
class Field:
    """One setting. ``kind`` is text, url, lines (several lines of text), number, flag, choice or
    secret."""

    name: str
    label: Text
    kind: str = "text"
    is_required: bool = False
    choices: tuple[tuple[str, Text], ...] = ()
    default: Any = ""
    help: Text = ""


@dataclass(frozen=True)
class Fetched:
    """One run's table. ``cursor`` is what the next run is to get; ``note`` is for the run log."""

    header: tuple[str, ...]
    rows: list[tuple[Cell, ...]] = field(repr=False)
    cursor: dict[str, Any] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Ask:
    """What one run is told: from which day on (or None for all there is), where the last run ended,
    and what time it is."""

    since: date | None = None
    cursor: Mapping[str, Any] = field(default_factory=dict)
    now: datetime | None = None


Reads = Callable[[dict[str, Any], dict[str, str], Ask], Fetched]
Checks = Callable[[dict[str, Any]], dict[str, str]]


@dataclass(frozen=True)
class Connector:
    """One kind of source. ``columns`` maps what this kind always delivers to the columns that
    observations have; empty where a person has to say it. ``maps`` says more, from the settings."""

    kind: str
    name: Text
    fields: tuple[Field, ...]
    reads: Reads
    checks: Checks = lambda settings: {}
    summary: Text = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    maps: Callable[[dict[str, Any]], dict[str, Any]] | None = None

    @property
    def secret_fields(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields if field.kind == "secret")

    def check(self, settings: Mapping[str, Any]) -> dict[str, str]:
        """What is wrong with the settings as they stand, by field; nothing is asked of anybody."""
        values = self.filled(settings)
        wrong = {
            field.name: sentence for field in self.fields if (sentence := _wrong(field, values))
        }
        return wrong or self.checks(values)

    def mapping(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """How observations come of its table, as options of a mapping; empty where it is open."""
        if self.maps:
            return self.maps(self.filled(settings))
        found = {ours: theirs for theirs, ours in self.columns.items()}
        return {"exact": True, "map": found} if found else {}

    def fetch(
        self,
        settings: Mapping[str, Any],
        secrets: Mapping[str, str],
        *,
        since: date | None = None,
        cursor: Mapping[str, Any] | None = None,
        now: datetime,
    ) -> Fetched:
        """Get the table. Raises SourceError or Unreachable, and nothing else that is foreseen."""
        for name, sentence in self.check(settings).items():
            raise SourceError(name, sentence)
        try:
            fetched = self.reads(
                self.filled(settings), dict(secrets), Ask(since, cursor or {}, now)
            )
        except (egress.Unreachable, egress.TimedOut) as problem:
            raise Unreachable(str(problem)) from None
        except egress.EgressError as problem:
            raise SourceError(self._address_field, str(problem)) from None
        refuse_too_many(len(fetched.rows))
        return fetched

    def filled(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """The settings, with the default of each field that was left out, and nothing else."""
        values = {field.name: field.default for field in self.fields if field.kind != "secret"}
        given = {name: settings[name] for name in values if settings.get(name) not in (None, "")}
        return values | given

    @property
    def _address_field(self) -> str:
        return next((field.name for field in self.fields if field.kind == "url"), "")


def _wrong(field: Field, values: Mapping[str, Any]) -> str:
    value = values.get(field.name)
    if field.kind == "secret":
        return ""
    if value in (None, ""):
        return _("This is needed.") if field.is_required else ""
    if field.kind == "choice" and value not in dict(field.choices):
        return _("Choose one of the values offered.")
    if field.kind == "flag" and not isinstance(value, bool):
        return _("Say yes or no.")
    if field.kind == "number" and not _is_number(value):
        return _("Write a number.")
    if field.kind in ("text", "url", "lines") and not isinstance(value, str):
        return _("This is text.")
    if field.kind == "url":
        return _wrong_address(value)
    return ""


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _wrong_address(value: str) -> str:
    try:
        egress.check_url(value)
    except egress.Refused as refusal:
        return str(refusal)
    return ""


def refuse_too_many(count: int, field: str = "") -> None:
    if count > MOST_ROWS:
        raise SourceError(
            field, _("This source gives more than 100,000 rows in one run; ask for fewer.")
        )
