"""A template and its data, as PDF."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from productops.charts.svg import NOT_XML

if TYPE_CHECKING:
    import typst

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
# Whoever reads it by ear finds headings, tables and what pictures say (PDF/UA).
STANDARD = "ua-1"


class Unprintable(Exception):  # noqa: N818  answered like any fault of ours, with its reason
    """A template refused its data."""


def write_pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """Lay out ``<template>.typ`` with ``data``, which it finds as JSON under ``sys.inputs.data``.

    The template may read nothing but files of its own folder.
    """
    # It takes 60 MB that a web process without a document never needs.
    import typst  # noqa: PLC0415

    options: dict[str, Any] = {
        "input": (HERE / f"{template}.typ").read_bytes(),
        "root": HERE,
        "font_paths": fonts(),
        "sys_inputs": {"data": json.dumps(printable(data), ensure_ascii=False)},
    }
    try:
        return typst.compile(**options, pdf_standards=STANDARD)
    except typst.TypstError:
        # The standard refuses letters that no font here has; tagged it is all the same.
        try:
            return typst.compile(**options)
        except typst.TypstError as refusal:
            raise Unprintable(f"{template}: {refusal.message}") from refusal


def printable(value: Any) -> Any:
    """The same data without the characters that no page can show."""
    if isinstance(value, str):
        return NOT_XML.sub("", value)
    if isinstance(value, Mapping):
        return {name: printable(part) for name, part in value.items()}
    return list(map(printable, value)) if isinstance(value, (list, tuple)) else value


@cache
def fonts() -> "typst.Fonts":
    """Inter, and whatever else the machine has for letters that Inter does not know."""
    import typst  # noqa: PLC0415

    return typst.Fonts(include_system_fonts=True, font_paths=[str(FONTS)])
