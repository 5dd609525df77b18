"""Where KPIs stand on the map of causes: each to the right of all that drives it. Pure.

Beliefs may lead in circles. Of each circle the last tie that a walk from the causes meets leads
back, from right to left; all others lead from left to right.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Pair = tuple[int, int]
SWEEPS = 6  # of ordering; more change nothing that one could see


@dataclass(frozen=True)
class Layout:
    """``places``: key to (column, row); ``ways``: of each tie the places it passes between."""

    places: dict[int, Pair]
    ways: dict[Pair, tuple[Pair, ...]]
    columns: int
    rows: int


def laid_out(pairs: Sequence[Pair]) -> Layout:
    """Place the ends of ``pairs`` (cause, effect), columns by the longest way from a cause.

    A tie across several columns has a place of its own in each that it passes, so that it runs
    between boxes. Ties of one with itself are left out.
    """
    ties = [pair for pair in dict.fromkeys(pairs) if pair[0] != pair[1]]
    keys = list(dict.fromkeys(key for pair in ties for key in pair))
    back = leading_back(keys, ties)
    onward = {pair: (pair[1], pair[0]) if pair in back else pair for pair in ties}
    columns = columns_of(keys, list(onward.values()))
    chains = {pair: _chain(pair, onward[pair], columns) for pair in ties}
    places = _in_rows(keys, columns, chains.values())
    ways = {
        pair: tuple(places[stop] for stop in (chain[::-1] if pair in back else chain)[1:-1])
        for pair, chain in chains.items()
    }
    return Layout(
        {key: places[key] for key in keys},
        ways,
        max(columns.values(), default=-1) + 1,
        max((row for _column, row in places.values()), default=-1) + 1,
    )


def around(pairs: Sequence[Pair], key: int, steps: int) -> set[int]:
    """What drives one of them and what it drives, over at most so many steps each way; it is
    among them itself."""
    found = {key}
    for way in (pairs, [(effect, cause) for cause, effect in pairs]):
        onward, edge, seen = _by_first(way), {key}, {key}
        for _step in range(steps):
            edge = {other for one in edge for other in onward.get(one, ())} - seen
            seen |= edge
        found |= seen  # in a circle, what one way met leads on the other way as well
    return found


def leading_back(keys: Iterable[int], ties: Sequence[Pair]) -> set[Pair]:
    """The ties that close a circle, in a walk that begins where nothing leads to."""
    onward = _by_first(ties)
    driven = {effect for _cause, effect in ties}
    ordered = sorted(keys, key=lambda key: key in driven)  # stable: causes first
    found, done, open_ = set[Pair](), set[int](), set[int]()
    for begin in ordered:
        if begin in done:
            continue
        way = [(begin, iter(onward.get(begin, ())))]
        open_.add(begin)
        while way:
            key, ahead = way[-1]
            following = next(ahead, None)
            if following is None:
                way.pop()
                open_.discard(key)
                done.add(key)
            elif following in open_:
                found.add((key, following))
            elif following not in done:
                open_.add(following)
                way.append((following, iter(onward.get(following, ()))))
    return found


def columns_of(keys: Iterable[int], ties: Sequence[Pair]) -> dict[int, int]:
    """The longest way that leads to each; ``ties`` close no circle."""
    onward = _by_first(ties)
    columns = dict.fromkeys(keys, 0)
    waiting = dict.fromkeys(columns, 0)
    for _cause, effect in ties:
        waiting[effect] += 1
    free = [key for key, number in waiting.items() if not number]
    for key in free:
        for effect in onward.get(key, ()):
            columns[effect] = max(columns[effect], columns[key] + 1)
            waiting[effect] -= 1
            if not waiting[effect]:
                free.append(effect)
    return columns


def _by_first(ties: Iterable[Pair]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for first, second in ties:
        found.setdefault(first, []).append(second)
    return found


def _chain(tie: Pair, onward: Pair, columns: Mapping[int, int]) -> list:
    """Both ends of a tie, from left to right, with a stop of its own in each column between."""
    first, last = onward
    between = range(columns[first] + 1, columns[last])
    return [first, *((tie, column) for column in between), last]


def _in_rows(keys: Sequence[int], columns: Mapping[int, int], chains: Iterable[list]) -> dict:
    """Rows such that what belongs together stands side by side."""
    chains = list(chains)
    stacks: dict[int, list] = {}
    for key in keys:
        stacks.setdefault(columns[key], []).append(key)
    near: dict = {}
    for chain in chains:
        for stop in chain[1:-1]:
            stacks.setdefault(stop[1], []).append(stop)
        for one, other in zip(chain, chain[1:], strict=False):
            near.setdefault(one, ([], []))[1].append(other)
            near.setdefault(other, ([], []))[0].append(one)
    rows = {stop: row for stack in stacks.values() for row, stop in enumerate(stack)}
    for sweep in range(SWEEPS):
        is_back = sweep % 2
        for column in sorted(stacks, reverse=bool(is_back)):
            _order(stacks[column], rows, near, is_back)
    return {
        stop: (column, row) for column, stack in stacks.items() for row, stop in enumerate(stack)
    }


def _order(stack: list, rows: dict, near: Mapping, side: int) -> None:
    """Sort a column by the mean row of its neighbours on one side."""

    def middle(stop) -> float:
        beside = [rows[other] for other in near.get(stop, ([], []))[side]]
        return sum(beside) / len(beside) if beside else rows[stop]

    stack.sort(key=middle)
    rows.update({stop: row for row, stop in enumerate(stack)})
