"""How often is nothing called an improvement, and how often is a real one found?

Simulates series before and after a change: stable, autocorrelated, seasonal, counts, with a step or
a ramp of 0 to 3 sigma. The product's own verdict judges each, beside the habits that it takes the
place of: "the last is better than the one before", "the mean went up", a t-test, and any signal on
the chart. Prints the table (formulae 4.6) to stderr and one JSON line for each promise.

    python -m bench.operating_characteristics [RUNS] [SEED]
"""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import pi, sqrt
from statistics import fmean, variance

import numpy as np

from metrics.comparable import comparable
from metrics.judgement import Dot, Stretch
from metrics.spc import Form, Place, fitted, judge_points, limits_of
from metrics.student import quantile
from metrics.verdict import judge
from metrics.windows import Windows

Rows = np.ndarray  # a series a row, a period a column
EFFECTS = (1, 2, 3)  # sigma
SEASON = 12
FIRST = date(2020, 1, 1)
RUNS, SEED = 20_000, 20
FEWER = 8  # what nothing is promised of is simulated so much less often


@dataclass(frozen=True)
class Process:
    """How values come about when nothing changes; ``sigma`` is by how much they vary."""

    name: str
    draw: Callable[[np.random.Generator, int, int], Rows]  # chance, series, periods
    sigma: float = 1.0
    season: int = 0  # taken out before judging
    is_trend: bool = False  # so is the line through the time before
    is_ramp: bool = False  # the change grows evenly over the time after it
    windows: tuple[tuple[int, int], ...] = ((12, 8), (24, 12))


def wandering(phi: float) -> Callable[[np.random.Generator, int, int], Rows]:
    """Stationary AR(1) with variance 1: each value leans on the one before."""

    def draw(chance: np.random.Generator, series: int, periods: int) -> Rows:
        rows = chance.standard_normal((series, periods))
        for period in range(1, periods):
            rows[:, period] = phi * rows[:, period - 1] + sqrt(1 - phi**2) * rows[:, period]
        return rows

    return draw


def counting(mean: float) -> Callable[[np.random.Generator, int, int], Rows]:
    return lambda chance, series, periods: chance.poisson(mean, (series, periods)).astype(float)


def yearly(chance: np.random.Generator, series: int, periods: int) -> Rows:
    """Months about 20, up and down by 15 % with the year, which begins anywhere in it."""
    months = np.arange(periods) + chance.integers(0, SEASON, (series, 1))
    usual = 20 * (1 + 0.15 * np.sin(2 * pi * months / SEASON))
    return usual + chance.standard_normal((series, periods))


def rising(chance: np.random.Generator, series: int, periods: int) -> Rows:
    return 0.2 * np.arange(periods) + chance.standard_normal((series, periods))


def waiting(chance: np.random.Generator, series: int, periods: int) -> Rows:
    """Days from one rare event to the next."""
    return chance.exponential(10, (series, periods))


STABLE = ((8, 8), (12, 8), (24, 12))
PROCESSES = (
    Process("independent", wandering(0), windows=STABLE),
    Process("r 0.3", wandering(0.3), windows=STABLE),
    Process("r 0.6", wandering(0.6), windows=STABLE),
    Process("ramp", wandering(0), is_ramp=True),
    Process("seasonal, as it is", yearly, windows=((24, 8), (24, 12))),
    Process("seasonal, adjusted", yearly, season=SEASON, windows=((24, 8), (24, 12), (36, 12))),
    Process("rising, as it is", rising),
    Process("rising, about line", rising, is_trend=True),
    Process("days between events", waiting, 10),
    Process("counts about 50", counting(50), sqrt(50)),
    Process("counts about 2", counting(2), sqrt(2)),
    Process("counts, mostly 0", counting(0.3), sqrt(0.3)),
)
# What the verdict promises: (process, before, after, effect) -> bound on "improved".
AT_MOST = {("independent", *window, 0): 0.02 for window in STABLE}
AT_MOST |= {("r 0.6", *window, 0): 0.05 for window in STABLE}
AT_MOST |= {
    (name, 24, 12, 0): 0.02
    for name in ("seasonal, adjusted", "rising, about line", "counts about 50", "counts about 2")
}
AT_LEAST = {("independent", 12, 8, 2): 0.90}


# Ways to judge ------------------------------------------------------------------------------
def verdict_improves(before: list[float], after: list[float]) -> bool:
    return judge(before, after, direction="up").verdict == "improved"


def last_is_better(_before: list[float], after: list[float]) -> bool:
    return after[-1] > after[-2]


def mean_is_up(before: list[float], after: list[float]) -> bool:
    return fmean(after) > fmean(before)


