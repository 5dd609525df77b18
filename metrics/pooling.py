"""What works here: effects of many changes pooled, by DerSimonian and Laird (formulae 4.7)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from statistics import NormalDist
from typing import Any

from metrics.spc import given
from metrics.student import quantile

LEAST_VARIANCE = 1e-12  # of a baseline sigma squared: nothing real is known better
POOLED_FROM = 5  # fewer effects are shown as a list, without one number over them


@dataclass(frozen=True, slots=True)
class Pooled:
    """Standardised effects pooled, in baseline sigma.

    ``mean`` with its 95 % ``interval``; ``tau2`` the variance between changes and ``q``
    Cochran's heterogeneity; ``prediction``: where 95 of 100 further changes are expected;
    ``shrunken``: each effect drawn towards the mean by as much as it is uncertain.
    """

    mean: float
    interval: tuple[float, float]
    prediction: tuple[float, float]
    tau2: float
    q: float
    shrunken: tuple[float, ...]


def pool(effects: Sequence[float], variances: Sequence[float]) -> Pooled | None:
    """Pool effects g with variances v by random effects; None for fewer than five.

    Give every change that was tried, those without effect and those never adopted too: leaving
    them out is how a house deceives itself. Raises ValueError naming the argument.
    Source: DerSimonian & Laird 1986; formulae 4.7.
    """
    sizes, widths = numbers(effects, "effects"), numbers(variances, "variances")
    refuse_unpaired(sizes, widths)
    if len(sizes) < POOLED_FROM:
        return None
    q, tau2 = heterogeneity(sizes, widths)
    weights = [1 / (width + tau2) for width in widths]
    centre, error = weighted_mean(sizes, weights), sqrt(1 / fsum(weights))
    return Pooled(
        mean=centre,
        interval=around(centre, NormalDist().inv_cdf(0.975) * error),
        prediction=around(centre, quantile(0.975, len(sizes) - 2) * sqrt(tau2 + error * error)),
        tau2=tau2,
        q=q,
        shrunken=tuple(drawn_in(*pair, centre, tau2) for pair in paired(sizes, widths)),
    )


def numbers(values: Any, name: str) -> list[float]:
    found = given.numbers(values, name)
    return [given.number(value, f"{name}[{index}]") for index, value in enumerate(found)]


def refuse_unpaired(effects: list[float], variances: list[float]) -> None:
    if len(effects) != len(variances):
        raise ValueError("variances must be as many as effects.")
    if not all(width >= LEAST_VARIANCE for width in variances):
        raise ValueError("variances must be at least 1e-12.")


def heterogeneity(effects: list[float], variances: list[float]) -> tuple[float, float]:
    """Return Cochran's Q and the variance between changes, tau squared, never below 0."""
    weights = [1 / width for width in variances]
    centre = weighted_mean(effects, weights)
    q = fsum(weight * (size - centre) ** 2 for size, weight in paired(effects, weights))
    total = fsum(weights)
    scale = total - fsum(weight * weight for weight in weights) / total
    return q, max(0.0, (q - (len(effects) - 1)) / scale)


def drawn_in(size: float, width: float, centre: float, tau2: float) -> float:
    """Draw one effect towards the mean; all the way where changes do not differ."""
    if tau2 == 0:
        return centre
    return (size / width + centre / tau2) / (1 / width + 1 / tau2)


def weighted_mean(sizes: list[float], weights: list[float]) -> float:
    return fsum(size * weight for size, weight in paired(sizes, weights)) / fsum(weights)


def paired(left: list[float], right: list[float]) -> Iterator[tuple[float, float]]:
    return zip(left, right, strict=True)


def around(centre: float, reach: float) -> tuple[float, float]:
    return centre - reach, centre + reach
