"""What is doubtful about the numbers of a target, before anybody commits to them."""

from productops.figures import finite

AGAINST = "against_direction"  # it moves the KPI to its worse side
REACHED = "already_reached"  # it is met today

Aim = tuple[float | tuple[float, float], str]


def aim_of(
    *,
    start: float | None = None,
    target: float | None = None,
    low: float | None = None,
    high: float | None = None,
    direction: str = "",
) -> Aim | None:
    """The target and the side that it lies on (up, down or band), as ``realism`` reads them.

    A range is both ends, or the one there is; a number lies up or down from ``start`` (the
    baseline, else where the series stands), without one on the better side by ``direction``. None
    where nothing is aimed at.
    """
    if low is not None and high is not None:
        return (low, high), "band"
    if low is not None or high is not None:
        return (low, "up") if low is not None else (high, "down")  # type: ignore[return-value]
    if target is None or target == start:
        return None
    if start is None:
        return (target, direction) if direction in ("up", "down") else None
    return target, "up" if target > start else "down"


def doubts_about(
    *, baseline: float | None, target: float | None, now: float | None, direction: str
) -> tuple[str, ...]:
    """What speaks against a number to reach: AGAINST or REACHED; none where all is well.

    ``now``: where the series stands; ``direction``: the better side of the KPI, up or down, and
    anything else where neither is. Without a baseline one sets out from ``now``.
    """
    start = now if baseline is None else baseline
    if target is None or start is None:
        return ()
    way = finite(target, "target") - finite(start, "baseline")
    found = {
        AGAINST: way != 0 and direction == ("down" if way > 0 else "up"),
        REACHED: way != 0 and now is not None and (now - target) * way >= 0,
    }
    return tuple(doubt for doubt, is_so in found.items() if is_so)
