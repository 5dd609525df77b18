"""Update discipline for everybody, and one's own calibration for oneself."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, Q

from objectives.choices import CHECK_IN_EVERY_DAYS
from objectives.discipline import Discipline, Looked, discipline, together
from objectives.models import CheckIn, KeyResult, Objective
from objectives.progress import Calibration, brier
from objectives.progress.calibration import ENOUGH
from productops import clock
from teams.models import Person, Subject


@dataclass(frozen=True)
class DisciplinePage:
    whole: Discipline
    groups: list[tuple[Subject, Discipline]]
    without_results: list[Objective]


def discipline_page(key_results, objectives, on: date) -> DisciplinePage:
    """``key_results`` that are worked on and ``objectives`` that run, as far as one sees them."""
    since = on - timedelta(days=CHECK_IN_EVERY_DAYS - 1)
    young = Q(created_at__gte=clock.start_of(since))
    rows = key_results.order_by("objective_id", "pk").annotate(is_young=young)
    found = discipline(
        Looked(subject, said_on is not None and said_on >= since, series is not None, is_young)
        for subject, said_on, series, is_young in rows.values_list(
            "objective__subject", "last_said__on", "series", "is_young"
        )
    )
    subjects = Subject.objects.in_bulk([one.group for one in found])
    return DisciplinePage(
        whole=together(found),
        groups=[(subjects[one.group], one) for one in found],
        without_results=list(objectives.filter(key_results=None).select_related("subject")),
    )


@dataclass(frozen=True)
class CalibrationPage:
    """``found`` is None until enough key results have ended."""

    found: Calibration | None
    number: int
    enough: int = ENOUGH


def calibration_page(person: Person) -> CalibrationPage:
    """How the person's confidence, read as a probability, came true; shown to them alone.

    Of each key result that was graded: what the person said by the middle of its cycle, else
    first, since at the end everybody knows. Met: it ended at its target.
    """
    rows = KeyResult.objects.filter(graded_on__isnull=False, final_progress__isnull=False)
    rows = rows.filter(check_ins__author=person, check_ins__confidence__isnull=False).distinct()
    said = CheckIn.objects.filter(author=person, confidence__isnull=False).order_by("on", "pk")
    rows = rows.select_related("objective__cycle").prefetch_related(
        Prefetch("check_ins", said, to_attr="said_by_them")
    )
    pairs = [(confidence_of(row), row.final_progress >= 1) for row in rows]
    found = brier([confidence for confidence, _met in pairs], [met for _confidence, met in pairs])
    return CalibrationPage(found, len(pairs))


def confidence_of(key_result: KeyResult) -> int:
    """What was said last by the middle of the cycle, else first."""
    cycle, said = key_result.objective.cycle, key_result.said_by_them
    if cycle.starts_on is None or cycle.ends_on is None:
        return said[0].confidence
    middle = cycle.starts_on + (cycle.ends_on - cycle.starts_on) / 2
    early = [one for one in said if one.on <= middle]
    return (early[-1] if early else said[0]).confidence
