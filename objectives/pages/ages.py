"""How old the numbers of objectives and key results are."""

from datetime import date

from objectives import ages
from objectives.ages import Age
from objectives.choices import CHECK_IN_EVERY_DAYS
from objectives.models import KeyResult, Objective, Series


def age_of_key_result(key_result: KeyResult, on: date) -> Age | None:
    """Of when its value is: a period of its series, or the day somebody said it; None where it
    has no value. ``with_standing`` fetches what is read."""
    if key_result.is_graded and key_result.graded_on:
        return ages.of_day(key_result.graded_on, on)
    if key_result.series is not None:
        return age_of_series(key_result.series, on)
    last = key_result.last_check_in
    if last is None or (last.value is None and not last.zone):
        return None
    is_running = not key_result.objective.is_closed
    return ages.of_day(last.on, on, CHECK_IN_EVERY_DAYS if is_running else None)


def age_of_series(series: Series, on: date) -> Age | None:
    """Its newest closed period; ``with_state`` fetches what is read."""
    state, definition = series.known, series.kpi.definition
    if state is None or definition is None or state.latest_period is None:
        return None
    return ages.of_period(state.latest_period, definition.cadence, on)


def age_of_objective(objective: Objective, on: date) -> Age | None:
    """Its progress is as old as the oldest number that it comes from."""
    found = [age_of_key_result(each, on) for each in objective.key_results.all()]
    return ages.oldest([age for age in found if age is not None])
