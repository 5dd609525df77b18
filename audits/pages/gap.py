"""Everything about one gap: where and by which answers it shows, what it weighs, what is done."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from audits import access
from audits.choices import Cause
from audits.models import Answer, Gap, Node
from audits.pages.gaps import OBJECTIVE_NEW, address_of, dots_of, objectives_of, points
from productops import numbers
from teams.models import Subject

MOST_ANSWERS = 10
# Which kind of improvement a cause proposes; the app that owns it offers the page.
LEVERS = {
    Cause.PROCESS: "process",
    Cause.TOOL: "tool",
    Cause.SKILL: "skill",
    Cause.STRUCTURE: "structure",
}


def gap(person, gap: Gap, on: date) -> dict[str, Any]:
    """Everything about one gap."""
    kind, text = gap.standing(on)
    return {
        "gap": gap,
        "kind": kind,
        "text": text,
        "dots": dots_of(gap, None),
        "points": points(gap),
        "parts": parts_of(gap),
        "scopes": seen_where(person, gap),
        "exemptions": gap.exemptions.select_related("by"),
        "objectives": objectives_of([gap]).get(gap.pk, []),
        "improvements": improvements_of(gap),
        "suggests": suggestions(gap),
        "may_change": access.may_change(person, gap),
        "objective_url": _with_gap(OBJECTIVE_NEW, gap),
        "improvement_url": _with_gap("metrics:improvement-new", gap, LEVERS.get(gap.cause, "")),
        **answers_of(person, gap),
    }


def answers_of(person, gap: Gap) -> dict[str, Any]:
    """The weakest of the answers that show the gap, as far as the person may read them."""
    readable = Answer.objects.visible_to(person).filter(revisions__gaps__gap=gap)
    related = readable.select_related("node", "scope__subject", "invitation__person")
    shown = list(related.order_by("number", "node__order", "pk")[:MOST_ANSWERS])
    total, visible = gap.answers.count(), readable.count()
    return {
        "answers": shown,
        "more_answers": visible - len(shown),
        "hidden_answers": total - visible,
        "answers_url": _answers_url(gap) if visible else "",
    }


def _answers_url(gap: Gap) -> str:
    if gap.audit is None or gap.node is None:
        return ""
    return f"{reverse('audits:answer-list', args=[gap.audit.pk])}?dimension={gap.node.key}"


def seen_where(person, gap: Gap) -> list[dict[str, Any]]:
    """Where the newest audit saw it, weakest first, with the level of the audit before."""
    seen = gap.scopes.select_related("scope__subject").order_by("-scope__audit__closed_at", "level")
    levels: dict[int, list[float]] = {}
    for one in seen:
        levels.setdefault(one.scope.subject_id, []).append(one.level)
    visible = Subject.objects.visible_to(person).in_bulk(levels)
    return [
        {
            "subject": one.scope.subject,
            "level": one.level,
            "before": next(iter(levels[one.scope.subject_id][1:]), None),
        }
        for one in seen
        if one.scope.audit_id == gap.audit_id and one.scope.subject_id in visible
    ]


def improvements_of(gap: Gap) -> list:
    """Improvements that work on the gap: rows of a later app, over the reverse relation."""
    return list(gap.improvements.all()) if hasattr(gap, "improvements") else []


def _with_gap(name: str, gap: Gap, kind: str = "") -> str:
    address = address_of(name)
    if not address:
        return ""
    return f"{address}?gap={gap.pk}" + (f"&kind={kind}" if kind else "")


def parts_of(gap: Gap) -> list[tuple[str, str, str]]:
    """What the priority is made of: name, figure, what it means."""
    if not gap.parts:
        return []
    parts = gap.parts
    return [
        (
            _("Weight of the dimension"),
            numbers.number(parts["weight"]),
            _("as the framework says"),
        ),
        (
            _("Distance to the target"),
            numbers.percent(parts["shortfall"], 0),
            _("of the whole scale"),
        ),
        (
            _("Criticality"),
            numbers.number(parts["criticality"]),
            _("of the products, 1 to 3"),
        ),
        (
            _("Coverage"),
            numbers.percent(parts["coverage"], 0),
            _("of what was audited lies below target"),
        ),
        (
            _("Effort"),
            f"÷ {numbers.number(parts['effort'])}",
            gap.get_effort_display(),
        ),
    ]


def suggestions(gap: Gap) -> dict[str, list[str]]:
    """What the framework suggests for the questions behind the gap: KPIs, processes, skills."""
    if gap.node is None:
        return {}
    nodes = Node.objects.within(gap.node).questions()
    found: dict[str, list[str]] = {"kpis": [], "process": [], "skill": []}
    for suggests in nodes.values_list("suggests", flat=True):
        for name, kept in found.items():
            value = suggests.get(name) or []
            kept += [value] if isinstance(value, str) else value
    return {name: list(dict.fromkeys(kept)) for name, kept in found.items() if kept}
