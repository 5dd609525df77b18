"""What an audit found, over HTTP: the same figures as the pages, unrounded."""

from typing import Any

from django.utils.translation import gettext as _

from audits import access, pages
from audits.models import Audit
from audits.results import Cell, Result
from productops import clock
from productops.api.problems import Problem

FIGURES = (
    *("mean", "mean_of_means", "minimum", "target", "spread", "agreement", "deviation"),
    *("documented", "respondents", "answered", "expected", "hidden", "dont_know"),
)


def scores_of(person, audit: Audit) -> list[dict[str, Any]]:
    """The scores that may be shown, by scope and key of node."""
    return [
        {"scope": one.scope_id, "subject": one.scope.subject.reference, "node": one.node.key}
        | {name: getattr(one, name) for name in FIGURES}
        for one in access.shown_scores(person, audit)
    ]


def result_of(person, audit: Audit) -> dict[str, Any]:
    """Dimensions weakest first, each with its places; ``level`` of a hidden place is null."""
    refuse_open(audit)
    page = pages.result(person, audit, "", clock.today())
    found, names = page["result"], page["names"]
    weakest = found.weakest
    return {
        "audit": audit.pk,
        "closed_at": audit.closed_at,
        "seal": audit.seal,
        "alpha": audit.alpha,
        "mean": found.level,
        "mean_of_means": found.mean_of_dimensions,
        "minimum": weakest.level if weakest else None,
        "weakest": weakest.dimension.key if weakest else None,
        "target": found.wanted,
        "dont_know": found.dont_know,
        "hidden": found.hidden,
        "dimensions": [_dimension(row, found, names) for row in found.rows],
    }


def _dimension(row, found: Result, names) -> dict[str, Any]:
    figures = ("level", "target", "before", "change", "spread", "agreement", "documented")
    return {
        "key": row.dimension.key,
        "title": row.dimension.title,
        **{name: getattr(row, name) for name in figures},
        "respondents": row.respondents,
        "dont_know": row.dont_know,
        "places": [_place(scope, row.cells[scope], names[scope]) for scope in found.scopes],
    }


def _place(scope: int, cell: Cell, name: str) -> dict[str, Any]:
    figures = ("level", "target", "before", "spread", "agreement", "documented", "is_hidden")
    counts = {} if cell.is_hidden else {"respondents": cell.respondents}
    return {"scope": scope, "name": name} | counts | {one: getattr(cell, one) for one in figures}


def comparison_of(person, audit: Audit, wanted: str) -> dict[str, Any]:
    """Each dimension now and then, without what chance gives."""
    refuse_open(audit)
    page = pages.comparison(person, audit, wanted)
    if page["former"] is None:
        raise Problem(409, _("There is no other closed audit of this framework."))
    return {
        "audit": audit.pk,
        "former": page["former"].pk,
        "dimensions": [_compared(line) for line in page["rows"]],
        "questions": [
            {name: one[name] for name in ("key", "kind", "text", "before")}
            for one in page["questions"]
        ],
    }


def _compared(line: dict[str, Any]) -> dict[str, Any]:
    change, same = line["change"], line["matched"]
    return {
        "key": line["row"].dimension.key,
        "before": change.before,
        "now": change.now,
        "change": change.observed,
        "expected_drift": change.expected,
        "net": change.net,
        "band": change.band,
        "reading": change.reading,
        "same_people": same and {"n": same.n, "change": same.change, "band": same.band},
    }


def trend_of(person, audit: Audit, node: str, subject: str) -> dict[str, Any]:
    """One node over all closed audits of the framework."""
    page = pages.trend(person, audit, node, subject)
    band = page["band"]
    return {
        "node": page["key"],
        "subject": page["subject"],
        "band": band and {"centre": band.centre, "lower": band.lower, "upper": band.upper},
        "audits": [
            {
                "audit": one.audit.pk,
                "closed_at": one.audit.closed_at,
                "level": one.level,
                "target": one.target,
                "places": one.places,
                "respondents": one.respondents,
            }
            for one in page["moments"]
        ],
    }


def refuse_open(audit: Audit) -> None:
    if not audit.is_closed:
        raise Problem(409, _("This audit is not closed yet, so it has no result."))
