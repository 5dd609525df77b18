"""How people of the demo speak in check-ins: one is always sure, one never, most of them learn."""

from collections.abc import Sequence
from random import Random

from objectives.models import KeyResult

# The share of weeks in which somebody says nothing.
QUIET = {"ines": 0.05, "Mia Brandt": 0.1, "Dario Conti": 0.3, "Jonas Falk": 0.2}
USUAL = 0.15
OPTIMIST, CAUTIOUS = "Dario Conti", "Hanna Lund"
MOVED = (
    "Moved as planned.", "A step on; nothing unusual.", "What we did two weeks ago shows.",
    "Better than last week.", "Slowly, and in the right direction.", "Ahead of what I expected.",
)  # fmt: skip
STOOD = (
    "No change.", "A short week; nothing moved.", "Waiting for the release.",
    "The team was on incidents.", "Prepared the next step; the number follows later.",
)  # fmt: skip
BACK = ("A step back; we look into it.", "Worse than last week, within what is usual.")
SILENT = 0.45  # so often a check-in is a number without words


def quiet_of(who: str) -> float:
    return QUIET.get(who, USUAL)


def words_of(
    former: float | None, value: float | None, row: KeyResult, luck: Random
) -> Sequence[str]:
    """What is said in a week of which the story tells nothing."""
    if former is None or value is None or luck.random() < SILENT:
        return ("",)
    if value == former:
        return (luck.choice(STOOD),)
    is_better = (value > former) == ((row.target or 0) > (row.baseline or 0))
    return (luck.choice(MOVED if is_better or row.is_maintain else BACK),)


def confidence_of(row: KeyResult, who: str, gone: float, ends: float | None, luck: Random) -> int:
    """Of ten: everybody begins at six; what one knows by the end, one knows a bit earlier."""
    if who == OPTIMIST:
        return 9 if gone < 0.85 else 7
    if who == CAUTIOUS:
        return luck.choice((4, 4, 5)) if gone < 0.85 else 6
    known = 6.0 if ends is None else 8.5 if ends >= 1 else 5.5 if ends >= 0.7 else 3.0
    if row.is_maintain:
        known = 8.0
    elif ends is None and row.series_id:
        known = 5.0
    sure = min(1.0, gone * 1.3)
    extra = 1 if who == "Mia Brandt" else 0
    said = 6 + (known - 6) * sure + luck.choice((-1, 0, 0, 1)) + extra * (1 - sure)
    return max(0, min(10, round(said)))
