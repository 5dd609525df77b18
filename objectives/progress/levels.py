"""The four numbers of a key result (baseline, commit, target, stretch) and their zones."""

from dataclasses import dataclass

from productops.figures import finite

# Where commit and target stand on the way from baseline to stretch, unless somebody says otherwise.
SHARE_OF_STRETCH = {"baseline": 0.0, "commit": 0.3, "target": 0.7, "stretch": 1.0}


@dataclass(frozen=True)
class Levels:
    """Four numbers that only rise or only fall, in the unit of the KPI."""

    baseline: float
    commit: float
    target: float
    stretch: float

    def __post_init__(self) -> None:
        rises = self.baseline < self.commit < self.target < self.stretch
        if not (rises or self.baseline > self.commit > self.target > self.stretch):
            raise ValueError("baseline, commit, target and stretch have to rise, or fall, in turn.")


def fill_levels(
    *,
    baseline: float | None = None,
    commit: float | None = None,
    target: float | None = None,
    stretch: float | None = None,
) -> Levels:
    """All four numbers from any two of them: commit at 30 %, target at 70 % of the way to stretch.

    Given numbers are kept; missing ones lie on the straight line through the outermost two given.
    So stretch = (target - baseline) / .7 + baseline, and baseline = (target - .7 stretch) / .3.
    Raises ValueError with fewer than two numbers, and where the four do not rise or fall in turn.
    Source: puzzle/okr, formulae 4.4.
    """
    named = {"baseline": baseline, "commit": commit, "target": target, "stretch": stretch}
    given = {name: finite(value, name) for name, value in named.items() if value is not None}
    if len(given) < 2:
        raise ValueError("baseline, commit, target, stretch: at least two of them are needed.")
    first, last = list(given)[0], list(given)[-1]
    length = SHARE_OF_STRETCH[last] - SHARE_OF_STRETCH[first]
    whole = (given[last] - given[first]) / length
    return Levels(
        **{
            name: given.get(name, given[first] + (share - SHARE_OF_STRETCH[first]) * whole)
            for name, share in SHARE_OF_STRETCH.items()
        }
    )


def zone(levels: Levels, current: float) -> str:
    """fail, commit, target or stretch: the furthest stored number that ``current`` has reached.

    Uses the key result's own numbers, not the 30 % and 70 % they may have come from.
    """
    value = finite(current, "current")
    sign = 1 if levels.stretch > levels.baseline else -1
    reached = "fail"
    for name in ("commit", "target", "stretch"):
        if (value - getattr(levels, name)) * sign >= 0:
            reached = name
    return reached
