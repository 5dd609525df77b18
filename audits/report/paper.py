"""The report on A4: what ``productops/documents/findings.typ`` lays out."""

from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audits.choices import View
from audits.models import Audit
from audits.pages.comparing import comparison
from audits.pages.results import result as result_page
from audits.report.questions import question_groups
from audits.report.telling import sentences, written
from productops import numbers
from productops.context import organisation_name
from productops.documents import drawn, write_pdf

WIDEST = 13  # columns of a heatmap that fit beside each other
MOST_GAPS = 15


def report_pdf(person, audit: Audit, *, on: date, source: str) -> bytes:
    """The report as far as the person may see the result; ``source`` is the page's address."""
    return write_pdf("findings", data_of(person, audit, on=on, source=source))


def data_of(person, audit: Audit, *, on: date, source: str) -> dict[str, Any]:
    language, _dash, region = (get_language() or settings.LANGUAGE_CODE).partition("-")
    page = result_page(person, audit, View.LEVEL, on, first_gaps=MOST_GAPS)
    beside = comparison(person, audit, "")
    author = organisation_name() or "ProductOps"
    lines = beside.get("rows", [])
    return {
        "lang": language,
        "region": region[:2] or None,
        "title": audit.title,
        "author": author,
        "meta": [
            _("Framework %(version)s") % {"version": audit.framework_version},
            _("Owner %(owner)s") % {"owner": audit.owner},
            _("Closed %(day)s") % {"day": written(audit, on)},
            *([_("Anonymous")] if audit.is_anonymous else []),
        ],
        "summary": {
            "title": _("In short"),
            "sentences": sentences(audit, page["result"], lines, on),
        },
        "figures": figures_of(page),
        "heats": heats_of(page),
        "gaps": gaps_of(page),
        "sure": sure_of(page),
        "written": written_of(page),
        "change": change_of(beside, on),
        "questions": {
            "title": _("Appendix: every question"),
            "note": _("Mean level over places, and how many people answered."),
            "columns": [_("Question"), _("Level"), _("Target"), _("People"), _("I don’t know")],
            "groups": question_groups(person, audit),
        },
        "foot": {
            "left": f"{author} · {audit.title}",
            "right": _("From %(source)s, seal %(seal)s")
            % {"source": source, "seal": audit.seal[:12] or "–"},
        },
    }


def figures_of(page: dict[str, Any]) -> list[dict[str, str]]:
    """The three roll-ups, the weakest named."""
    found = page["summary"]
    if found is None:
        return []
    target = _("target %(n)s") % {"n": numbers.number(page["result"].wanted, 1)}
    return [
        {"label": _("Mean, by weight"), "value": found["mean"], "note": target},
        {
            "label": _("Mean of dimensions"),
            "value": found["mean_of_means"],
            "note": _("each counts the same"),
        },
        {
            "label": _("Weakest dimension"),
            "value": found["minimum"],
            "note": _("%(name)s: the honest figure") % {"name": found["name"]},
        },
    ]


def heats_of(page: dict[str, Any]) -> list[dict[str, Any]]:
    """The heatmap in pieces as wide as the paper; all but the last without the columns at the
    end."""
    heat = page["heat"]
    count = len(heat["columns"])
    starts = list(range(0, count, WIDEST)) or [0]
    return [_piece(heat, start, is_last=start == starts[-1]) for start in starts]


def _piece(heat: dict[str, Any], start: int, *, is_last: bool) -> dict[str, Any]:
    return {
        "title": _("Score by dimension"),
        "note": _("Tint: distance to the place’s own target. Weakest first."),
        "head": _("Dimension"),
        "columns": [one["name"] for one in heat["columns"][start : start + WIDEST]],
        "extra": [str(head) for head in heat["extra"]] if is_last else [],
        "rows": [
            {
                "name": row["name"],
                "is_sum": bool(row.get("is_sum")),
                "cells": [
                    {"text": cell["text"], "step": _tint(cell["step"]), "words": cell["words"]}
                    for cell in row["cells"][start : start + WIDEST]
                ],
                "extra": row["extra"] if is_last else [],
            }
            for row in heat["rows"]
        ],
        "key": [
            _("bold: 0.8 or more below"),
            _("corner: 1.5 or more below"),
            _("underlined: above target"),
            _("dash: not shown or no answer"),
        ],
    }


