"""The cards beside a dashboard's rows: objectives of the cycle, and the newest audit."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.models import Audit
from audits.pages.results import found as result_of
from audits.pages.results import when
from metrics.boards.content import ObjectiveLine, Objectives, Practice, PracticeLine
from objectives.models import Cycle, Objective
from productops import numbers
from productops.charts.shapes import Dots, Track
from teams.models import Person, Subject

FRESH = timedelta(days=7)  # a check-in that is older is said to be missing
MOST_OBJECTIVES, MOST_DIMENSIONS = 4, 6  # with all rows of a dashboard on one sheet of paper


def objectives_of(person: Person, today: date, about: Subject | None = None) -> Objectives | None:
    """The objectives of the cycle that runs, with progress against the time gone."""
    cycle = Cycle.objects.visible_to(person).current(today)
    if cycle is None:
        return None
    mine = Objective.objects.visible_to(person).ongoing().filter(cycle=cycle).with_standing()
    if about is not None:
        mine = mine.filter(subject=about)
    listed = [objective_line(objective, today) for objective in mine]
    return Objectives(str(cycle), len(listed), tuple(listed[:MOST_OBJECTIVES]))


def objective_line(objective: Objective, today: date) -> ObjectiveLine:
    standing = objective.standing(today)
    name = _("%(title)s: %(progress)s done, %(time)s of the time gone") % {
        "title": objective.title,
        "progress": numbers.percent(standing.progress, 0),
        "time": numbers.percent(standing.expected, 0),
    }
    return ObjectiveLine(
        ref=f"objective:{objective.pk}",
        title=objective.title,
        url=objective.get_absolute_url(),
        done=numbers.percent(standing.progress, 0),
        track=Track(name, standing.progress, standing.expected),
        kind=standing.kind,
        word=str(standing.word),
        note=confidence_of(standing, today),
    )


def confidence_of(standing: Any, today: date) -> str:
    """What people say beside the number: their confidence, or that nobody said anything."""
    if standing.confidence is None:
        return _("no check-in yet")
    if standing.said_on and (today - standing.said_on).days > FRESH.days:
        days = (today - standing.said_on).days
        return ngettext("no check-in for %(n)s day", "no check-in for %(n)s days", days) % {
            "n": days
        }
    return _("confidence %(n)s of 10") % {"n": standing.confidence}


def practice_of(person: Person, today: date) -> Practice | None:
    """The dimensions of the newest closed audit: now, in the audit before, and wanted."""
    closed = Audit.objects.visible_to(person).closed().order_by("-closed_at", "-pk")
    audit = closed.select_related("framework_version__framework").first()
    if audit is None:
        return None
    former = audit.former
    result, _names = result_of(person, audit, former)
    return Practice(
        ref=f"audit:{audit.pk}",
        title=str(audit.framework_version.framework.title),
        url=audit.get_absolute_url(),
        before=str(when(former, today) or ""),
        level=numbers.number(result.level, 1),
        highest=numbers.number(result.high),
        lines=tuple(
            dimension_line(row, result)
            for row in result.rows[:MOST_DIMENSIONS]
            if row.level is not None
        ),
    )


def dimension_line(row: Any, result: Any) -> PracticeLine:
    """One dimension as dots."""
    wanted = row.dimension.target
    words = {
        "name": row.dimension.title,
        "now": numbers.number(row.level, 1),
        "target": numbers.number(wanted, 1),
    }
    return PracticeLine(
        name=row.dimension.title,
        value=words["now"],
        dots=Dots(
            name=_("%(name)s: now %(now)s, target %(target)s") % words,
            now=row.level,
            target=wanted,
            before=row.before,
            low=result.low,
            high=result.high,
        ),
    )
