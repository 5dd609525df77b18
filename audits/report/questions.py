"""Every question with its figures, under its dimension."""

from statistics import fmean
from typing import Any

from audits import access
from audits.gap_rule import dimensions
from audits.models import Audit, Score
from productops import numbers


def question_groups(person, audit: Audit) -> list[dict[str, Any]]:
    """The questions of each dimension: text, mean level, target, people, "I don't know"."""
    figures = figures_by_key(person, audit)
    return [
        {
            "name": one.title,
            "rows": [
                _row(question, figures.get(question["key"], [])) for question in one.questions
            ],
        }
        for one in dimensions(audit.framework_version.content)
    ]


def figures_by_key(person, audit: Audit) -> dict[str, list[Score]]:
    """The scores that may be shown, by the key of their node."""
    found: dict[str, list[Score]] = {}
    for one in access.shown_scores(person, audit):
        found.setdefault(one.node.key, []).append(one)
    return found


def _row(question: dict[str, Any], scores: list[Score]) -> list[str]:
    levels = [one.mean for one in scores if one.mean is not None]
    targets = [one.target for one in scores if one.target is not None]
    return [
        question["text"],
        numbers.number(fmean(levels) if levels else None, 1),
        numbers.number(fmean(targets) if targets else None, 1),
        str(sum(one.respondents for one in scores)),
        str(sum(one.dont_know for one in scores)),
    ]
