"""Preparing an audit further: assignments, repeats, asking again."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator

from audits.actions import proposals, repeated_sections, sections_of
from audits.forms.audit import USUAL_TIME
from audits.models import Assignment, Audit, Node, Repeat, Scope
from teams.models import Subject

SCOPES_PER_PAGE = 12


def assignments(audit: Audit, page: str | None) -> dict[str, Any]:
    """For each scope its people, and which sections each of them answers."""
    sections, root = sections_of(audit)
    scopes = Paginator(audit.scopes.select_related("subject"), SCOPES_PER_PAGE).get_page(page)
    rows = Assignment.objects.filter(scope__in=list(scopes)).select_related("invitation__person")
    held: dict[int, dict] = {}
    for row in rows.order_by("invitation__person__name", "invitation"):
        of_scope = held.setdefault(row.scope_id, {})
        of_scope.setdefault(row.invitation, set()).add(row.node_id)
    return {
        "sections": sections,
        "page": scopes,
        "groups": [_group(scope, held.get(scope.pk, {}), sections, root) for scope in scopes],
    }


def _group(scope: Scope, people: dict, sections: list[Node], root: Node) -> dict[str, Any]:
    ticked = {
        invitation: [root.pk in nodes or section.pk in nodes for section in sections]
        for invitation, nodes in people.items()
    }
    nobody = [
        section.short
        for number, section in enumerate(sections)
        if not any(row[number] for row in ticked.values())
    ]
    return {
        "scope": scope,
        "rows": [
            {"invitation": invitation, "boxes": list(zip(sections, row, strict=True))}
            for invitation, row in ticked.items()
        ],
        "nobody": nobody,
    }


def repeats(audit: Audit) -> dict[str, Any]:
    """For each scope its repeated sections, and for which subjects each is asked."""
    sections = list(repeated_sections(audit))
    chosen: dict[tuple[int, int], set[int]] = {}
    for scope, node, subject in Repeat.objects.filter(scope__audit=audit).values_list(
        "scope", "node", "subject"
    ):
        chosen.setdefault((scope, node), set()).add(subject)
    offered = proposals(audit) if audit.is_draft else _fixed(audit)
    return {
        "sections": sections,
        "groups": [
            {"scope": scope, "rows": [_repeat(scope, one, offered, chosen) for one in sections]}
            for scope in audit.scopes.select_related("subject")
        ]
        if sections
        else [],
    }


def _fixed(audit: Audit) -> dict[tuple[int, int], list[Subject]]:
    """What an audit asks for since it opened."""
    found: dict[tuple[int, int], list[Subject]] = {}
    for row in Repeat.objects.filter(scope__audit=audit).select_related("subject"):
        found.setdefault((row.scope_id, row.node_id), []).append(row.subject)
    return found


def _repeat(scope: Scope, section: Node, offered: dict, chosen: dict) -> dict[str, Any]:
    subjects = offered.get((scope.pk, section.pk), [])
    ticked = chosen.get((scope.pk, section.pk))
    return {
        "section": section,
        "boxes": [(one, ticked is None or one.pk in ticked) for one in subjects],
    }


def again_initial(audit: Audit, on: date) -> dict[str, Any]:
    return {"title": audit.title, "closes_on": on + USUAL_TIME}
