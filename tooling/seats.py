"""Seats of a contract: how many are used, what the rest costs, and how many to buy.

A count of None means an unlimited licence: its utilisation is undefined, and only the cost of an
active person can be told. Writing 9999 seats instead would make every figure here a lie.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from productops.figures import at_least, money, numbers, whole

TARGET = 0.90  # share of seats that should be allocated, and active (Zylo)
WINDOWS = (30, 60, 90)  # days without use after which a person no longer counts as active
USUAL_BUSY = 0.95  # active_p95: the busiest days are left out of what is bought for


@dataclass(frozen=True)
class Utilisation:
    """Shares of purchased seats (above 1 where overused) and seats to spare (below 0: overuse).

    All four are None for an unlimited licence, the shares also where nothing was purchased.
    ``is_on_target``: at least 90 % allocated and 90 % active.
    """

    allocated: float | None
    active: float | None
    headroom: int | None
    is_on_target: bool | None


@dataclass(frozen=True)
class Rightsizing:
    """Seats to hold at renewal, what that saves over the term (below 0: costs more), and the risk.

    ``risk``: share in 0..1 of the observed days on which more people were active than that.
    """

    recommended: int
    saving: Decimal | None
    risk: float


def utilisation(purchased: int | None, allocated: int, active: int) -> Utilisation:
    """Allocated / purchased and active / purchased. Source: Zylo, formulae 4.8."""
    given, used = whole(allocated, 0, "allocated"), whole(active, 0, "active")
    if purchased is None:
        return Utilisation(None, None, None, None)
    seats = whole(purchased, 0, "purchased")
    headroom = seats - max(given, used)
    if seats == 0:
        return Utilisation(None, None, headroom, None)
    shares = given / seats, used / seats
    return Utilisation(*shares, headroom, min(shares) >= TARGET)


def active_people(last_used: Iterable[date | None], *, on: date, window: int = 30) -> int:
    """People who used the tool in the ``window`` days up to ``on``; None is someone who never did.

    A use after ``on`` is not known yet on that day and does not count.
    """
    first = on - timedelta(days=whole(window, 1, "window") - 1)
    return sum(day is not None and first <= day <= on for day in last_used)


def waste(
    purchased: int | None, active: int, unit_cost: Decimal, remaining: float
) -> Decimal | None:
    """(purchased - active) * unit cost * remaining term: money for seats that nobody uses.

    ``unit_cost``: a seat and period, in the contract's currency; ``remaining``: periods of the
    same length. Overuse is no negative waste: it is 0 here and shows in ``headroom``. None for an
    unlimited licence. Source: formulae 4.8.
    """
    used, price, term = _priced(active, unit_cost, remaining)
    if purchased is None:
        return None
    return max(0, whole(purchased, 0, "purchased") - used) * price * term


def cost_per_active(cost: Decimal, active: int) -> Decimal | None:
    """Cost of a period over people active in it; None where nobody was."""
    total, used = _amount(cost, "cost"), whole(active, 0, "active")
    return total / used if used else None


def active_p95(daily_active: Sequence[float]) -> float:
    """People active on all but the busiest twentieth of days: percentile 95, between neighbours."""
    ordered = sorted(numbers(daily_active, "daily_active"))
    at_least(ordered[0], 0, "daily_active")
    position = (len(ordered) - 1) * USUAL_BUSY
    below = math.floor(position)
    step = ordered[math.ceil(position)] - ordered[below]
    return ordered[below] + step * (position - below)


def recommended_seats(
    active_p95: float, *, buffer: float = 0.1, joiners: int = 0, leavers: int = 0
) -> int:
    """Seats to buy: active_p95 * (1 + buffer) + committed joiners - leavers, rounded up.

    ``buffer`` is a share, .1 for a tenth. Never below 0. Source: formulae 4.8.
    """
    busy = at_least(active_p95, 0, "active_p95") * (1 + at_least(buffer, 0, "buffer"))
    needed = busy + whole(joiners, 0, "joiners") - whole(leavers, 0, "leavers")
    return max(0, math.ceil(round(needed, 9)))  # 100 * 1.1 is 110.00000000000001


def rightsizing(
    daily_active: Sequence[float],
    *,
    purchased: int | None,
    unit_cost: Decimal,
    remaining: float,
    buffer: float = 0.1,
    joiners: int = 0,
    leavers: int = 0,
) -> Rightsizing:
    """What to hold instead of ``purchased``, what it saves, and how often it would not be enough.

    Arguments as in ``recommended_seats`` and ``waste``. The saving of an unlimited licence is None:
    there is no seat to give back.
    """
    seats = recommended_seats(
        active_p95(daily_active), buffer=buffer, joiners=joiners, leavers=leavers
    )
    short = sum(count > seats for count in daily_active) / len(daily_active)
    _, price, term = _priced(0, unit_cost, remaining)
    if purchased is None:
        return Rightsizing(seats, None, short)
    return Rightsizing(seats, (whole(purchased, 0, "purchased") - seats) * price * term, short)


def _priced(active: int, unit_cost: Decimal, remaining: float) -> tuple[int, Decimal, Decimal]:
    return (
        whole(active, 0, "active"),
        _amount(unit_cost, "unit_cost"),
        _amount(remaining, "remaining"),
    )


def _amount(value: Decimal | float, name: str) -> Decimal:
    at_least(value, 0, name)
    return money(value, name)
