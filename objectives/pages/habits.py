"""One's own calibration, for oneself alone."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from objectives.models import CheckIn, KeyResult
from objectives.progress import Calibration, brier
from objectives.progress.calibration import ENOUGH
from productops import numbers
from productops.charts.shapes import Dots
from teams.models import Person

TOP = 10  # of confidence
CLEARLY = 0.1  # one step of confidence: less is not worth a word
COIN = 0.25  # what a coin scores


@dataclass(frozen=True)
class CalibrationLine:
    """All key results of which the same was said."""

    said: int
    number: int
    met: int

    @property
    def picture(self) -> Dots:
        """What was said as a ring, what came true as a dot, on one scale."""
        share = TOP * self.met / self.number
        name = _("Said %(said)s of 10, came true %(met)s of %(number)s")
        return Dots(name % vars(self), now=share, before=self.said, low=0, high=TOP)


@dataclass(frozen=True)
class CalibrationPage:
    """``found`` is None until enough key results have ended."""

    found: Calibration | None
    number: int
    enough: int = ENOUGH

    @property
    def missing(self) -> int:
        return self.enough - self.number

    @property
    def verdict(self) -> str:
        """The one sentence to take away."""
        assert self.found is not None, "there are too few"
        return _verdict(self.found)

    @property
    def parts(self) -> list[tuple[str, str, str]]:
        """The score and its three parts: name, figure, and what it means in a sentence."""
        assert self.found is not None, "there are too few"
        return _parts(self.found)

    @property
    def lines(self) -> list[CalibrationLine]:
        """What was said, how often, and how often it came true."""
        assert self.found is not None, "there are too few"
        return [
            CalibrationLine(round(at * TOP), size, round(size * share))
            for at, size, share in self.found.curve
        ]


def _verdict(found: Calibration) -> str:
    facts = {
        "said": numbers.percent(found.said, 0),
        "met": numbers.percent(found.base, 0),
    }
    if found.said - found.base > CLEARLY:
        text = _("You are too sure: you said %(said)s on average, and %(met)s came true.")
        return text % facts
    if found.base - found.said > CLEARLY:
        text = _("You doubt too much: you said %(said)s on average, and %(met)s came true.")
        return text % facts
    return _("On average you are right: you said %(said)s, and %(met)s came true.") % facts


def _parts(found: Calibration) -> list[tuple[str, str, str]]:
    told = found.told_apart
    return [
        (_("Brier score"), numbers.number(found.score), _score(found)),
        (
            _("Calibration"),
            numbers.number(found.reliability),
            _("What you say and how often it comes true lie %(n)s steps of ten apart; 0 is best.")
            % {"n": numbers.number(found.apart * TOP, 1)},
        ),
        (
            _("Resolution"),
            numbers.number(found.resolution),
            _("All of yours ended the same way, so nothing could be told apart.")
            if told is None
            else _("You tell apart %(share)s of all that there was to tell; more is better.")
            % {"share": numbers.percent(told, 0)},
        ),
        (
            _("Uncertainty"),
            numbers.number(found.uncertainty),
            _("%(share)s came true; the nearer that is to half, the harder it is to foretell.")
            % {"share": numbers.percent(found.base, 0)},
        ),
    ]


def _score(found: Calibration) -> str:
    """Against the two that know nothing: a coin, and whoever says the usual share of everything."""
    if found.score < found.uncertainty:
        return _("Better than saying the same of everything; 0 is best, a coin gets 0.25.")
    if found.score < COIN:
        return _("Better than a coin (0.25), not than saying the same of everything; 0 is best.")
    return _("No better than a coin, which gets 0.25; 0 is best.")


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
