"""What a change costs a year, and for each unit that it moved a number (formulae 4.8)."""

from decimal import Decimal

AMORTISED_OVER = 3  # years over which what is paid once is spread


def annualised(
    cost_once: Decimal,
    cost_per_year: Decimal,
    effort_days: Decimal,
    day_rate: Decimal,
    *,
    years: int = AMORTISED_OVER,
) -> Decimal:
    """(once + days of work * their rate) / years + what it costs each year, in the currency of
    all four. Source: CISO Assistant's annual action cost, formulae 4.8."""
    return (cost_once + effort_days * day_rate) / years + cost_per_year


def per_unit(yearly: Decimal, effect: float | None) -> Decimal | None:
    """What a unit of effect costs a year; None where there is no effect for the better."""
    if effect is None or effect <= 0:
        return None
    return yearly / Decimal(str(effect))
