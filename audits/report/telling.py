"""The result of an audit in sentences."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.models import Audit
from audits.pages.audits import states_of
from audits.pages.sureness import alpha_words
from audits.results import Result
from productops import numbers


def sentences(audit: Audit, result: Result, lines: Iterable[dict], on: date) -> list[str]:
    """What whoever reads nothing else should know, in the order of weight. ``lines`` are those of
    the comparison with the former audit."""
    told = [_asked(audit, result, on), _standing(result), _weakest(result), _moved(list(lines))]
    return [
        sentence for sentence in [*told, _unknown(result), alpha_words(audit.alpha)] if sentence
    ]


def _asked(audit: Audit, result: Result, on: date) -> str:
    states = states_of(audit)
    facts = {
        "done": states.count("submitted"),
        "n": len(states),
        "places": len(result.scopes),
        "day": written(audit, on),
    }
    if not states:
        return _("It was closed on %(day)s and looks at %(places)d places.") % facts
    return (
        _("%(done)d of %(n)d people answered about %(places)d places; closed on %(day)s.") % facts
    )


def written(audit: Audit, on: date) -> str:
    """The day of closing with its year, as paper wants it."""
    return numbers.short_date(audit.closed_at, on.replace(year=1))


def _standing(result: Result) -> str:
    if result.level is None:
        return _("Nothing in it may be shown.")
    facts = {
        "level": numbers.number(result.level, 1),
        "high": numbers.number(result.high),
        "target": numbers.number(result.wanted, 1),
        "below": result.below,
        "all": len(result.rows),
    }
    text = ngettext(
        "Overall %(level)s of %(high)s against a target of %(target)s; %(below)d of %(all)d "
        "dimensions lies below target.",
        "Overall %(level)s of %(high)s against a target of %(target)s; %(below)d of %(all)d "
        "dimensions lie below target.",
        result.below,
    )
    return text % facts


def _weakest(result: Result) -> str:
    row = result.weakest
    if row is None:
        return ""
    facts = {"name": row.dimension.title, "level": numbers.number(row.level, 1)}
    return _("Weakest is %(name)s at %(level)s: the honest overall figure.") % facts


def _moved(lines: list[dict[str, Any]]) -> str:
    """What is better or worse than chance would have it."""
    moved = [line for line in lines if line["kind"] in ("good", "bad")]
    if not lines:
        return ""
    if not moved:
        return _("Since the former audit nothing moved by more than chance does.")
    parts = [
        f"{line['row'].dimension.title} {numbers.signed(line['change'].net, 1)}" for line in moved
    ]
    return _("Since the former audit, beyond chance: %(moved)s.") % {"moved": ", ".join(parts)}


def _unknown(result: Result) -> str:
    if not result.dont_know:
        return ""
    text = ngettext(
        "%(n)d answer was “I don’t know”: a finding about what can be seen.",
        "%(n)d answers were “I don’t know”: a finding about what can be seen.",
        result.dont_know,
    )
    return text % {"n": result.dont_know}
