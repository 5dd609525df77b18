"""Checks that ``manage.py verify`` runs: each app declares, in ``verify.py``, what must agree."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from productops.registry import Registry


@dataclass(frozen=True)
class Difference:
    check: str
    row: str  # which row, so that a person can find it
    found: str
    expected: str


@dataclass(frozen=True)
class Check:
    name: str
    run: Callable[[], Iterable[Difference]]


_checks: Registry[Check] = Registry("checks")


def check(name: str):
    def declare(run: Callable[[], Iterable[Difference]]):
        _checks.add(name, Check(name, run))
        return run

    return declare


def all_checks() -> list[Check]:
    return list(_checks)
