"""The seven steps of a heatmap's colours, around the target."""

from productops.charts.shapes import finite

# Upper bounds of the distance to the target, in levels, for the steps -3 to 2; above them 3.
BOUNDS = ((-1.5, -3), (-0.8, -2), (-0.3, -1), (0.3, 0), (0.6, 1), (1.0, 2))
EXACT = 1e-9


def heat_step(value: float | None, target: float | None) -> int | None:
    """Return -3 (far below) to 3 (far above the target), or None without value or target.

    From -0.8 levels on the cell is bold, from -1.5 on it has a corner mark (the stylesheet's part).
    """
    number, wanted = finite(value), finite(target)
    if number is None or wanted is None:
        return None
    distance = number - wanted
    for bound, step in BOUNDS:
        # The lower bounds belong to the darker step: exactly 1.5 below is already the darkest.
        if distance < bound - EXACT or (bound < 0 and distance <= bound + EXACT):
            return step
    return 3
