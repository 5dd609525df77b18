"""A dashboard on paper: what ``productops/documents/board.typ`` lays out."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from metrics.boards.content import DashboardContent, KpiLine
from productops import numbers
from productops.context import organisation_name
from productops.documents import drawn, write_pdf


def printed(content: DashboardContent, request: HttpRequest) -> bytes:
    """The page that a request asks for, with the address that it was asked from."""
    source = request.build_absolute_uri(request.path)
    return pdf_of(content, source=source, organisation=organisation_name() or "ProductOps")


def pdf_of(content: DashboardContent, *, source: str, organisation: str) -> bytes:
    """The page on A4 landscape, longer ones on as many as they take; ``source`` is the address
    that it was made from."""
    return write_pdf("board", data_of(content, source=source, organisation=organisation))


def data_of(content: DashboardContent, *, source: str, organisation: str) -> dict[str, Any]:
    language, _dash, region = (get_language() or settings.LANGUAGE_CODE).partition("-")
    return {
        "lang": language,
        "region": region[:2] or None,
        "title": titled(content),
        "author": organisation,
        "meta": content.meta,
        "brief": brief_of(content),
        "table": {
            "title": _("KPIs"),
            "note": _("26 periods each, grey band = usual range"),
            "columns": [_("KPI"), _("Trend"), _("Latest"), _("Reading"), _("Against target")],
            "groups": [
                {"name": group["name"], "rows": list(map(row_of, group["rows"]))}
                for group in content.groups
            ],
        },
        "cards": list(cards_of(content)),
        "foot": {
            "left": f"{organisation} · {titled(content)}",
            "right": made_from(content, source),
        },
    }


def titled(content: DashboardContent) -> str:
    return f"{content.title} · {content.subject}" if content.subject else content.title


def made_from(content: DashboardContent, source: str) -> str:
    day = numbers.short_date(content.on, content.on.replace(year=1))  # paper wants the year
    return _("As of %(day)s, from %(source)s") % {"day": day, "source": source}


def brief_of(content: DashboardContent) -> dict[str, Any] | None:
    brief = content.brief
    if not (brief.lead or brief.sentences):
        return None
    sentences = [
        {"kind": one.kind, "title": one.title, "text": one.text, "who": one.who}
        for one in brief.sentences
    ]
    return {"title": _("What changed this week"), "lead": brief.lead, "sentences": sentences}


def row_of(row: KpiLine) -> dict[str, Any]:
    note = [row.apart, *(change.text for change in row.changes)]
    return {
        "name": row.name,
        "owner": row.owner,
        "spark": drawn(row.spark),
        "prefix": row.prefix,
        "value": row.value,
        "unit": row.unit,
        "note": " · ".join(part for part in note if part),
        "kind": "flat" if row.stale else row.kind,
        "reading": row.stale or row.reading,
        "usual": row.usual,
        "bullet": drawn(row.bullet),
        "target": row.target or _("no target"),
        "assurance": row.assurance_text if row.target else "",
        "is_missed": row.assurance == "missed",
    }


def cards_of(content: DashboardContent):
    objectives, practice = content.objectives, content.practice
    if objectives:
        yield {
            "kind": "tracks",
            "title": _("Objectives, %(cycle)s") % {"cycle": objectives.cycle},
            "note": "",
            "none": _("No objectives in this cycle yet."),
            "lines": [
                {
                    "title": one.title,
                    "done": one.done,
                    "track": drawn(one.track),
                    "kind": one.kind,
                    "word": one.word,
                    "note": one.note,
                }
                for one in objectives.lines
            ],
        }
    yield {
        "kind": "list",
        "title": _("Improvements"),
        "note": "",
        "none": _("None is live at the moment."),
        "lines": [
            {"title": one.title, "kind": one.kind, "text": one.text, "note": one.note}
            for one in content.improvements
        ],
    }
    if practice:
        level = {"level": practice.level, "highest": practice.highest}
        yield {
            "kind": "dots",
            "title": practice.title,
            "note": _("level %(level)s of %(highest)s") % level,
            "none": "",
            "lines": [
                {"name": one.name, "value": one.value, "dots": drawn(one.dots)}
                for one in practice.lines
            ],
        }
