"""One dimension over all audits of a framework, as a chart with a table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from django.utils.translation import gettext as _

from audits import access
from audits.framework_file import ROOT
from audits.gap_rule import dimensions
from audits.models import Audit, Score
from audits.trend import SMALLEST_CHANGE, Band, band_of, retest_error
from productops import numbers
from productops.charts.shapes import Point, Segment, Target, Xmr

COLUMNS = ["audit", "closed_on", "level", "target", "places", "respondents", "lower", "upper"]


@dataclass(frozen=True)
class Moment:
    """One audit on the way: the mean over ``places`` of what the person may see there."""

    audit: Audit
    level: float | None
    target: float | None
    places: int
    respondents: int
    levels: tuple[float, ...]


def trend(person, audit: Audit, wanted_key: str, wanted_subject: str) -> dict[str, Any]:
    """The way of one node; ``wanted_subject`` is the key of a subject, else all are taken
    together. What cannot be understood is the whole framework, and all subjects."""
    nodes = {ROOT: _("All dimensions")} | {
        one.key: one.title for one in dimensions(audit.framework_version.content)
    }
    key = wanted_key if wanted_key in nodes else ROOT
    scores = scores_of(person, audit, key)
    subjects = {one.scope.subject_id: one.scope.subject.name for one in scores}
    subject = next((pk for pk in subjects if str(pk) == wanted_subject), None)
    moments = moments_of(scores, subject)
    band = band_for(moments)
    name = subjects.get(subject, _("All places")) if subject else _("All places")
    return {
        "nodes": list(nodes.items()),
        "key": key,
        "subjects": sorted(subjects.items(), key=lambda pair: pair[1]),
        "subject": subject,
        "title": f"{nodes[key]} · {name}",
        "moments": moments,
        "band": band,
        "chart": chart(moments, band, f"{nodes[key]} · {name}") if len(moments) > 1 else None,
        "reading": reading(moments, band),
        "low": audit.framework_version.low,
        "high": audit.framework_version.high,
    }


def scores_of(person, audit: Audit, key: str) -> list[Score]:
    """The scores of one node in every closed audit of the framework; two statements."""
    audits = access.audits_for(person).closed()
    audits = audits.of_framework(audit.framework_version.framework_id)
    found = access.scores_in(person, audits).order_by("scope__audit__closed_at", "pk")
    wanted = [one for one in found.filter(node__key=key) if one.mean is not None]
    secret = {one.scope.audit for one in wanted if one.scope.audit.is_anonymous}
    shown = {score.pk for audit in secret for score in access.shown_scores(person, audit)}
    return [one for one in wanted if one.scope.audit not in secret or one.pk in shown]


def moments_of(scores: Iterable[Score], subject: int | None) -> list[Moment]:
    """One for each audit, oldest first."""
    by_audit: dict[Audit, list[Score]] = {}
    for one in scores:
        if subject is None or one.scope.subject_id == subject:
            by_audit.setdefault(one.scope.audit, []).append(one)
    return [_moment(audit, its) for audit, its in by_audit.items()]


def _moment(audit: Audit, scores: list[Score]) -> Moment:
    levels = tuple(one.mean for one in scores if one.mean is not None)
    targets = [one.target for one in scores if one.target is not None]
    return Moment(
        audit=audit,
        level=fmean(levels) if levels else None,
        target=fmean(targets) if targets else None,
        places=len(levels),
        respondents=sum(one.respondents for one in scores),
        levels=levels,
    )


def band_for(moments: list[Moment], errors: Mapping | None = None) -> Band | None:
    """Where the newest level would lie had nothing changed."""
    if len(moments) < 2:
        return None
    spreads = [retest_error(one.levels) for one in moments]
    known = [error for error in spreads if error is not None]
    error = fmean(known) if known else None
    return band_of([one.level for one in moments], error, moments[-1].places)


def reading(moments: list[Moment], band: Band | None) -> tuple[str, str]:
    """Kind of status and words for the newest level."""
    if len(moments) < 2:
        return "flat", _("Only one audit so far")
    if band is None:
        return "flat", _("Too few places to tell chance from change")
    newest = moments[-1].level or 0.0
    if band.lower - SMALLEST_CHANGE <= newest <= band.upper + SMALLEST_CHANGE:
        return "flat", _("Within what chance does")
    return (
        ("good", _("Higher than by chance"))
        if newest > band.upper
        else (
            "bad",
            _("Lower than by chance"),
        )
    )


def chart(moments: list[Moment], band: Band | None, name: str) -> Xmr:
    """Points with the band that the newest is held against."""
    kind, words = reading(moments, band)
    points = tuple(
        Point(
            label=f"{one.audit.closed_at:%b %Y}",
            value=one.level,
            signal=kind if one is moments[-1] and kind != "flat" else "",
            note=str(one.audit),
            url=one.audit.get_absolute_url(),
        )
        for one in moments
    )
    segments = (Segment(0, band.centre, band.lower, band.upper),) if band else ()
    newest = moments[-1]
    targets = ()
    if newest.target is not None:
        label = _("target %(n)s") % {"n": numbers.number(newest.target, 1)}
        targets = (Target(label, values=tuple(one.target for one in moments)),)
    return Xmr(name, words, points, segments, targets)


def trend_lines(context: dict[str, Any]) -> list[list]:
    """The table below the chart, as a file."""
    band = context["band"]
    return [
        [
            one.audit.title,
            one.audit.closed_at.date(),
            one.level,
            one.target,
            one.places,
            one.respondents,
            band.lower if band and one is context["moments"][-1] else None,
            band.upper if band and one is context["moments"][-1] else None,
        ]
        for one in context["moments"]
    ]
