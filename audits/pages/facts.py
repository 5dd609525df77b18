"""What the record says: each question that names a measure, for every subject it is measured of."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from audits import actions
from audits.fact_words import (
    level_words,
    measure_words,
    own_words,
    record_words,
    value_words,
)
from audits.facts import Compared, FactRule, fact_rule
from audits.models import Answer, Audit, Fact, Framework, Node
from productops import clock, numbers
from productops.charts.shapes import Dots
from teams.models import Subject

SINCE = timedelta(days=90)  # what a change is measured against: the quarter before
MOST_BESIDE = 6  # places that a result names; the answers name the others
FACT_COLUMNS = ["question", "measure", "subject", "on", "value", "level", "level_before"]


def record_rows(person, framework: Framework, on: date) -> list[dict[str, Any]]:
    """One row for each question and visible subject, weakest first within a question; five
    queries, however many there are."""
    newest = framework.versions.published().order_by("-number").first()
    if newest is None:
        return []
    asked = newest.nodes.questions().exclude(measure="").select_related("version")
    nodes = list(asked.order_by("order"))
    measures = {node.measure for node in nodes}
    subjects = Subject.objects.visible_to(person).in_bulk()
    now = actions.newest_facts(measures, subjects, on)
    then = actions.newest_facts(measures, subjects, on - SINCE)
    rows = [
        row_of(node, subjects[subject], fact, then.get((measure, subject)), on)
        for node in nodes
        for (measure, subject), fact in now.items()
        if measure == node.measure
    ]
    order = {node.pk: place for place, node in enumerate(nodes)}
    rows.sort(key=lambda row: (order[row["node"].pk], _depth(row), row["subject"].name))
    return rows


def _depth(row: dict[str, Any]) -> float:
    return row["level"] if row["level"] is not None else row["value"]


def row_of(node: Node, subject: Subject, fact: Fact, before: Fact | None, on: date) -> dict:
    rule = fact_rule(node.fact, tuple(node.steps))
    level = rule.level_of(fact.value)
    earlier = rule.level_of(before.value) if before else None
    return {
        "node": node,
        "subject": subject,
        "fact": fact,
        "value": fact.value,
        "shown": value_words(node.measure, fact.value),
        "level": level,
        "level_words": level_words(node, level),
        "before": earlier,
        "dots": _dots(node, level, earlier),
        "is_stale": rule.is_stale(fact.on, on),
    }


def _dots(node: Node, level: float | None, before: float | None) -> Dots | None:
    if level is None:
        return None
    steps = list(node.steps) or [node.version.low, node.version.high]
    target = node.version.target if node.target is None else node.target
    name = _("now %(level)s") % {"level": numbers.number(level, 1)}
    return Dots(name, level, target, before, low=min(steps), high=max(steps))


def record_line(row: dict[str, Any]) -> list:
    """One row as a line of a file."""
    return [
        row["node"].key,
        row["node"].measure,
        row["subject"].reference,
        row["fact"].on,
        row["value"],
        row["level"],
        row["before"],
    ]


def grouped(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a page under their questions."""
    groups = [list(same) for _key, same in groupby(rows, key=lambda row: row["node"].pk)]
    return [
        {"node": same[0]["node"], "measure": measure_words(same[0]["node"].measure), "rows": same}
        for same in groups
    ]


def beside_answers(answers: list[Answer], on: date) -> dict[int, dict[str, Any]]:
    """What the record says beside each of these answers, by its key: words, and whether it
    differs; one query."""
    measured = [answer for answer in answers if answer.node.measure]
    subjects = {answer.subject_id for answer in measured}
    facts = actions.newest_facts({one.node.measure for one in measured}, subjects, on)
    found = {}
    for answer in measured:
        if fact := facts.get((answer.node.measure, answer.subject_id)):
            rule = fact_rule(answer.node.fact, tuple(answer.node.steps))
            found[answer.pk] = _beside(answer, fact, rule, on)
    return found


def _beside(answer: Answer, fact: Fact, rule: FactRule, on: date) -> dict[str, Any]:
    compared = Compared(answer.number, fact.value, fact.on, rule)
    return {
        "words": record_words(answer.node, compared),
        "differs": compared.agrees_on(on) is False,
        "is_stale": compared.is_stale(on),
        "on": fact.on,
    }


def own_records(audit: Audit, answers: Iterable[Answer], on: date) -> dict[int, str]:
    """For those who answered: what each said beside what the record says, by the answer's key.

    Shown on the page before submitting, after every question was answered: a figure seen before
    would be repeated instead of an answer given. Nothing where names stay hidden; one query.
    """
    if audit.is_anonymous:
        return {}
    measured = [one for one in answers if one.node.measure and one.number is not None]
    subjects = {answer.subject_id for answer in measured}
    facts = actions.newest_facts({one.node.measure for one in measured}, subjects, on)
    found = {}
    for answer in measured:
        if fact := facts.get((answer.node.measure, answer.subject_id)):
            rule = fact_rule(answer.node.fact, tuple(answer.node.steps))
            compared = Compared(answer.number, fact.value, fact.on, rule)
            if not compared.is_stale(on):
                found[answer.pk] = own_words(answer.node, compared)
    return found


def has_record(audit: Audit) -> bool:
    """Whether anything is measured beside its answers. Nothing is told of an anonymous audit:
    figures of a team beside a median would tell of few people."""
    asked = audit.framework_version.questionnaire.items
    return audit.is_closed and not audit.is_anonymous and any(item.measure for item in asked)


def said_and_measured(person, audit: Audit) -> dict[str, Any] | None:
    """What people said in a closed audit beside what was measured by then, what differs first, as
    far as the person sees its scopes. None where there is no record. Seven queries."""
    if not has_record(audit):
        return None
    on = clock.day_of(audit.closed_at)
    names = dict(audit.scopes.visible_to(person).values_list("pk", "subject__name"))
    found = [one for one in actions.facts_for(audit, on) if one.scope.pk in names]
    found.sort(key=lambda one: -_distance(one, on))
    shown = found[:MOST_BESIDE]
    subjects = Subject.objects.in_bulk({one.subject_id for one in shown})
    rows = [_said_beside(one, _where(one, names, subjects), on) for one in shown]
    differing = sum(row["differs"] for row in rows)
    return {"rows": rows, "differing": differing, "more": len(found) - len(rows)} if rows else None


def _distance(one: actions.Beside, on: date) -> float:
    """Levels between both; what cannot be held against each other lies closest."""
    said, level = one.compared.said, one.compared.level
    if said is None or level is None or one.compared.is_stale(on):
        return -1.0
    return abs(said - level)


def _where(one: actions.Beside, names: Mapping[int, str], subjects: Mapping[int, Subject]) -> str:
    name = names[one.scope.pk]
    is_own = one.subject_id == one.scope.subject_id
    return name if is_own else f"{name} · {subjects[one.subject_id].name}"


def _said_beside(one: actions.Beside, name: str, on: date) -> dict[str, Any]:
    return {
        "node": one.node,
        "name": name,
        "measure": measure_words(one.node.measure),
        "said": level_words(one.node, one.compared.said),
        "value": value_words(one.node.measure, one.compared.value),
        "level": level_words(one.node, one.compared.level),
        "differs": one.compared.agrees_on(on) is False,
        "is_stale": one.compared.is_stale(on),
        "on": one.fact.on,
    }
