"""What a closed audit found, and how that compares with another."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from audits import access
from audits.choices import View
from audits.heat import heads, heatmap
from audits.models import Audit
from audits.pages.gaps import gaps_of
from audits.results import Result, Row, result_of
from audits.scoring import expected_drift
from productops import numbers

RELIABILITY = 0.7  # of asking the same people again; questionnaires of this kind reach .6 to .8
FIRST_GAPS = 5
SMALLEST_CHANGE = 0.05  # levels; less is rounded away


def found(person, audit: Audit, former: Audit | None) -> tuple[Result, dict[int, str]]:
    """The result as far as the person may see it, and the names of its scopes."""
    scores = list(access.scores_for(person, audit))
    names = {score.scope_id: score.scope.subject.name for score in scores}
    subjects = {score.scope_id: score.scope.subject_id for score in scores}
    earlier = levels_before(person, former)
    before = {
        (score.scope_id, score.node.key): earlier.get((subjects[score.scope_id], score.node.key))
        for score in scores
    }
    result = result_of(
        audit.framework_version.content,
        {(score.scope_id, score.node.key): score for score in scores},
        before,
        smallest_group=access.smallest_group(audit),
    )
    return result, names


def levels_before(person, former: Audit | None) -> dict[tuple[int, str], float | None]:
    """Levels of another audit by subject and key of node; none that may not be shown."""
    if former is None:
        return {}
    smallest = access.smallest_group(former)
    return {
        (score.scope.subject_id, score.node.key): score.mean
        for score in access.scores_for(person, former)
        if score.respondents >= smallest
    }


def result(person, audit: Audit, view: str, on: date) -> dict[str, Any]:
    former = audit.former
    found_now, names = found(person, audit, former)
    way = View(view) if view in View.values else View.LEVEL
    gaps = access.gaps_for(person).found_in(audit).ranked()
    return {
        "result": found_now,
        "former": former,
        "former_name": when(former, on),
        "view": way,
        "views": [(f"?view={one}", one.label, one == way) for one in View],
        "heat": heatmap(found_now, way, names, links_to_answers(audit)),
        "stats": stats(found_now, names, former, on),
        "names": names,
        "has_gaps": gaps.exists(),
        **gaps_of(person, audit, gaps[:FIRST_GAPS], on, result=found_now),
    }


def links_to_answers(audit: Audit) -> Callable[..., str]:
    """Addresses of the answers behind a cell; none where answers are shown to nobody."""
    page = reverse("audits:answer-list", args=[audit.pk])

    def url(*, dimension: str | None, scope: int | None) -> str:
        if audit.is_anonymous:
            return ""
        wanted = {"dimension": dimension, "scope": scope}
        query = urlencode({name: value for name, value in wanted.items() if value})
        return f"{page}?{query}"

    return url


def when(audit: Audit | None, on: date) -> str:
    """What the former audit is called beside the present one: "May" or "May 2025"."""
    if audit is None:
        return ""
    day = audit.closed_at.date()
    return day.strftime("%B" if (on - day).days < 300 else "%B %Y")


def stats(found_now: Result, names: dict, former: Audit | None, on: date) -> list[dict]:
    """The four figures on top, each with its label and a note."""
    since = when(former, on)
    return [
        _overall(found_now, since),
        _below(found_now, since),
        _largest(found_now),
        _divided(found_now, names),
    ]


def _overall(found_now: Result, since: str) -> dict:
    note = _("Target %(target)s") % {"target": numbers.number(found_now.target, 1)}
    if since and found_now.change is not None:
        facts = {"change": numbers.signed(found_now.change, 1), "since": since}
        note = f"{note}, " + _("%(change)s since %(since)s") % facts
    return {
        "label": _("Overall score"),
        "value": numbers.number(found_now.level, 1),
        "small": _("of %(high)s") % {"high": numbers.number(found_now.high)},
        "note": note,
    }


def _below(found_now: Result, since: str) -> dict:
    before = found_now.below_before
    note = _("%(n)d in %(since)s") % {"n": before, "since": since} if before is not None else ""
    return {
        "label": _("Dimensions below target"),
        "value": found_now.below,
        "small": _("of %(all)d") % {"all": len(found_now.rows)},
        "note": note,
    }


def _largest(found_now: Result) -> dict:
    row = found_now.largest_gap
    note = _("%(n)s levels below target") % {"n": numbers.number(row.shortfall, 1)} if row else ""
    return _named(_("Largest gap"), row, note, _("None"))


def _divided(found_now: Result, names: dict) -> dict:
    row = found_now.least_agreement
    note = ""
    if row:
        facts = {"n": numbers.number(row.spread, 1), "where": names[row.most_divided]}
        note = _("Answers differ by %(n)s levels inside %(where)s") % facts
    return _named(_("Least agreement"), row, note, _("All agree"))


def _named(label: str, row: Row | None, note: str, otherwise: str) -> dict:
    value = row.dimension.title if row else otherwise
    return {"label": label, "value": value, "small": "", "note": note}


def result_table(context: dict[str, Any]) -> tuple[list[str], list[list]]:
    """The result as a table: what the heatmap shows, with its numbers unrounded."""
    result, names, way = context["result"], context["names"], context["view"]
    header = ["dimension", *(names[scope] for scope in result.scopes), *map(str, heads(way))]
    pick = {
        View.LEVEL: lambda cell: cell.level,
        View.CHANGE: lambda cell: cell.change,
        View.SPREAD: lambda cell: cell.spread,
    }[way]
    return [_plain(name) for name in header], [
        [
            row.dimension.title,
            *(pick(row.cells[scope]) for scope in result.scopes),
            *_ends(row, way),
        ]
        for row in result.rows
    ]


def _plain(name: str) -> str:
    return str(name)


def _ends(row: Row, way: View) -> list:
    if way == View.SPREAD:
        return [row.spread]
    return [row.change] if way == View.CHANGE else [row.level, row.dimension.target, row.change]


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
    rows = [row for row in result.rows if row.level is not None]
    return {
        "former": former,
        "others": others,
        "result": result,
        "rows": [(row, movement(row)) for row in rows],
        "drift": _drift(rows),
    }


def movement(row: Row) -> tuple[str, str]:
    """How a dimension moved: kind of status and words. Noise is not read as progress."""
    if row.change is None:
        return "flat", _("Not asked then")
    if row.noise is None:
        return "flat", _("Too few to tell")
    if abs(row.change) <= max(row.noise, SMALLEST_CHANGE):
        return "flat", _("About as then")
    return ("good", _("Better")) if row.change > 0 else ("bad", _("Worse"))


def _drift(rows: list[Row]) -> str:
    """How far the weakest dimension comes back by chance alone, in levels."""
    levels = [row.before for row in rows if row.before is not None]
    if len(levels) < 3:
        return ""
    middle = sum(levels) / len(levels)
    deviation = (sum((level - middle) ** 2 for level in levels) / (len(levels) - 1)) ** 0.5
    return numbers.number(expected_drift(len(levels), RELIABILITY) * deviation, 1)
