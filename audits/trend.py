"""What a change between two audits says once chance is taken away, and which questions changed.

Chance comes in twice. Whoever asks the same people again gets somewhat other answers: the retest
band. And an audit picks what is weakest, part of which was bad luck: it comes back by itself
(formulae 4.2; features 3, item 6).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from audits.scoring import expected_drift

RELIABILITY = 0.7  # of asking the same people again; questionnaires of this kind reach .6 to .8
SURE = 1.96  # standard errors on either side that chance stays within 19 times of 20
FEWEST = 3  # values before anything can be said about their spread
SMALLEST_CHANGE = 0.05  # levels; less is rounded away


@dataclass(frozen=True)
class Change:
    """A level then and now. ``expected`` is what chance alone would have given back; ``band`` how
    far a change may go by chance; None where too little is known to say."""

    before: float | None
    now: float | None
    observed: float | None
    expected: float = 0.0
    band: float | None = None

    @property
    def net(self) -> float | None:
        """The change without what would have come back by itself; never turned around by it."""
        if self.observed is None or self.observed <= 0:
            return self.observed
        return max(0.0, self.observed - self.expected)

    @property
    def reading(self) -> str:
        """``not_asked``, ``too_few``, ``same``, ``better`` or ``worse``."""
        if self.net is None:
            return "not_asked"
        if self.band is None:
            return "too_few"
        if abs(self.net) <= max(self.band, SMALLEST_CHANGE):
            return "same"
        return "better" if self.net > 0 else "worse"


def retest_error(levels: Iterable[float | None], reliability: float = RELIABILITY) -> float | None:
    """How far one level may be off, in levels: SD * sqrt(1 - r), the standard error of measurement.

    ``levels`` are those of the places that were asked; None below three of them.
    """
    known = [level for level in levels if level is not None]
    return stdev(known) * (1 - reliability) ** 0.5 if len(known) >= FEWEST else None


def change_band(error: float | None, places: int) -> float | None:
    """How far a mean over so many places may move between two audits by chance alone."""
    if error is None or places < 1:
        return None
    return SURE * error * (2 / places) ** 0.5


def drift_of_worst(levels: Sequence[float], reliability: float = RELIABILITY) -> float:
    """By how many levels the weakest of these comes back with nothing done; 0 below three."""
    if len(levels) < FEWEST:
        return 0.0
    return expected_drift(len(levels), reliability) * stdev(levels)


# The same people ----------------------------------------------------------------------------
@dataclass(frozen=True)
class Matched:
    """What changed among those who answered both times: ``n`` people."""

    n: int
    change: float
    band: float | None


def matched(before: Mapping, now: Mapping) -> dict[str, Matched]:
    """By the name of what was asked, the mean change of those who answered both times.

    Both map (who, about, question, name) to a level; several questions may share a name (their
    dimension). Each person counts once. The band is two standard errors, None below three people.
    """
    changes: dict[str, dict[object, list[float]]] = {}
    for place in before.keys() & now.keys():
        who, _about, _question, name = place
        changes.setdefault(name, {}).setdefault(who, []).append(now[place] - before[place])
    return {name: _matched([fmean(c) for c in people.values()]) for name, people in changes.items()}


def _matched(changes: list[float]) -> Matched:
    band = 2 * stdev(changes) / len(changes) ** 0.5 if len(changes) >= FEWEST else None
    return Matched(len(changes), fmean(changes), band)


# Questions ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class QuestionChange:
    """``kind``: new, changed, same or removed. ``before`` is the former text where it changed."""

    kind: str
    key: str
    text: str
    before: str = ""


def question_changes(former: Mapping, newer: Mapping) -> list[QuestionChange]:
    """Every question of two contents, told apart by key and text; removed ones last."""
    then, now = _questions(former), _questions(newer)
    found = [_changed(key, text, then.get(key)) for key, text in now.items()]
    gone = [QuestionChange("removed", key, text) for key, text in then.items() if key not in now]
    return found + gone


def _changed(key: str, text: str, before: str | None) -> QuestionChange:
    if before is None:
        return QuestionChange("new", key, text)
    if " ".join(before.split()) == " ".join(text.split()):
        return QuestionChange("same", key, text)
    return QuestionChange("changed", key, text, before)


def _questions(content: Mapping) -> dict[str, str]:
    found: dict[str, str] = {}
    waiting = list(reversed(content["nodes"]))
    while waiting:
        node = waiting.pop()
        if "children" in node:
            waiting.extend(reversed(node["children"]))
        elif node.get("type") not in ("note", "calculated"):
            found[node["key"]] = node["text"]
    return found


# Over all audits ----------------------------------------------------------------------------
@dataclass(frozen=True)
class Band:
    """Where a level should lie if nothing changed: around the mean of the earlier audits."""

    centre: float
    lower: float
    upper: float


def band_of(levels: Sequence[float | None], error: float | None, places: int) -> Band | None:
    """The band for the newest of ``levels`` (oldest first), from all before it.

    The mean of k earlier levels and one new level differ by chance by SURE * error / sqrt(places)
    * sqrt(1 + 1 / k). None without an earlier level or where the error is not known.
    """
    earlier = [level for level in levels[:-1] if level is not None]
    if not earlier or error is None or places < 1:
        return None
    half = SURE * error * ((1 + 1 / len(earlier)) / places) ** 0.5
    centre = fmean(earlier)
    return Band(centre, centre - half, centre + half)
