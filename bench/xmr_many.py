"""Limits of many series at once: the batch beside bare arithmetic, one by one, and a peer.

First checks that all agree, then times them in turns and takes medians of the CPU time. The
peer, statprocon, is measured where it is installed; it is no dependency of the product.

    python -m bench.xmr_many [SERIES] [POINTS]
"""

import importlib.util
import json
import sys
from collections.abc import Callable
from statistics import median
from time import process_time

import numpy as np

from metrics.spc import analyse, limits_of, limits_of_many

REPETITIONS = 7
ONE_BY_ONE = 500  # series are enough to time what works one at a time


def bare_arithmetic(table: np.ndarray) -> np.ndarray:
    """The least work that gives limits: two means a row, no gaps, nothing checked."""
    centre = table.mean(axis=1)
    reach = 2.66 * np.abs(np.diff(table, axis=1)).mean(axis=1)
    return np.stack([centre - reach, centre + reach])


def peer() -> Callable | None:
    if importlib.util.find_spec("statprocon") is None:
        return None
    statprocon = importlib.import_module("statprocon")

    def limits(rows: list[list[float]]) -> list[tuple[float, float]]:
        charts = [statprocon.XmR(counts=row) for row in rows]
        return [(chart.lower_natural_process_limit()[0], chart.upper_natural_process_limit()[0])
                for chart in charts]  # fmt: skip

    return limits


def refuse_disagreement(table: np.ndarray, rows: list[list[float]]) -> None:
    many = limits_of_many(table)
    assert np.allclose([many.lower, many.upper], bare_arithmetic(table))
    each = [limits_of(row) for row in rows]
    assert np.allclose(many.upper[: len(rows)], [limits.upper for limits in each])


def microseconds(ways: dict[str, tuple[Callable, int]]) -> dict[str, float]:
    """Return the median CPU time a series of every way, measured in turns."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(REPETITIONS):
        for name, (way, count) in ways.items():
            started = process_time()
            way()
            taken[name].append((process_time() - started) / count * 1e6)
    return {name: median(times) for name, times in taken.items()}


def figures(times: dict[str, float]) -> list[dict]:
    """Return the goals: >= 10 times faster than what works one by one, <= 2 times bare."""
    batch, bare = times["batch"], times["bare"]
    rows = [line("XmR batch / bare arithmetic, us a series", batch, bare, batch / bare <= 2)]
    for name in set(times) & {"one by one", "statprocon"}:
        ok = times[name] >= 10 * batch
        rows.append(line(f"XmR batch / {name}, us a series", batch, times[name], ok))
    return rows


def line(figure: str, value: float, limit: float, ok: bool) -> dict:
    shown = {"value": round(value, 3), "limit": round(limit, 3), "ratio": round(value / limit, 4)}
    return {"figure": figure, **shown, "ok": ok}


def main(series: int = 20_000, points: int = 60) -> int:
    table = np.random.default_rng(20).normal(100, 10, (series, points))
    rows = table[:ONE_BY_ONE].tolist()
    refuse_disagreement(table, rows)
    ways = {
        "batch": (lambda: limits_of_many(table), series),
        "bare": (lambda: bare_arithmetic(table), series),
        "one by one": (lambda: [limits_of(row) for row in rows], len(rows)),
        "whole chart": (lambda: [analyse(row) for row in rows], len(rows)),
    }
    if compare := peer():
        ways["statprocon"] = (lambda: compare(rows), len(rows))
    times = microseconds(ways)
    print({name: round(taken, 2) for name, taken in times.items()}, file=sys.stderr)
    kept = figures(times)
    for each in kept:
        print(json.dumps(each))
    return 0 if all(each["ok"] for each in kept) else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
