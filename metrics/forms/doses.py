"""What shows that a change arrived: series that measure adoption, skill and seats come first."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from metrics.choices import Kind
from objectives.models import Series
from productops.measures import Direction
from teams.models import Person

# Numbers that the apps measure of themselves, by what an improvement of a kind changes.
MEASURES = {
    Kind.PROCESS: {
        "processes.adoption",
        "processes.process-adoption",
        "processes.acknowledged",
    },
    Kind.SKILL: {"teams.team-skills-covered", "teams.skills-covered"},
    Kind.TOOL: {"tooling.tool-seats-in-use", "tooling.seats-in-use"},
}
WAYS = [(Direction.UP, _("By rising")), (Direction.DOWN, _("By falling"))]


def offered_to(person: Person):
    kept = Series.objects.visible_to(person).filter(kpi__deleted_at=None)
    return kept.select_related("kpi", "subject")


def choices_of(rows: Iterable[Series], kind: str) -> list[tuple[Any, Any]]:
    """The series to choose from, those that fit the kind first."""
    fitting = MEASURES.get(Kind(kind), set())
    fit, rest = [], []
    for series in rows:
        (fit if series.kpi.measure in fitting else rest).append((series.pk, str(series)))
    groups = [(_("Suggested"), fit), (_("Others"), rest)]
    return [("", _("Not measured")), *((name, group) for name, group in groups if group)]


def fault_of(series: Series | None, level: float | None) -> tuple[str, str] | None:
    """The field that is missing beside the other, with what to say of it."""
    if series is not None and level is None:
        return "dose_level", gettext("Say at which level it counts as delivered.")
    if series is None and level is not None:
        return "dose_series", gettext("Say in which series the level is seen.")
    return None
