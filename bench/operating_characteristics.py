"""How often is nothing called an improvement, and how often is a real one found?

Simulates series before and after a change of 0 to 3 sigma, with and without autocorrelation, and
judges them by the product's verdict beside three habits: "the mean went up", a t-test, and any
signal on the chart. Prints the table (formulae 4.6) to stderr and one JSON line for each promise.

    python -m bench.operating_characteristics [RUNS] [SEED]
"""

import json
import random
import sys
from math import sqrt
from statistics import fmean, variance

from metrics.spc import judge_points, limits_of
from metrics.student import quantile
from metrics.verdict import judge

AUTOCORRELATIONS = (0.0, 0.3, 0.6)
WINDOWS = ((8, 8), (12, 8), (24, 12))
EFFECTS = (1, 2, 3)  # sigma
# What the verdict promises: (autocorrelation, before, after, effect) -> bound on "improved".
AT_MOST = {
    (phi, *window, 0): 0.02 if phi == 0 else 0.05 for phi in (0.0, 0.6) for window in WINDOWS
}
AT_LEAST = {(0.0, 12, 8, 2): 0.90}


def noise(rng: random.Random, phi: float, count: int) -> list[float]:
    """Return ``count`` points of a stationary AR(1) series with variance 1."""
    points = [rng.gauss(0, 1)]
    scale = sqrt(1 - phi * phi)
    while len(points) < count:
        points.append(phi * points[-1] + scale * rng.gauss(0, 1))
    return points


def verdict_improves(before: list[float], after: list[float]) -> bool:
    return judge(before, after, direction="up").verdict == "improved"


def mean_is_up(before: list[float], after: list[float]) -> bool:
    return fmean(after) > fmean(before)


def t_test_improves(before: list[float], after: list[float]) -> bool:
    n, m = len(before), len(after)
    pooled = ((n - 1) * variance(before) + (m - 1) * variance(after)) / (n + m - 2)
    distance = (fmean(after) - fmean(before)) / sqrt(pooled * (1 / n + 1 / m))
    return distance > quantile(0.975, n + m - 2)


def any_signal(before: list[float], after: list[float]) -> bool:
    points = judge_points(after, limits_of(before))
    return any(point.side > 0 for point in points)


HABITS = {"mean up": mean_is_up, "t-test": t_test_improves, "any signal": any_signal}


def share(method, rng, phi, window, effect, runs) -> float:
    """Return the share of simulated changes of ``effect`` sigma that ``method`` calls improved."""
    before, after = window
    hits = 0
    for _ in range(runs):
        points = noise(rng, phi, before + after)
        hits += method(points[:before], [point + effect for point in points[before:]])
    return hits / runs


def row(phi: float, window: tuple[int, int], runs: int, seed: int) -> dict[str, float]:
    """Return one line of the table: the habits on nothing, the verdict on nothing and effects."""
    # The same series for every method: what differs is the method and not the luck.
    shares = {
        name: share(method, random.Random(seed), phi, window, 0, runs)
        for name, method in HABITS.items()
    }
    for effect in (0, *EFFECTS):
        rng = random.Random(seed)
        shares[f"verdict +{effect}"] = share(verdict_improves, rng, phi, window, effect, runs)
    return shares


def promise(key: tuple, found: float, runs: int) -> dict | None:
    """Compare a share with what is promised, give or take twice the error of so many runs."""
    limit = AT_MOST.get(key) or AT_LEAST.get(key)
    if limit is None:
        return None
    luck = 2 * sqrt(limit * (1 - limit) / runs)
    ok = found <= limit + luck if key in AT_MOST else found >= limit - luck
    phi, before, after, effect = key
    figure = f"verdict improved, r {phi}, {before}/{after}, +{effect} sigma"
    return {"figure": figure, "value": found, "limit": limit, "ratio": found / limit, "ok": ok}


def table_line(phi: float, window: tuple[int, int], shares: dict[str, float]) -> str:
    cells = "  ".join(f"{shares[name]:>{max(len(name), 5)}.3f}" for name in shares)
    return f"{phi:>4}  {window[0]:>3}/{window[1]:<3}  {cells}"


def heading() -> str:
    names = [*HABITS, *(f"verdict +{effect}" for effect in (0, *EFFECTS))]
    return "   r  before/  " + "  ".join(f"{name:>5}" for name in names)


def main(runs: int = 4000, seed: int = 20) -> int:
    kept = []
    print(f"share called improved, {runs} runs, seed {seed}\n{heading()}", file=sys.stderr)
    for phi in AUTOCORRELATIONS:
        for window in WINDOWS:
            shares = row(phi, window, runs, seed)
            print(table_line(phi, window, shares), file=sys.stderr)
            for effect in (0, *EFFECTS):
                kept.append(promise((phi, *window, effect), shares[f"verdict +{effect}"], runs))
    promises = [each for each in kept if each]
    for each in promises:
        print(json.dumps(each))
    return 0 if all(each["ok"] for each in promises) else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
