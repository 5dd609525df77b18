"""From values to places: where an axis begins and ends, and where its ticks stand."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

# A band narrower than this share of the value would be a line on a zero-based axis.
CUT_BELOW = 0.15
MOST_TICKS = 12


@dataclass(frozen=True)
class Scale:
    """Maps low..high to start..end; a constant range maps to the middle."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the place of a value; values outside the range lie outside start..end."""
        # Halves where the difference of two huge numbers of opposite sign would overflow; half of
        # the smallest number there is would be 0.
        part = 1 if math.isfinite(self.high - self.low) else 2
        span = self.high / part - self.low / part
        if span == 0 or not math.isfinite(span):
            return (self.start + self.end) / 2
        share = (value / part - self.low / part) / span
        if not math.isfinite(share):
            return (self.start + self.end) / 2
        return self.start + share * (self.end - self.start)


@dataclass(frozen=True)
class Axis:
    """The range of an axis, its ticks, and whether it leaves zero out."""

    low: float
    high: float
    ticks: tuple[float, ...]
    is_cut: bool


def axis(values: Iterable[float], band: tuple[float, float] | None = None, count: int = 4) -> Axis:
    """Choose the axis for values and their usual range.

    It starts at zero unless the band (or, without one, the spread of the values) is narrower than
    15 % of the value; then it is cut, which the chart must say. No values: 0 to 1.
    """
    present = list(values)
    if not present:
        return Axis(0.0, 1.0, (0.0, 1.0), False)
    low, high = min(present), max(present)
    is_cut = _is_narrow(band or (low, high))
    if not is_cut:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        low, high = _around(low)
    places = ticks(low, high, count)
    return Axis(min(low, places[0]), max(high, places[-1]), places, is_cut)


def _is_narrow(band: tuple[float, float]) -> bool:
    """Whether the band is narrower than 15 % of the value in its middle, and zero far away."""
    low, high = band
    middle = abs(low / 2 + high / 2)
    return low * high > 0 and 0 < high - low < CUT_BELOW * middle


def _around(value: float) -> tuple[float, float]:
    """A range around a constant."""
    if value == 0:
        return 0.0, 1.0
    return (value, 0.0) if value < 0 else (0.0, value)


def ticks(low: float, high: float, count: int = 4) -> tuple[float, ...]:
    """Return round numbers (1, 2, 2.5 or 5 times a power of ten) that enclose low..high."""
    step = nice_step(high / count - low / count)
    if step is None:
        return (low, high)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if last - first > MOST_TICKS:
        return (low, high)
    return tuple(float(f"{index * step:.12g}") for index in range(first, last + 1))


def nice_step(raw: float) -> float | None:
    """Round a step up to 1, 2, 2.5, 5 or 10 times a power of ten; None where there is no such."""
    if raw <= 0 or not math.isfinite(raw):
        return None
    power = 10.0 ** math.floor(math.log10(raw))
    if power == 0 or raw / power > 10 or not math.isfinite(power * 10):
        return None
    for nice in (1, 2, 2.5, 5, 10):
        if raw <= nice * power * (1 + 1e-9):
            return nice * power
    return 10 * power


def decimals(places: tuple[float, ...]) -> int | None:
    """Decimals that tell ticks apart; None where only powers of ten can be read."""
    step = abs(places[1] - places[0]) if len(places) > 1 else 1.0
    if not step >= 1e-6 or max(abs(place) for place in places) >= 1e12:
        return None
    needed = max(0, -math.floor(math.log10(step) + 1e-9))
    return needed + (not math.isclose(step * 10**needed, round(step * 10**needed), rel_tol=1e-6))


def spread(places: list[float], gap: float, low: float, high: float) -> list[float]:
    """Push places apart so that neighbours keep `gap`, staying within low..high where they can.

    Takes them in ascending order and returns them in the same order.
    """
    pushed: list[float] = []
    for place in places:
        pushed.append(max(place, pushed[-1] + gap) if pushed else max(place, low))
    for index in range(len(pushed) - 1, -1, -1):
        ceiling = high if index == len(pushed) - 1 else pushed[index + 1] - gap
        pushed[index] = min(pushed[index], ceiling)
    return pushed
