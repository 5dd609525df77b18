"""How far one may rely on a result: three ways to sum it up, agreement in words, what nobody knows,
and what is written down beside what is done."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.agreement import band
from audits.heat import paper_words
from audits.pages.answers import BANDS
from audits.results import Result, Row
from productops import numbers
from productops.charts.shapes import Dots

RELIABLE, TENTATIVE = 0.80, 0.667  # of Krippendorff's alpha (formulae 4.3)


def summary(found: Result) -> dict[str, Any] | None:
    """The three roll-ups side by side; the weakest dimension is the honest one."""
    weakest = found.weakest
    if weakest is None or found.level is None:
        return None
    return {
        "mean": numbers.number(found.level, 1),
        "mean_of_means": numbers.number(found.mean_of_dimensions, 1),
        "minimum": numbers.number(weakest.level, 1),
        "name": weakest.dimension.title,
        "distance": numbers.number(max(0.0, found.level - weakest.level), 1),
    }


def sure_rows(found: Result, names: Mapping[int, str], url: Callable[..., str]) -> list[dict]:
    """One line for each dimension: how many spoke, how far they agree, how many do not know."""
    return [
        {
            "name": row.dimension.title,
            "url": url(dimension=row.dimension.key, scope=None),
            "respondents": row.respondents,
            "agreement": agreement_words(row),
            "where": agreed_where(row),
            "divided": names.get(row.most_divided, "") if row.spread else "",
            "spread": numbers.number(row.spread, 1) if row.spread else "",
            "dont_know": row.dont_know,
        }
        for row in found.rows
        if row.respondents or row.level is not None
    ]


def agreement_words(row: Row) -> str:
    """Agreement as a word, never of fewer than five answers."""
    if row.agreement is None:
        return _("too few answers to tell")
    return str(BANDS[band(row.agreement)])


def agreed_where(row: Row) -> str:
    """In how many places enough people answered to speak of agreement."""
    asked = sum(bool(cell.respondents) for cell in row.cells.values())
    if row.agreement is None or row.agreed_in == asked:
        return ""
    text = ngettext("told by %(n)d of %(all)d place", "told by %(n)d of %(all)d places", asked)
    return text % {"n": row.agreed_in, "all": asked}


def alpha_words(alpha: float | None) -> str:
    """What the reliability of the whole questionnaire says, with the figure."""
    if alpha is None:
        return ""
    facts = {"alpha": numbers.number(alpha, 2)}
    if alpha >= RELIABLE:
        return _("Asked about the same, people say the same: reliable (alpha %(alpha)s).") % facts
    if alpha >= TENTATIVE:
        return _("Over all questions people agree well enough to go on (alpha %(alpha)s).") % facts
    return _("Over all questions people see things differently (alpha %(alpha)s).") % facts


def paper_rows(found: Result) -> list[dict]:
    """Each dimension on which somebody said how far things are written down, widest apart first."""
    known = [row for row in found.rows if row.paper is not None]
    return [_paper(row) for row in sorted(known, key=lambda row: -abs(row.paper or 0.0))]


def _paper(row: Row) -> dict[str, Any]:
    facts = {
        "written": numbers.number(row.documented, 1),
        "done": numbers.number(row.practised, 1),
    }
    name = _("written down %(written)s, done %(done)s") % facts
    low, high = row.dimension.range
    return {
        "name": row.dimension.title,
        **facts,
        "difference": numbers.signed(row.paper, 1),
        "words": paper_words(row.paper or 0.0),
        "dots": Dots(name, row.practised, None, row.documented, low=low, high=high),
    }
