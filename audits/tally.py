"""What the answers about one scope say besides their level: how far people agree, how many did not
know, how far things are written down. Counted once for each answer and section above it."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean
from typing import NamedTuple, Protocol

from audits.agreement import (
    SMALLEST_GROUP,
    alpha_of_units,
    average_deviation,
    rwg_of_ratios,
    variance_ratio,
)
from audits.asked import Reply
from audits.disagreement import step_of

ANSWERED, DONT_KNOW = "answered", "dont_know"
FEWEST_TO_DIFFER = 2


class Place(Protocol):
    """What is needed of a node of the questionnaire."""

    pk: int
    key: str
    parent_id: int | None
    kind: str
    weight: float
    low: float | None
    high: float | None
    choices: list


class Item(NamedTuple):
    """One level question about one subject: how many rated it, how their ratings vary beside chance
    (``agreement.variance_ratio``), and how far they lie from their mean."""

    n: int
    ratio: float
    deviation: float


@dataclass
class Tally:
    """One node: ``items`` are the level questions beneath it that two or more people rated, by
    their subject. ``people`` said something there, ``speakers`` something that counts; of the
    questions beneath that were answered for how far things are written down, ``fewest_written`` is
    the smallest number of such answers (None: there are none)."""

    people: set = field(default_factory=set)
    speakers: set = field(default_factory=set)
    fewest_written: int | None = None
    dont_know: int = 0
    spread: float | None = None
    items: dict[Hashable, list[Item]] = field(default_factory=dict)

    @property
    def agreement(self) -> float | None:
        """r_wg of a question, r_wg(J) of a section, over what five people or more have rated; None
        where there is nothing of that kind (formulae 4.3). The plain mean over subjects: questions
        about one subject ask for the same, those about several do not."""
        known = [
            [item.ratio for item in items if item.n >= SMALLEST_GROUP]
            for items in self.items.values()
        ]
        found = [rwg_of_ratios(ratios) for ratios in known if ratios]
        return fmean(found) if found else None

    @property
    def deviation(self) -> float | None:
        """Mean over its items of the average deviation, in levels; None where nobody can differ."""
        found = [item.deviation for items in self.items.values() for item in items]
        return fmean(found) if found else None


def tallies(places: Iterable[Place], replies: Iterable[Reply]) -> dict[str, Tally]:
    """The tally of every node by its key, from the replies about one scope."""
    by_pk = {place.pk: place for place in places}
    by_key = {place.key: place for place in by_pk.values()}
    found = {pk: Tally() for pk in by_pk}
    ratings: dict[tuple[str, Hashable], list[float]] = {}
    written: Counter[tuple[str, Hashable]] = Counter()
    for one in replies:
        for pk in _upwards(by_key[one.key].pk, by_pk):
            found[pk].people.add(one.who)
            if one.content["state"] == ANSWERED:
                found[pk].speakers.add(one.who)
            found[pk].dont_know += one.content["state"] == DONT_KNOW
        if (number := rating_of(one)) is not None:
            ratings.setdefault((one.key, one.about), []).append(number)
        written[one.key, one.about] += one.content.get("documented") is not None
    for (key, _about), number in written.items():
        for pk in _upwards(by_key[key].pk, by_pk) if number else ():
            known = found[pk].fewest_written
            found[pk].fewest_written = number if known is None else min(known, number)
    for (key, about), numbers in ratings.items():
        _add(found, by_pk, by_key[key], about, numbers)
    return {by_pk[pk].key: tally for pk, tally in found.items()}


def rating_of(reply: Reply) -> float | None:
    return reply.content["number"] if reply.content["state"] == ANSWERED else None


def _add(
    found: dict[int, Tally],
    places: Mapping[int, Place],
    question: Place,
    about: Hashable,
    numbers: list[float],
) -> None:
    """Count one question about one subject for itself and every section that it is part of."""
    if question.weight <= 0 or len(numbers) < FEWEST_TO_DIFFER:
        return
    distance, item = max(numbers) - min(numbers), _item(question, numbers)
    for pk in _upwards(question.pk, places):
        tally = found[pk]
        tally.spread = max(distance, tally.spread or 0.0)
        if item:
            tally.items.setdefault(about, []).append(item)


def _item(question: Place, numbers: list[float]) -> Item | None:
    """Ratings as steps of the scale, so that levels called 0, 25 and 50 lie one step apart."""
    scale = levels_of(question)
    if not scale or min(numbers) < min(scale) or max(numbers) > max(scale):
        return None
    steps = [step_of(number, scale) for number in numbers]
    return Item(len(steps), variance_ratio(steps, len(scale)), average_deviation(steps))


def _upwards(pk: int | None, places: Mapping[int, Place]) -> Iterable[int]:
    while pk is not None:
        yield pk
        pk = places[pk].parent_id


def levels_of(question: Place) -> tuple[float, ...]:
    """The values of a question's levels; empty for what has none."""
    if question.kind != "level" or len(question.choices) < FEWEST_TO_DIFFER:
        return ()
    return tuple(float(choice["value"]) for choice in question.choices)


def alpha_of(places: Iterable[Place], scopes: Iterable[Iterable[Reply]]) -> float | None:
    """Krippendorff's alpha of the level questions that count: is the questionnaire reliable?

    ``scopes``: the replies about each. A unit is one question about one subject of one scope. Ranks
    are compared (ordinal) where all questions share their levels; else each answer's place on its
    own scale (interval).
    """
    scales = {place.key: levels_of(place) for place in places if place.weight > 0}
    units: dict[tuple[int, str, Hashable], list[float]] = {}
    for at, replies in enumerate(scopes):
        for one in replies:
            if scales.get(one.key) and (number := rating_of(one)) is not None:
                units.setdefault((at, one.key, one.about), []).append(number)
    if len({tuple(sorted(scale)) for scale in scales.values() if scale}) <= 1:
        return alpha_of_units(units.values(), "ordinal")
    placed = (_placed(numbers, scales[key[1]]) for key, numbers in units.items())
    return alpha_of_units(placed, "interval")


def _placed(numbers: list[float], scale: tuple[float, ...]) -> list[float]:
    low, high = min(scale), max(scale)
    return [(number - low) / (high - low) for number in numbers]
