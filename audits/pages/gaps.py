"""Gaps as rows of a table, and everything about one of them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponseBase, QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from audits import access
from audits.models import Audit, Gap, GapScope, Score
from audits.results import Result
from productops import numbers
from productops.charts.shapes import Dots
from productops.downloads import csv_download, xlsx_download
from teams.models import Person

GAP_COLUMNS = [
    "id",
    "title",
    "finding",
    "subject",
    "state",
    "source",
    "cause",
    "whys",
    "owner",
    "level",
    "target",
    "priority",
    "formula",
    "band",
    "found_on",
    "due_on",
    "closed_on",
    "closed_because",
]
POINTS = 100  # a priority is a small product of shares; in hundredths it can be read
OBJECTIVE_NEW = "objectives:objective-new"
PAGES = {
    "plan": OBJECTIVE_NEW,
    **{verb: f"audits:gap-{verb}" for verb in ("assign", "accept", "close", "merge")},
}
DOWNLOADS = {"csv": csv_download, "xlsx": xlsx_download}


def gap_line(gap: Gap) -> list:
    return [
        gap.pk,
        gap.title,
        gap.finding,
        gap.subject.reference,
        gap.state,
        gap.source,
        gap.cause,
        " / ".join(gap.whys),
        gap.owner.email if gap.owner else "",
        gap.level,
        gap.target,
        gap.priority,
        gap.formula,
        gap.band or "",
        gap.found_on,
        gap.due_on,
        gap.closed_on,
        gap.closed_because,
    ]


def gap_file(gaps: QuerySet, name: str, form: str) -> HttpResponseBase | None:
    """The gaps as a file of the form that was asked for (csv, xlsx), None for any other."""
    if form not in DOWNLOADS:
        return None
    return DOWNLOADS[form](f"{name}.{form}", GAP_COLUMNS, map(gap_line, gaps))


def address_of(name: str) -> str:
    """The address of a page of a later app, or "" where it offers none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def page_for(then: str) -> str:
    """The page to which ticked gaps are taken."""
    address = address_of(PAGES.get(then, ""))
    if not address:
        raise Http404
    return address


def back_to(gaps: list[Gap], query: str = "") -> str:
    """The page from which several gaps were chosen: the list with its filters (their query
    string), else their audit's."""
    if query:
        return f"{reverse('audits:gap-list')}?{QueryDict(query).urlencode()}"
    audits = {gap.audit_id for gap in gaps}
    if len(audits) == 1 and (audit := gaps[0].audit):
        return reverse("audits:audit-gaps", args=[audit.pk])
    return reverse("audits:gap-list")


def gap_rows(gaps: Iterable[Gap], on: date) -> list[dict[str, Any]]:
    """Gaps with what a row shows of them; two queries for all rows."""
    rows = list(gaps)
    seen = GapScope.objects.filter(gap__in=[gap.pk for gap in rows])
    counts = dict(seen.values_list("gap").annotate(n=Count("scope", distinct=True)))
    plans = objectives_of(rows)
    return [_row(gap, plans.get(gap.pk, []), counts.get(gap.pk, 0), on) for gap in rows]


def _row(gap: Gap, plans: list, seen: int, on: date, before: float | None = None) -> dict:
    kind, text = gap.standing(on)
    return {
        "gap": gap,
        "dots": dots_of(gap, before),
        "priority": points(gap),
        "seen": seen,
        "where": "",
        "kind": kind,
        "text": text,
        "plans": plans,
    }


def points(gap: Gap) -> str:
    return numbers.number(None if gap.priority is None else gap.priority * POINTS, 1)


def dots_of(gap: Gap, before: float | None, since: str = "") -> Dots | None:
    """Ring, dot and tick: the level then, now and wanted."""
    if gap.level is None:
        return None
    low, high = scale_of(gap)
    words = [
        f"{since} {numbers.number(before, 1)}" if since and before is not None else "",
        _("now %(level)s") % {"level": numbers.number(gap.level, 1)},
        _("target %(level)s") % {"level": numbers.number(gap.target, 1)},
    ]
    name = ", ".join(word for word in words if word)
    return Dots(name, gap.level, gap.target, before, low=low, high=high)


def scale_of(gap: Gap) -> tuple[float, float]:
    version = gap.node.version if gap.node else None
    return (version.low, version.high) if version else (0, 4)


def objectives_of(gaps: list[Gap]) -> dict[int, list]:
    """The objectives that answer each gap: rows of a later app, over the reverse relation."""
    if not hasattr(Gap, "objectives"):
        return {}
    pks = [gap.pk for gap in gaps]
    kept = Q(objectives__deleted_at=None, objectives__isnull=False)
    pairs = Gap.objects.filter(kept, pk__in=pks).values_list("pk", "objectives")
    keys: dict[int, list[int]] = {}
    for pk, objective in pairs:
        keys.setdefault(pk, []).append(objective)
    model = Gap._meta.get_field("objectives").related_model
    rows = model.objects.in_bulk({key for found in keys.values() for key in found})
    return {pk: [rows[key] for key in found if key in rows] for pk, found in keys.items()}


def gaps_of(
    person, audit: Audit, gaps: QuerySet, on: date, result: Result | None = None
) -> dict[str, Any]:
    """The ranked gaps of one audit, with what the former one found in the same places."""
    former = audit.former if audit.is_closed else None
    rows = gap_rows(gaps, on)
    scored = scopes_with_score(audit)
    seen = _seen_in(audit, rows)
    before = _before(person, rows, seen, former)
    since = former.closed_at.strftime("%B") if former else ""
    for row in rows:
        gap = row["gap"]
        found = seen.get(gap.pk, {})
        row["where"] = _("%(n)d of %(all)d below") % {"n": len(found), "all": scored}
        row["dots"] = dots_of(gap, before.get(gap.pk), since)
    return {
        "rows": rows,
        "former_name": since,
        "can_plan": bool(address_of(OBJECTIVE_NEW)),
        "scale": _scale_text(audit),
    }


def _scale_text(audit: Audit) -> str:
    version = audit.framework_version
    return _("Level %(scale)s") % {"scale": numbers.between(version.low, version.high)}


def scopes_with_score(audit: Audit) -> int:
    root = Score.objects.of_audit(audit).filter(node__parent=None, mean__isnull=False)
    return root.count()


def _seen_in(audit: Audit, rows: list[dict]) -> dict[int, dict[int, float]]:
    """In which scopes of this audit each gap was seen: {gap: {subject: level}}."""
    found = GapScope.objects.filter(scope__audit=audit, gap__in=[row["gap"].pk for row in rows])
    seen: dict[int, dict[int, float]] = {}
    for gap, subject, level in found.values_list("gap", "scope__subject", "level"):
        seen.setdefault(gap, {})[subject] = level
    return seen


def _before(person: Person, rows: list[dict], seen: dict, former: Audit | None) -> dict[int, float]:
    """The mean level of the former audit over the same subjects, for each gap; nothing of what
    may not be shown of it."""
    if former is None:
        return {}
    keys = {row["gap"].node.key for row in rows if row["gap"].node}
    levels = {
        (one.scope.subject_id, one.node.key): one.mean
        for one in access.shown_scores(person, former, keys)
        if one.mean is not None
    }
    before = {}
    for row in rows:
        gap = row["gap"]
        key = gap.node.key if gap.node else ""
        known = [levels[s, key] for s in seen.get(gap.pk, {}) if (s, key) in levels]
        if known:
            before[gap.pk] = sum(known) / len(known)
    return before
