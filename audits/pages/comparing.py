"""A closed audit beside a former one, without reading noise as progress."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import access
from audits.choices import NodeKind
from audits.gap_rule import dimensions
from audits.models import Audit
from audits.pages.results import found
from audits.results import Result, Row
from audits.trend import (
    RELIABILITY,
    Change,
    Matched,
    QuestionChange,
    change_band,
    drift_of_worst,
    matched,
    question_changes,
    retest_error,
)
from productops import numbers

READINGS = {
    "not_asked": ("flat", gettext_lazy("Not asked then")),
    "too_few": ("flat", gettext_lazy("Too few to tell")),
    "same": ("flat", gettext_lazy("About as then")),
    "better": ("good", gettext_lazy("Better")),
    "worse": ("bad", gettext_lazy("Worse")),
}
KINDS = {
    "new": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "removed": gettext_lazy("No longer asked"),
    "same": gettext_lazy("As then"),
}


def comparison(person, audit: Audit, wanted: str) -> dict[str, Any]:
    """Each dimension now and then; ``wanted`` is the key of the other audit, if one was chosen."""
    others = access.audits_for(person).closed().exclude(pk=audit.pk)
    others = list(others.of_framework(audit.framework_version.framework_id).order_by("-closed_at"))
    former = next((other for other in others if str(other.pk) == wanted), None) or (
        audit.former if audit.is_closed else None
    )
    if former is None or not audit.is_closed:
        return {"former": None, "others": others}
    result, _names = found(person, audit, former)
    both = matched_people(person, audit, former)
    changed = changes_of(result)
    rows = [
        line_of(row, changed[row.dimension.key], both)
        for row in result.rows
        if row.level is not None
    ]
    questions = questions_between(former, audit)
    return {
        "former": former,
        "others": others,
        "result": result,
        "rows": rows,
        "worst": next((line for line in rows if line["drift"]), None),
        "has_matched": any(line["matched"] for line in rows),
        "reliability": numbers.number(RELIABILITY, 1),
        "questions": [one for one in questions if one["kind"] != "same"],
        "counts": counts_of(questions),
        "is_other_version": former.framework_version_id != audit.framework_version_id,
    }


def changes_of(result: Result) -> dict[str, Change]:
    """The change of each dimension by its key; what was weakest then is expected to come back."""
    known = [row for row in result.rows if row.before is not None and row.change is not None]
    worst = min(known, key=lambda row: row.before or 0.0, default=None)
    drift = drift_of_worst([row.before for row in known if row.before is not None])
    return {
        row.dimension.key: change_of(row, drift if row is worst else 0.0) for row in result.rows
    }


def change_of(row: Row, drift: float = 0.0) -> Change:
    """The band is the wider of two: what re-asking gives, and how the places moved apart."""
    both = [cell for cell in row.cells.values() if cell.change is not None]
    retest = change_band(retest_error(cell.before for cell in both), len(both))
    bands = [band for band in (retest, row.noise) if band is not None]
    return Change(row.before, row.level, row.change, drift, max(bands, default=None))


def movement(row: Row) -> tuple[str, str]:
    """How a dimension moved: kind of status and words. Noise is not read as progress."""
    kind, words = READINGS[change_of(row).reading]
    return kind, str(words)


def line_of(row: Row, change: Change, both: Mapping[str, Matched]) -> dict[str, Any]:
    kind, words = READINGS[change.reading]
    same = both.get(row.dimension.key)
    return {
        "row": row,
        "change": change,
        "drift": change.expected if change.observed and change.observed > 0 else 0.0,
        "band": change.band,
        "kind": kind,
        "words": words,
        "matched": same,
    }


# The same people ----------------------------------------------------------------------------
def matched_people(person, audit: Audit, former: Audit) -> dict[str, Matched]:
    """What changed among those who answered both times, by dimension; nothing where either was
    anonymous. Two statements."""
    if audit.is_anonymous or former.is_anonymous:
        return {}
    names = {
        question["key"]: one.key
        for one in dimensions(audit.framework_version.content)
        for question in one.questions
    }
    return matched(_levels(person, former, names), _levels(person, audit, names))


def _levels(person, audit: Audit, names: Mapping[str, str]) -> dict[tuple, float]:
    answers = access.answers_for(person, audit).given().filter(node__kind=NodeKind.LEVEL)
    fields = ("invitation__person", "subject", "node__key", "number")
    rows = answers.filter(number__isnull=False, node__weight__gt=0).values_list(*fields)
    return {
        (who, about, key, names[key]): number for who, about, key, number in rows if key in names
    }


# Questions ----------------------------------------------------------------------------------
def questions_between(former: Audit, audit: Audit) -> list[dict[str, Any]]:
    """What was asked then and now: new, changed, the same, no longer."""
    if former.framework_version_id == audit.framework_version_id:
        return []
    changes = question_changes(former.framework_version.content, audit.framework_version.content)
    return [question_line(one) for one in changes]


def question_line(one: QuestionChange) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "label": KINDS[one.kind],
        "text": one.text,
        "before": one.before,
        "key": one.key,
    }


def counts_of(questions: list[dict[str, Any]]) -> str:
    """ "2 new, 1 changed, 20 as then"."""
    counts = Counter(one["kind"] for one in questions)
    words = {
        "new": _("%(n)d new"),
        "changed": _("%(n)d changed"),
        "removed": _("%(n)d no longer asked"),
        "same": _("%(n)d as then"),
    }
    return ", ".join(text % {"n": counts[kind]} for kind, text in words.items() if counts[kind])
