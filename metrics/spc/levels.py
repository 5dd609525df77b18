"""How values that are not comparable as they are become so: on one level, and back to be drawn.

A chart judges levels: what is left of a value when its trend, its season, the size of its
denominator or the skewness of its kind is taken away. Limits are limits of levels; what is drawn
at a point is the limit brought back to the place of that point.
"""

from typing import NamedTuple, Protocol


class Place(NamedTuple):
    """Where a value stands: the number of its period, and its denominator if it has one."""

    time: int
    size: float | None = None


class Levelling(Protocol):
    """One way to make values comparable. Without a place the reference place is meant: the first
    period of a trend, no season, the usual denominator."""

    @property
    def chart(self) -> str:
        """The kind of chart."""

    @property
    def floor(self) -> float:
        """What no value lies below; -inf where there is no such bound."""

    @property
    def ceiling(self) -> float:
        """What no value lies above; inf where there is no such bound."""

    @property
    def has_unit(self) -> bool:
        """Whether levels are of the unit of values, so that their ranges may be shown with it."""

    def level(self, value: float, place: Place | None = None) -> float:
        """Return what of a value may be compared with other places."""

    def drawn(self, level: float, place: Place | None = None) -> float:
        """Return the value that has this level at a place; the inverse of ``level``."""


NO_FLOOR, NO_CEILING = float("-inf"), float("inf")
