"""Detection rules over positions: how far each point lies from the centre, in sigma.

A rule takes positions and returns {index: side}: 1 or -1 is the way the signal points, 0 a
signal without direction. Wheeler's and the NHS's rules mark every point that takes part, Western
Electric's and Nelson's the points that complete the pattern, as the tools of each school do.
"""

from collections.abc import Callable, Iterator, Sequence

Positions = Sequence[float]
Found = dict[int, int]
Rule = Callable[[Positions], Found]

SLACK = 1e-7  # of a sigma: a point this near to a line lies on it; rounding is far below


def sign(position: float) -> int:
    """Return the side of the centre line: 1 above, -1 below, 0 on it."""
    return (position > SLACK) - (position < -SLACK)


def runs(sides: Sequence[int], *, skip_ties: bool = False) -> Iterator[tuple[int, list[int]]]:
    """Yield each unbroken run as its side and its indexes; a 0 breaks it unless skipped."""
    side, members = 0, []
    for index, current in enumerate(sides):
        if current == side:
            members.append(index)
        elif current or not skip_ties:
            yield side, members
            side, members = current, [index]
    yield side, members


def long_runs(sides: Sequence[int], length: int, skip_ties: bool) -> Iterator[tuple[int, list]]:
    for side, members in runs(sides, skip_ties=skip_ties):
        if side and len(members) >= length:
            yield side, members


def outside(positions: Positions) -> Found:
    """Points beyond the limits, which lie at 3 sigma; on a limit is inside."""
    edge = 3 + SLACK
    return {
        index: 1 if position > 0 else -1
        for index, position in enumerate(positions)
        if position > edge or position < -edge
    }


def one_side(length: int, *, whole: bool, skip_ties: bool = False) -> Rule:
    """At least ``length`` points in a row strictly on one side of the centre."""

    def rule(positions: Positions) -> Found:
        sides = [sign(position) for position in positions]
        skipped = 0 if whole else length - 1
        return {
            index: side
            for side, members in long_runs(sides, length, skip_ties)
            for index in members[skipped:]
        }

    return rule


def steps(positions: Positions) -> list[int]:
    """The way from each point to the next: 1 up, -1 down, 0 level."""
    return [
        (later > earlier) - (later < earlier)
        for earlier, later in zip(positions, positions[1:], strict=False)
    ]


def monotone(length: int, *, whole: bool) -> Rule:
    """At least ``length`` points in a row each higher, or each lower, than the one before."""

    def rule(positions: Positions) -> Found:
        skipped = 0 if whole else length - 1
        return {
            index: side
            for side, members in long_runs(steps(positions), length - 1, False)
            for index in range(members[0] + skipped, members[-1] + 2)
        }

    return rule


def alternating(length: int) -> Rule:
    """At least ``length`` points in a row going up and down in turn; no direction."""

    def rule(positions: Positions) -> Found:
        # Turning every second step round makes an alternation an unbroken run.
        turned = [-step if index % 2 else step for index, step in enumerate(steps(positions))]
        return {
            index: 0
            for _, members in long_runs(turned, length - 1, False)
            for index in range(members[0] + length - 1, members[-1] + 2)
        }

    return rule


def some_beyond(count: int, span: int, sigma: float, *, whole: bool) -> Rule:
    """At least ``count`` of ``span`` points in a row beyond ``sigma`` on the same side."""

    def rule(positions: Positions) -> Found:
        return some_above(positions, 1) | some_above([-place for place in positions], -1)

    def some_above(positions: Positions, side: int) -> Found:
        hits = [index for index, place in enumerate(positions) if place > sigma + SLACK]
        # A pattern is complete when so many points have been seen, not before.
        last_seen = len(positions) - 1 if whole else None
        return {
            index: side
            for group in close_together(hits, count, span)
            if (last_seen or group[-1]) >= span - 1
            for index in group[0 if whole else -1 :]
        }

    return rule


