from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from objectives.actions.running import require_running
from objectives.actions.series import series_for
from objectives.choices import KeyResultKind, Zone
from objectives.models import KeyResult, KpiVersion, Objective, Series
from objectives.progress import fill_levels
from productops import changelog, clock
from productops.figures import LARGEST
from teams.models import Person

LEVELS = ("baseline", "commit", "target", "stretch")
BOUNDS = ("low", "high")
NUMBERS = (*LEVELS, *BOUNDS)
Written = dict[str, float | None]
WORDED_ZONES = (Zone.COMMIT, Zone.TARGET, Zone.STRETCH)


@transaction.atomic
def add_key_result(
    *,
    objective: Objective,
    title: str,
    owner: Person,
    by: Person,
    kind: KeyResultKind = KeyResultKind.METRIC,
    weight: float = 1,
    **wanted: Any,
) -> KeyResult:
    """Say how one would see that the objective is reached.

    ``wanted``: what ``completed`` takes; instead of ``series`` a ``kpi``, with ``subject`` where
    that is not the objective's, whose series begins if there is none.
    """
    require_running(objective)
    wanted = _with_series(wanted, objective, by)
    series = wanted.pop("series", None)
    key_result = KeyResult.objects.create(
        objective=objective,
        title=title,
        owner=owner,
        kind=kind,
        series=series,
        weight=weight,
        meant_by=_meant_by(kind, series),
        **completed(kind=kind, series=series, **wanted),
    )
    changelog.record(
        by=by,
        row=key_result,
        verb="created",
        after={"title": title, "baseline": key_result.baseline, "target": key_result.target},
    )
    return key_result


@transaction.atomic
def change_key_result(
    *, key_result: KeyResult, by: Person, anew: bool = False, **values: Any
) -> bool:
    """Take other values; numbers and words are completed anew. Whether anything differed.

    A ``kpi`` of None takes the series away. Neither what it is left by nor what it comes to may be
    closed. Numbers that differ are meant by what the KPI means now; with ``anew`` those that stand
    are as well.
    """
    values = _with_series(values, values.get("objective", key_result.objective), by)
    names = ("kind", "series", *NUMBERS, "zones")
    if values.keys() & set(names):
        present = {name: getattr(key_result, name) for name in names}
        asked = present | {name: values[name] for name in names if name in values}
        values = values | {"kind": asked["kind"], "series": asked["series"]} | completed(**asked)
    if anew or key_result.differing({name: values[name] for name in names if name in values}):
        values |= _meant_anew(key_result, values)
    if key_result.differing(values):
        for objective in {key_result.objective, values.get("objective", key_result.objective)}:
            require_running(objective)
    return key_result.edit(by=by, **values)


def _meant_anew(key_result: KeyResult, values: dict[str, Any]) -> dict[str, Any]:
    """What its numbers are meant by from now on; a plan by another meaning ends."""
    kind, series = (values.get(name, getattr(key_result, name)) for name in ("kind", "series"))
    plan = [] if key_result.is_meant_otherwise else key_result.plan
    return {"meant_by": _meant_by(kind, series), "plan": plan}


def _meant_by(kind: str, series: Series | None) -> KpiVersion | None:
    return series.counted_by if series and kind != KeyResultKind.ORDINAL else None


@transaction.atomic
def discard_key_result(*, key_result: KeyResult, by: Person) -> None:
    """Put it into the trash; of a closed objective it stays, since the grade came from it."""
    require_running(key_result.objective)
    key_result.discard(by=by)


def _with_series(values: dict[str, Any], objective: Objective, by: Person) -> dict[str, Any]:
    """The values with a series in the place of a KPI and what it is measured for."""
    values = dict(values)
    subject = values.pop("subject", None) or objective.subject
    if "kpi" in values:
        kpi = values.pop("kpi")
        values["series"] = series_for(kpi=kpi, subject=subject, by=by) if kpi else None
    return values


def completed(
    *,
    kind: KeyResultKind,
    series: Series | None = None,
    zones: dict[str, str] | None = None,
    **numbers: float | None,
) -> dict[str, Any]:
    """All that a key result of this kind stores, and None for what belongs to other kinds.

    metric: any two of baseline, commit, target and stretch give the others, and of a series one
    is enough; maintain: a series and at least one of low and high; ordinal: words for the zones,
    or no target at all.
    """
    found: dict[str, Any] = dict.fromkeys(NUMBERS) | {"zones": {}}
    if kind == KeyResultKind.METRIC:
        start = series.starting_value(clock.today()) if series else None
        return found | levels_of(numbers, start=start)
    if kind == KeyResultKind.MAINTAIN:
        return found | bounds_of(numbers, is_watched=series is not None)
    words = {zone: text for zone, text in (zones or {}).items() if text}
    unknown = words.keys() - set(WORDED_ZONES)
    if unknown:
        raise ValidationError({"zones": _("There is no zone “%s”.") % sorted(unknown)[0]})
    return found | {"zones": words}


def levels_of(numbers: Written, *, start: float | None = None) -> dict[str, float]:
    """The four numbers from any two. Where nobody wrote more than one, the way begins at
    ``start``, where the series stands. Raises ValidationError that names the field."""
    given = levels_given(numbers, start=start)
    if sum(value is not None for value in given.values()) < 2:
        missing = "target" if given["target"] is None else "baseline"
        text = _("Give two of baseline, commit, target and stretch; the others follow.")
        raise ValidationError({missing: text})
    if given["baseline"] is not None and given["baseline"] == given["target"]:
        raise ValidationError({"target": _("The target has to differ from the baseline.")})
    try:
        levels = fill_levels(**given)
    except ValueError as error:
        text = _("Baseline, commit, target and stretch have to rise, or fall, in turn.")
        raise ValidationError({"target": text}) from error
    found = {name: getattr(levels, name) for name in LEVELS}
    for name, value in found.items():
        if abs(value) > LARGEST:  # nobody could type what follows from the others
            raise ValidationError({name: _("This number is too large.")})
    return found


def levels_given(numbers: Written, *, start: float | None) -> Written:
    """What is written of the four, with ``start`` as the baseline of a single other one."""
    given = {name: numbers.get(name) for name in LEVELS}
    if given["baseline"] is None and sum(value is not None for value in given.values()) == 1:
        given["baseline"] = start
    return given


def bounds_of(numbers: Written, *, is_watched: bool) -> Written:
    """The range to keep. Raises ValidationError that names the field."""
    low, high = numbers.get("low"), numbers.get("high")
    if not is_watched:
        raise ValidationError({"kpi": _("A range to keep needs a KPI to watch.")})
    if low is None and high is None:
        raise ValidationError({"low": _("Say at least how much, at most how much, or both.")})
    if low is not None and high is not None and high <= low:
        raise ValidationError({"high": _("This has to be more than the lower end.")})
    return {"low": low, "high": high}
