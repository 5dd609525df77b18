"""Target, forecast and actual of an improvement, with what it costs."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from metrics import worth
from metrics.choices import Basis, Result
from metrics.models import Estimate, Improvement, Registration
from productops import numbers

CENTS = Decimal("0.01")
TOLD = (Result.IMPROVED, Result.WORSENED, Result.NO_CHANGE)
CSV_HEADER = ("expected", "forecast", "actual", "cost_a_year", "currency", "cost_per_unit")


@dataclass(frozen=True)
class Effect:
    """One promise in numbers, all in its promised direction: above 0 is for the better."""

    registration: Registration
    unit: str
    expected: float | None
    forecast: float | None
    actual: float | None
    is_found: bool  # the verdict says that it improved
    per_unit: Decimal | None
    currency: str

    @property
    def name(self) -> str:
        return self.registration.series.kpi.name

    @property
    def words(self) -> list[str]:
        return [self.said(value) for value in (self.expected, self.forecast, self.actual)]

    def said(self, value: float | None) -> str:
        if value is None:
            return numbers.NOTHING
        toward = value if self.registration.direction == "up" else -value
        amount = numbers.quantity(abs(value), self.unit)
        return f"{'+' if toward >= 0 else numbers.MINUS}{amount}" if value else amount

    @property
    def cost(self) -> str:
        if self.per_unit is None:
            return ""
        money = numbers.money(self.per_unit.quantize(Decimal(1)), self.currency)
        return _("%(money)s a year for each unit") % {"money": money}


def estimate_of(improvement: Improvement) -> Estimate | None:
    return getattr(improvement, "estimate", None)


def yearly_of(estimate: Estimate | None) -> Decimal | None:
    if estimate is None:
        return None
    yearly = worth.annualised(
        estimate.cost_once, estimate.cost_per_year, estimate.effort_days, estimate.day_rate
    )
    return yearly.quantize(CENTS)


def effects_of(
    improvement: Improvement, promises: Iterable[Registration], units: dict[int, str]
) -> list[Effect]:
    """Promises with their forecasts and verdicts loaded; ``units`` by KPI."""
    estimate = estimate_of(improvement)
    yearly = yearly_of(estimate)
    return [effect_of(promise, units, estimate, yearly) for promise in promises]


def effect_of(
    promise: Registration,
    units: dict[int, str],
    estimate: Estimate | None,
    yearly: Decimal | None,
) -> Effect:
    verdict = next((v for v in promise.verdicts.all() if v.basis == Basis.DECIDED), None)
    actual = None
    if verdict is not None and verdict.result in TOLD and verdict.effect is not None:
        actual = verdict.effect if promise.direction == "up" else -verdict.effect
    found = verdict is not None and verdict.result == Result.IMPROVED
    forecast = next(iter(promise.forecasts.all()), None)  # type: ignore[attr-defined]
    return Effect(
        registration=promise,
        unit=units.get(promise.series.kpi_id, ""),
        expected=promise.expected_effect
        if promise.expected_effect is not None
        else promise.smallest_effect,
        forecast=None if forecast is None else forecast.value,
        actual=actual,
        is_found=found,
        per_unit=worth.per_unit(yearly, actual) if yearly is not None and found else None,
        currency=estimate.currency if estimate else "",
    )


def card_of(effects: list[Effect], improvement: Improvement) -> dict[str, Any]:
    """What templates/metrics/_worth.html shows."""
    estimate = estimate_of(improvement)
    yearly = yearly_of(estimate)
    money = None
    if estimate is not None and yearly is not None:
        money = numbers.money(yearly.quantize(Decimal(1)), estimate.currency)
    return {"effects": effects, "estimate": estimate, "yearly": money}


def as_cells(improvement: Improvement) -> tuple:
    """The first promise in numbers, for files."""
    promises = list(improvement.registrations.all())
    yearly, estimate = yearly_of(estimate_of(improvement)), estimate_of(improvement)
    first = effects_of(improvement, promises[:1], {})
    values = (first[0].expected, first[0].forecast, first[0].actual) if first else (None,) * 3
    cost = first[0].per_unit if first else None
    return (*values, yearly, estimate.currency if estimate else "", cost)
