"""The standing of every objective of a graph, bottom up: its own key results and what
contributes to it with a weight."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from objectives.standing import Standing, together

LONGEST_TOLD = 20  # steps of a circle that a message names

Place = tuple[str, int]  # kind and key
Weighted = tuple[Standing, float]


class GoesInCircles(ValueError):  # noqa: N818  says what the graph does
    """Contributions lead back to where they began; ``path`` names the places on the way."""

    def __init__(self, path: Sequence[Place]) -> None:
        super().__init__(" -> ".join(map(str, path)))
        self.path = tuple(path)


def rolled_up(
    own: Mapping[Place, Sequence[Weighted]],
    contributions: Iterable[tuple[Place, Place, float]],
    single: Mapping[Place, Standing] | None = None,
) -> dict[Place, Standing]:
    """The standing of each objective in ``own`` (its key results' standings with their weights).

    ``contributions``: (from, to objective, weight), where ``from`` is another objective or a place
    of ``single`` (a key result that stands alone). What contributes counts like a key result of
    that weight; an end that is in neither mapping is left out. The graph may be of any depth: it
    grows by ties that are legal one by one. Raises GoesInCircles. Source: formulae 4.4, weights
    and "do not roll up" as GitLab's users ask for them.
    """
    below: dict[Place, list[tuple[Place, float]]] = {}
    for lower, upper, weight in contributions:
        below.setdefault(upper, []).append((lower, weight))
    found: dict[Place, Standing] = dict(single or {})
    for place in own:
        if place not in found:
            _roll(place, own, below, found)
    return {place: found[place] for place in own}


def _roll(
    start: Place,
    own: Mapping[Place, Sequence[Weighted]],
    below: Mapping[Place, list[tuple[Place, float]]],
    found: dict[Place, Standing],
) -> None:
    """Work out one place and all beneath it that is not known yet, the lowest first."""
    way = {start: iter(below.get(start, ()))}  # from the start down to where the walk is
    while way:
        place = next(reversed(way))
        lower = next((each for each, _weight in way[place] if each in own), None)
        if lower in way:
            raise GoesInCircles((*list(way)[list(way).index(lower) :], lower))
        if lower is None:
            del way[place]
            shares = [(each, weight) for each, weight in below.get(place, ()) if each in found]
            found[place] = together([*own[place], *((found[one], by) for one, by in shares)])
        elif lower not in found:
            way[lower] = iter(below.get(lower, ()))


def path_between(
    edges: Mapping[Place, Iterable[Place]], start: Place, end: Place
) -> tuple[Place, ...] | None:
    """The shortest way along ``edges`` from ``start`` to ``end``, both included; None without one.

    A way from the upper to the lower end of a new edge is the circle that the edge would close.
    """
    came_from: dict[Place, Place | None] = {start: None}
    waiting = [start]
    for place in waiting:  # grows while it is walked: breadth first
        if place == end:
            return tuple(reversed(list(_way_back(came_from, end))))
        for following in edges.get(place, ()):
            if following not in came_from:
                came_from[following] = place
                waiting.append(following)
    return None


def _way_back(came_from: Mapping[Place, Place | None], end: Place) -> Iterator[Place]:
    place: Place | None = end
    while place is not None:
        yield place
        place = came_from[place]