def t_test_improves(before: list[float], after: list[float]) -> bool:
    n, m = len(before), len(after)
    pooled = ((n - 1) * variance(before) + (m - 1) * variance(after)) / (n + m - 2)
    difference = fmean(after) - fmean(before)
    if pooled == 0:
        return difference > 0
    return difference / sqrt(pooled * (1 / n + 1 / m)) > quantile(0.975, n + m - 2)


def any_signal(before: list[float], after: list[float]) -> bool:
    points = judge_points(after, limits_of(before))
    return any(point.side > 0 for point in points)


HABITS = {
    "last > before": last_is_better,
    "mean up": mean_is_up,
    "t-test": t_test_improves,
    "any signal": any_signal,
}


# Simulation ---------------------------------------------------------------------------------
def cases(
    process: Process, window: tuple[int, int], effect: float, runs: int, seed: int
) -> Iterator[tuple[list[float], list[float]]]:
    """Yield ``runs`` series, before and after a change of ``effect`` sigma.

    The same seed gives the same series for every effect and every way to judge them: what differs
    is the way and not the luck.
    """
    before, after = window
    rows = process.draw(np.random.default_rng(seed), runs, before + after)
    shape = np.linspace(1 / after, 1, after) if process.is_ramp else np.ones(after)
    rows[:, before:] += effect * process.sigma * shape
    is_adjusted = process.season or process.is_trend
    for row in rows.tolist():
        yield adjusted(row, before, process) if is_adjusted else (row[:before], row[before:])


def adjusted(values: list[float], before: int, process: Process) -> tuple[list[float], list[float]]:
    """Take out a season or a trend as the product does before it judges."""
    places = [Place(day) for day in range(len(values))]
    form = Form(season=process.season, chart="trend" if process.is_trend else "xmr")
    limits = fitted(values[:before], places[:before], form, since=0)
    dots = [Dot(FIRST + timedelta(days=day), value) for day, value in enumerate(values)]
    windows = Windows(tuple(dots[:before]), tuple(dots[before:]), dots[before].period, 0)
    made = comparable(windows, Stretch(FIRST, limits, "day"), form.chart)
    return [dot.value for dot in made.before], [dot.value for dot in made.after]


def share(method: Callable[..., bool], found: Iterator[tuple[list[float], list[float]]]) -> float:
    """Return the share of the cases that ``method`` calls improved."""
    calls = [method(before, after) for before, after in found]
    return sum(calls) / len(calls)


def row(process: Process, window: tuple[int, int], runs: int, seed: int) -> dict[str, float]:
    """Return one line of the table: the habits on nothing, the verdict on nothing and effects."""
    few = max(1, runs // FEWER)
    shares = {
        name: share(method, cases(process, window, 0, few, seed)) for name, method in HABITS.items()
    }
    for effect in (0, *EFFECTS):
        count = runs if bound((process.name, *window, effect)) else few
        found = cases(process, window, effect, count, seed)
        shares[verdict_on(effect)] = share(verdict_improves, found)
    return shares


def verdict_on(effect: int) -> str:
    return f"verdict +{effect}"


# Promises -----------------------------------------------------------------------------------
def bound(key: tuple) -> float | None:
    return AT_MOST.get(key) or AT_LEAST.get(key)


def promise(key: tuple, found: float, runs: int) -> dict | None:
    """Compare a share with what is promised, give or take twice the error of so many runs."""
    limit = bound(key)
    if limit is None:
        return None
    luck = 2 * sqrt(limit * (1 - limit) / runs)
    ok = found <= limit + luck if key in AT_MOST else found >= limit - luck
    name, before, after, effect = key
    figure = f"verdict improved, {name}, {before}/{after}, +{effect} sigma"
    return {"figure": figure, "value": found, "limit": limit, "ratio": found / limit, "ok": ok}


def table_line(name: str, window: tuple[int, int], shares: dict[str, float]) -> str:
    cells = "  ".join(f"{shares[title]:>{max(len(title), 5)}.3f}" for title in shares)
    return f"{name:<20} {window[0]:>3}/{window[1]:<3}  {cells}"


def heading() -> str:
    titles = [*HABITS, *(verdict_on(effect) for effect in (0, *EFFECTS))]
    return f"{'':<20} before/  " + "  ".join(f"{title:>5}" for title in titles)


def main(runs: int = RUNS, seed: int = SEED) -> int:
    kept = []
    said = f"share called improved, {runs} runs where promised, {runs // FEWER} else, seed {seed}"
    print(f"{said}\n{heading()}", file=sys.stderr)
    for process in PROCESSES:
        for window in process.windows:
            shares = row(process, window, runs, seed)
            print(table_line(process.name, window, shares), file=sys.stderr, flush=True)
            for effect in (0, *EFFECTS):
                key = (process.name, *window, effect)
                kept.append(promise(key, shares[verdict_on(effect)], runs))
    promises = [each for each in kept if each]
    for each in promises:
        print(json.dumps(each))
    return 0 if all(each["ok"] for each in promises) else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