def close_together(hits: list[int], count: int, span: int) -> Iterator[list[int]]:
    """Yield every ``count`` neighbouring hits that lie within ``span`` points."""
    for first in range(len(hits) - count + 1):
        group = hits[first : first + count]
        if group[-1] - group[0] < span:
            yield group


def some_near_limit(count: int, span: int, sigma: float) -> Rule:
    """``count`` of ``span`` points between ``sigma`` and the limit, all ``span`` on that side."""

    def rule(positions: Positions) -> Found:
        sides = [sign(place) for place in positions]
        return {
            index: side
            for side, members in long_runs(sides, span, False)
            for group in close_together(near_limit(positions, members, sigma), count, span)
            for index in group
        }

    return rule


def near_limit(positions: Positions, members: list[int], sigma: float) -> list[int]:
    """Return those members that lie beyond ``sigma`` and not outside the limits."""
    return [index for index in members if sigma + SLACK < abs(positions[index]) <= 3 + SLACK]


def hugging(length: int) -> Rule:
    """At least ``length`` points in a row within 1 sigma of the centre; no direction."""

    def rule(positions: Positions) -> Found:
        near = [int(abs(position) < 1 - SLACK) for position in positions]
        return {
            index: 0
            for _, members in long_runs(near, length, False)
            for index in members[length - 1 :]
        }

    return rule


def avoiding(length: int) -> Rule:
    """At least ``length`` points in a row beyond 1 sigma, some on either side; no direction."""

    def rule(positions: Positions) -> Found:
        far = [int(abs(position) > 1 + SLACK) for position in positions]
        return {
            members[last]: 0
            for _, members in long_runs(far, length, False)
            for last in range(length - 1, len(members))
            if on_both_sides(positions, members[last + 1 - length : last + 1])
        }

    return rule


def on_both_sides(positions: Positions, members: list[int]) -> bool:
    return len({positions[index] > 0 for index in members}) == 2


# In order of precedence: the first signal of a point that has a direction gives its side.
RULE_SETS: dict[str, dict[str, Rule]] = {
    "wheeler": {
        "outside": outside,
        "run": one_side(8, whole=True, skip_ties=True),
        "near_limit": some_beyond(3, 4, 1.5, whole=True),
    },
    "nhs": {
        "outside": outside,
        "trend": monotone(7, whole=True),
        "two_of_three": some_near_limit(2, 3, 2),
        "shift": one_side(7, whole=True),
    },
    "western_electric": {
        "rule1": outside,
        "rule2": some_beyond(2, 3, 2, whole=False),
        "rule3": some_beyond(4, 5, 1, whole=False),
        "rule4": one_side(8, whole=False),
    },
    "nelson": {
        "rule1": outside,
        "rule2": one_side(9, whole=False),
        "rule3": monotone(6, whole=False),
        "rule4": alternating(14),
        "rule5": some_beyond(2, 3, 2, whole=False),
        "rule6": some_beyond(4, 5, 1, whole=False),
        "rule7": hugging(15),
        "rule8": avoiding(8),
    },
    "anhoej": {},
}
SIGNALS = {rule_set: tuple(rules) for rule_set, rules in RULE_SETS.items()}
# The one rule of each set that needs a centre line and no limits.
RUN_RULES = {"wheeler": "run", "nhs": "shift", "western_electric": "rule4", "nelson": "rule2"}
# Closer to the centre than usual: of no meaning where the usual is not to vary at all.
CLOSENESS_RULES = ("rule7",)


def signals_in(
    positions: Positions, rule_set: str, names: Sequence[str]
) -> dict[int, dict[str, int]]:
    """Return {index: {signal name: side}} of every point with a signal of those names."""
    found: dict[int, dict[str, int]] = {}
    for name in names:
        for index, side in RULE_SETS[rule_set][name](positions).items():
            found.setdefault(index, {})[name] = side
    return found
