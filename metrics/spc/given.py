"""What callers give, made safe to calculate with: every refusal begins with the argument's name."""

from collections.abc import Collection, Iterable, Mapping, Set
from decimal import Decimal
from numbers import Real
from typing import Any

LARGEST = 1e100  # squares and sums of numbers up to here stay finite
DIRECTIONS = ("up", "down", "band", "neutral")


def number(value: Any, name: str) -> float:
    """Return ``value`` as a float; ValueError unless it is a finite number of at most 1e100."""
    if isinstance(value, bool) or not isinstance(value, Real | Decimal):
        raise ValueError(f"{name} must be a number.")
    try:
        converted = float(value)
    except (OverflowError, ValueError):
        converted = float("nan")
    if not abs(converted) <= LARGEST:
        raise ValueError(f"{name} must be a finite number between -1e100 and 1e100.")
    return converted


def numbers(values: Any, name: str) -> list[float | None]:
    """Return ``values`` as floats in their order; None stays and means a gap."""
    if isinstance(values, str | bytes | Mapping | Set) or not isinstance(values, Iterable):
        raise ValueError(f"{name} must be a list of numbers.")
    return [
        # The first three conditions are the common case, spelled out because it is 10 times faster.
        value
        if value is None or (type(value) is float and -LARGEST <= value <= LARGEST)
        else number(value, f"{name}[{index}]")
        for index, value in enumerate(values)
    ]


def present(values: Iterable[float | None]) -> list[float]:
    """Return the values that are there, in their order."""
    return [value for value in values if value is not None]


def one_of(value: Any, name: str, choices: Collection[str]) -> str:
    """Return ``value``; ValueError unless it is one of the choices."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}.")
    return value


def whole(value: Any, name: str, *, least: int) -> int:
    """Return ``value``; ValueError unless it is a whole number of at least ``least``."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}.")
    return value


def starts(segments: Any, length: int) -> list[int]:
    """Return the first index of every segment, 0 included; ValueError unless they only rise."""
    if isinstance(segments, str | bytes | Mapping | Set) or not isinstance(segments, Iterable):
        raise ValueError("segments must be a list of indexes.")
    found = [0]
    for position, start in enumerate(segments):
        whole(start, f"segments[{position}]", least=0)
        if start >= max(length, 1) or (position and start <= found[-1]):
            raise ValueError("segments must be rising indexes of values.")
        found += [start] if start else []
    return found


def one_target(target: Any, direction: str | None) -> float | tuple[float, float] | None:
    """Return a target as a number, or as (low, high) where the direction is a band."""
    if target is None:
        return None
    if direction == "band":
        return band(target)
    return number(target, "target")


def band(target: Any) -> tuple[float, float]:
    """Return a band as (low, high) from a pair or from {"low", "high"}."""
    pair = [target.get("low"), target.get("high")] if isinstance(target, Mapping) else target
    if isinstance(pair, str | bytes | Set) or not isinstance(pair, Iterable):
        raise ValueError("target must be a pair of low and high where the direction is a band.")
    edges = [number(edge, "target") for edge in pair]
    if len(edges) != 2 or edges[0] > edges[1]:
        raise ValueError("target must be a pair of low and high, with low not above high.")
    return edges[0], edges[1]