def _tint(step: int | None) -> str | None:
    """The name of a tint, which the template looks up."""
    return None if step is None else str(step)


def gaps_of(page: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": _("Gaps to close first"),
        "note": _("Ranked by distance × weight × criticality × share below ÷ effort"),
        "none": _("No gap was found."),
        "columns": [
            "#",
            _("Gap"),
            page["scale"],
            _("Priority"),
            _("Where"),
            _("What happens next"),
        ],
        "rows": [
            {
                "rank": str(at),
                "title": row["gap"].title,
                "finding": row["gap"].finding,
                "dots": drawn(row["dots"]),
                "priority": row["priority"],
                "where": row["where"],
                "kind": row["kind"],
                "next": str(row["text"]),
            }
            for at, row in enumerate(page["rows"], 1)
        ],
    }


def sure_of(page: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": _("How sure this is"),
        "note": _("Agreement is told from five answers on."),
        "columns": [
            _("Dimension"),
            _("People"),
            _("Agreement"),
            _("Furthest apart"),
            _("I don’t know"),
        ],
        "rows": [
            [
                row["name"],
                str(row["respondents"]),
                row["agreement"] + (f" ({row['where']})" if row["where"] else ""),
                f"{row['divided']}, {row['spread']}" if row["spread"] else "–",
                str(row["dont_know"]),
            ]
            for row in page["sure"]
        ],
        "foot": page["alpha"],
    }


def written_of(page: dict[str, Any]) -> dict[str, Any] | None:
    if not page["paper"]:
        return None
    return {
        "title": _("Written down and done"),
        "note": _("Ring: how far it is written down; dot: how far it is done."),
        "columns": [_("Dimension"), "", _("Written"), _("Done"), _("Reading")],
        "rows": [
            {
                "name": row["name"],
                "dots": drawn(row["dots"]),
                "written": row["written"],
                "done": row["done"],
                "words": row["words"],
            }
            for row in page["paper"]
        ],
    }


def change_of(beside: dict[str, Any], on: date) -> dict[str, Any] | None:
    if not beside["former"]:
        return None
    former, worst = beside["former"], beside["worst"]
    foot = _("By chance: how far a mean may move when the same people are asked again.")
    if worst:
        facts = {
            "name": worst["row"].dimension.title,
            "drift": numbers.number(worst["drift"], 1),
            "net": numbers.signed(worst["change"].net, 1),
        }
        foot += " " + (
            _("%(name)s was weakest then: %(drift)s comes back by itself, leaving %(net)s.") % facts
        )
    return {
        "title": _("Compared with %(former)s") % {"former": former.title},
        "note": _("closed %(day)s") % {"day": written(former, on)},
        "columns": [
            _("Dimension"),
            _("Then"),
            _("Now"),
            _("Change"),
            _("By chance"),
            _("Same people"),
            _("Reading"),
        ],
        "rows": [_change_row(line) for line in beside["rows"]],
        "foot": foot,
    }


def _change_row(line: dict[str, Any]) -> dict[str, Any]:
    same = line["matched"]
    return {
        "name": line["row"].dimension.title,
        "then": numbers.number(line["row"].before, 1),
        "now": numbers.number(line["row"].level, 1),
        "change": numbers.signed(line["change"].observed, 1),
        "chance": "–" if line["band"] is None else "±" + numbers.number(line["band"], 1),
        "same": f"{numbers.signed(same.change, 1)} (n {same.n})" if same else "–",
        "kind": line["kind"],
        "words": str(line["words"]),
    }
