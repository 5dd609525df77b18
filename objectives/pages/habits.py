"""One's own calibration, for oneself alone."""

from dataclasses import dataclass

from django.db.models import Prefetch

from objectives.models import CheckIn, KeyResult
from objectives.progress import Calibration, brier
from objectives.progress.calibration import ENOUGH
from teams.models import Person


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
