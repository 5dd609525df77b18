"""What a closed audit found."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from audits import access
from audits.choices import View
from audits.framework_file import ROOT
from audits.gap_rule import dimensions
from audits.heat import heads, heatmap, value_of
from audits.models import Audit, Score
from audits.pages.facts import has_record
from audits.pages.gaps import gaps_of
from audits.pages.sureness import alpha_words, paper_rows, summary, sure_rows
from audits.results import Result, Row, result_of
from productops import numbers
from teams.choices import SubjectKind

FIRST_GAPS = 5


def found(
    person, audit: Audit, former: Audit | None, kind: str = ""
) -> tuple[Result, dict[int, str]]:
    """The result as far as the person may see it, and the names of its scopes; ``kind`` leaves
    only scopes that are products, or teams."""
    keys = [ROOT, *(one.key for one in dimensions(audit.framework_version.content))]
    shown, hidden = visible_scores(person, audit, keys)
    kept = kind or None
    scores = [one for one in shown if kept in (None, one.scope.subject.kind)]
    secret = [one for one in hidden if kept in (None, one.scope.subject.kind)]
    every = [*scores, *secret]
    names = {score.scope_id: score.scope.subject.name for score in every}
    subjects = {score.scope_id: score.scope.subject_id for score in every}
    earlier = levels_before(person, former, keys)
    before = {
        (score.scope_id, score.node.key): earlier.get((subjects[score.scope_id], score.node.key))
        for score in scores
    }
    result = result_of(
        audit.framework_version.content,
        {(score.scope_id, score.node.key): score for score in every},
        before,
        hidden={(score.scope_id, score.node.key) for score in secret},
    )
    return result, names


def visible_scores(person, audit: Audit, keys: Iterable[str]) -> tuple[list[Score], list[Score]]:
    """The scores of the nodes that a result has room for, and those of an anonymous audit that
    stay unseen."""
    scores = access.scores_for(person, audit)
    if not audit.is_anonymous:
        return list(scores.filter(node__key__in=keys)), []
    shown = access.shown_scores(person, audit)
    known = {score.pk for score in shown}
    return shown, [one for one in scores if one.pk not in known and one.respondents]


def levels_before(
    person, former: Audit | None, keys: Iterable[str]
) -> dict[tuple[int, str], float | None]:
    """Levels of another audit by subject and key of node; none that may not be shown."""
    if former is None:
        return {}
    shown, _hidden = visible_scores(person, former, keys)
    return {(one.scope.subject_id, one.node.key): one.mean for one in shown}


def result(
    person, audit: Audit, view: str, on: date, kind: str = "", first_gaps: int = FIRST_GAPS
) -> dict[str, Any]:
    former = audit.former
    kinds = kinds_of(person, audit)
    kind = kind if kind in kinds else ""
    found_now, names = found(person, audit, former, kind)
    way = View(view) if view in View.values else View.LEVEL
    gaps = access.gaps_for(person).found_in(audit).ranked()
    links = links_to_answers(audit)
    return {
        "result": found_now,
        "former": former,
        "former_name": when(former, on),
        "view": way,
        "views": [(query(view=one, kind=kind), one.label, one == way) for one in ways(found_now)],
        "kinds": choices_of(kinds, kind, way),
        "heat": heatmap(found_now, way, names, links),
        "stats": stats(found_now, names, former, on),
        "summary": summary(found_now),
        "sure": sure_rows(found_now, names, links),
        "paper": paper_rows(found_now),
        "has_record": has_record(audit),
        "alpha": alpha_words(audit.alpha),
        "names": names,
        **gaps_of(person, audit, gaps[:first_gaps], on, result=found_now),
    }


def ways(found_now: Result) -> list[View]:
    """Documentation is a way of looking only where somebody was asked."""
    return [one for one in View if one != View.PAPER or found_now.has_paper]


def kinds_of(person, audit: Audit) -> list[str]:
    """The kinds of things that the person sees in this audit."""
    seen = audit.scopes.visible_to(person).order_by("subject__kind")
    return list(seen.values_list("subject__kind", flat=True).distinct())


def choices_of(kinds: Iterable[str], kind: str, view: View) -> list[tuple[str, str, bool]]:
    """Links that leave one kind of scope; none where there is but one."""
    found = list(kinds)
    if len(found) < 2:
        return []
    labels = [("", _("All")), *((one, str(SubjectKind(one).label)) for one in found)]
    return [(query(view=view, kind=one), label, one == kind) for one, label in labels]


def query(**parts: str) -> str:
    return "?" + urlencode({name: str(value) for name, value in parts.items() if value})


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
    note = _("Target %(target)s") % {"target": numbers.number(found_now.wanted, 1)}
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
    return [_plain(name) for name in header], [
        [
            row.dimension.title,
            *(value_of(row.cells[scope], way) for scope in result.scopes),
            *_ends(row, way),
        ]
        for row in result.rows
    ]


def _plain(name: str) -> str:
    return str(name)


def _ends(row: Row, way: View) -> list:
    if way == View.LEVEL:
        return [row.level, row.target, row.change]
    return [{View.SPREAD: row.spread, View.CHANGE: row.change, View.PAPER: row.paper}[way]]
