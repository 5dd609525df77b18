"""Frozen dataclasses as plain JSON and back: what a page showed, kept exactly.

What equals a field's default is left out, so that long lists of small things stay small; a field
that is added later with a default reads what was kept before it.
"""

import json
import types
import typing
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any


def to_json(value: Any) -> str:
    """Write a dataclass as JSON text, the same at every call. ValueError for infinities."""
    return json.dumps(
        to_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def from_json(kind: type, text: str) -> Any:
    """Read what ``to_json`` wrote of a dataclass of this kind."""
    return from_plain(kind, json.loads(text))


def to_plain(value: Any) -> Any:
    if is_dataclass(value):
        held = ((each, getattr(value, each.name)) for each in fields(value))
        return {each.name: to_plain(part) for each, part in held if not is_default(each, part)}
    if isinstance(value, (tuple, list)):
        return [to_plain(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    # A lazy translation is written in the language of now.
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)


def is_default(field: Field, value: Any) -> bool:
    return field.default is not MISSING and type(value) is type(field.default) and (
        value == field.default
    )  # fmt: skip


def from_plain(kind: Any, value: Any) -> Any:
    """Read a value of a kind: a dataclass, ``tuple[kind, ...]``, ``kind | None``, a date, or what
    JSON has itself."""
    if value is None:
        return None
    if isinstance(kind, type) and is_dataclass(kind):
        kinds = kinds_of(kind)
        return kind(**{name: from_plain(kinds[name], part) for name, part in value.items()})
    if typing.get_origin(kind) is tuple:
        return tuple(from_plain(typing.get_args(kind)[0], part) for part in value)
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        others = [each for each in typing.get_args(kind) if each is not types.NoneType]
        return from_plain(others[0], value) if len(others) == 1 else value
    return date.fromisoformat(value) if kind is date else value


@cache
def kinds_of(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)
