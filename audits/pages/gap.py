"""Everything about one gap: where and by which answers it shows, what it weighs, what is done."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from audits import access, actions
from audits.fact_words import measure_words, record_words
from audits.facts import Compared, fact_rule
from audits.models import Answer, AnswerRevision, Gap
from audits.pages.evidence import evidence_rows
from audits.pages.gaps import OBJECTIVE_NEW, address_of, dots_of, objectives_of, points
from audits.pages.suggestions import lever_urls
from productops import numbers
from teams.models import Subject

MOST_ANSWERS = 10


def gap(person, gap: Gap, on: date) -> dict[str, Any]:
    """Everything about one gap."""
    kind, text = gap.standing(on)
    merged = list(gap.merged.all())
    plans = objectives_of([gap, *merged])
    may_change = access.may_change(person, gap)
    return {
        "gap": gap,
        "kind": kind,
        "text": text,
        "dots": dots_of(gap, None),
        "points": points(gap),
        "parts": parts_of(gap),
        "levers": lever_urls(gap) if may_change and gap.is_open else [],
        "scopes": seen_where(person, gap),
        "questions": gaps_beneath(person, gap),
        "merged": merged,
        "fact": fact_of(gap, on),
        "evidence": evidence_rows(gap.evidence.all(), on),
        "evidence_url": reverse("audits:evidence-new", args=[gap.pk]) if may_change else "",
        "exemptions": gap.exemptions.select_related("by"),
        "objectives": [one for found in plans.values() for one in found],
        "improvements": [one for each in (gap, *merged) for one in improvements_of(each)],
        "may_change": may_change,
        "objective_url": _objective_url(gap),
        **answers_of(person, gap),
    }


def gaps_beneath(person, gap: Gap) -> list[Gap]:
    """Questions within a weak dimension that are gaps of their own: the dimension lists them."""
    if gap.node is None or gap.node.is_question:
        return []
    within = Gap.objects.visible_to(person).filter(
        audit=gap.audit_id,
        node__version=gap.node.version_id,
        node__order__gt=gap.node.order,
        node__order__lte=gap.node.last,
    )
    return list(within.select_related("subject").ranked())


def fact_of(gap: Gap, on: date) -> dict[str, Any]:
    """What the record said when the gap was found, and what it says now."""
    if gap.fact is None or gap.node is None:
        return {}
    place = gap.fact.measure, gap.fact.subject_id
    now = actions.newest_facts([place[0]], [place[1]], on).get(place, gap.fact)
    rule = fact_rule(gap.node.fact, tuple(gap.node.steps))
    return {
        "name": measure_words(gap.fact.measure),
        "then": record_words(gap.node, Compared(None, gap.fact.value, gap.fact.on, rule)),
        "then_on": gap.fact.on,
        "now": record_words(gap.node, Compared(None, now.value, now.on, rule)),
        "now_on": now.on,
        "is_stale": rule.is_stale(now.on, on),
        "url": reverse("audits:fact-list", args=[gap.node.version.framework_id]),
    }


def answers_of(person, gap: Gap) -> dict[str, Any]:
    """The weakest of the answers that show the gap, in the revision they had, as far as the
    person may read them, with what stands there now."""
    readable = Answer.objects.visible_to(person).filter(revisions__gaps__gap=gap)
    shown = gap.answers.filter(revision__answer__in=readable.values("pk"))
    parts = ("node", "scope__subject", "scope__audit", "subject", "invitation__person")
    related = shown.select_related("revision", *(f"revision__answer__{part}" for part in parts))
    ordered = related.order_by(
        "revision__content__number", "revision__answer__node__order", "revision__pk"
    )
    rows = [said(one.revision) for one in ordered[:MOST_ANSWERS]]
    total, visible = gap.answers.count(), shown.count()
    return {
        "answers": rows,
        "more_answers": visible - len(rows),
        "hidden_answers": total - visible,
        "answers_url": _answers_url(gap) if visible else "",
    }


def said(revision: AnswerRevision) -> dict[str, Any]:
    """One answer as it was when it showed the gap, and as it is now where that differs."""
    answer, content = revision.answer, revision.content
    names = ("state", "number", "text", "chosen", "comment")
    then = Answer(
        node=answer.node, **{name: content[name] for name in names if content.get(name) is not None}
    )
    return {
        "answer": answer,
        "then": then,
        "number": revision.number,
        "changed": answer.level_name if answer.revision != revision.number else "",
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


def _objective_url(gap: Gap) -> str:
    address = address_of(OBJECTIVE_NEW)
    return f"{address}?gap={gap.pk}" if address else ""


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
            numbers.number(gap.weighed.criticality),
            _("as a person says, 1 to 3") if gap.criticality else _("of the products, 1 to 3"),
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
