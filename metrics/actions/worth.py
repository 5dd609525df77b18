"""Costs, forecasts and scores of improvements."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from metrics import scoring
from metrics.models import Estimate, Forecast, Improvement, Priority, Registration
from productops import changelog
from productops.forms import take_version
from teams.models import Person


@transaction.atomic
def estimate(
    *, row: Estimate, by: Person, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Estimate:
    """Save what an improvement costs; an estimate that is new begins with its first save."""
    if row.pk:
        take_version(row)
    row.save()
    changelog.record(
        by=by, row=row.improvement, verb="cost estimated", before=dict(before), after=dict(after)
    )
    return row


@transaction.atomic
def foresee(
    *, registration: Registration, value: float, on: date, by: Person, note: str = ""
) -> Forecast:
    """Say what one expects of a promise now; what was said before stays."""
    forecast = Forecast.objects.create(
        registration=registration, value=value, on=on, note=note, by=by
    )
    after = {"series": str(registration.series), "effect": value, "note": note}
    changelog.record(by=by, row=registration.improvement, verb="foreseen", after=after)
    return forecast


@transaction.atomic
def prioritise(
    *, improvement: Improvement, model: str, inputs: Mapping[str, float], by: Person
) -> Priority:
    """Score an improvement by a model; ValueError names an input that cannot be."""
    value = scoring.score(model, inputs)
    priority, _made = Priority.objects.update_or_create(
        improvement=improvement,
        model=model,
        defaults={"inputs": dict(inputs), "value": value, "by": by},
    )
    after = {"model": model, **inputs, "score": value}
    changelog.record(by=by, row=improvement, verb="scored", after=after)
    return priority
