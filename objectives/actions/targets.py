from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from objectives.models import KpiVersion, Series, Target
from objectives.target_plan import Step
from productops import changelog, clock, numbers
from productops.locks import hold
from productops.measures import Direction
from teams.models import Person

MOST_STEPS = 400  # targets of one series that are written at once


def begin_targets(*, series: Iterable[Series]) -> None:
    """Give new series the target that their KPI's definition states, if it states one.

    Two queries however many they are: for those who begin series by the hundred.
    """
    begun = list(series)
    wanted = {
        version.kpi_id: version
        for version in KpiVersion.objects.on(clock.today()).filter(
            kpi__in={each.kpi_id for each in begun}
        )
        if version.low is not None or version.high is not None
    }
    Target.objects.bulk_create(
        Target(series=each, from_on=version.valid_from, low=version.low, high=version.high)
        for each in begun
        if (version := wanted.get(each.kpi_id))
    )


@transaction.atomic
def set_target(
    *,
    series: Series,
    low: float | None,
    high: float | None,
    by: Person | None,
    from_on: date | None = None,
) -> Target | None:
    """Say what a series should be from a day on; the same day again corrects it. Without any
    bound the target that began on that day is taken back, and None is returned."""
    check_bounds(low, high, series.kpi.definition)
    day = from_on or clock.today()
    hold(f"targets of series {series.pk}")
    before = series.targets.filter(from_on=day).first()
    if low is None and high is None:
        series.targets.filter(from_on=day).delete()
        target = None
    else:
        bounds = {"low": low, "high": high}
        target, _is_new = series.targets.update_or_create(from_on=day, defaults=bounds)
    changelog.record(
        by=by,
        row=series,
        verb="target",
        before=_bounds_of(before),
        after=_bounds_of(target) | {"from": day},
    )
    return target


@transaction.atomic
def plan_targets(
    *,
    series: Series,
    steps: Iterable[Step],
    by: Person | None,
    since: date | None = None,
    until: date | None = None,
) -> bool:
    """Let exactly these targets begin from ``since`` on and before ``until`` (None: ever); those
    of other days stay. Whether anything differed. Raises ValidationError for "targets"."""
    wanted = sorted(steps)
    _check_steps(wanted, series, since, until)
    hold(f"targets of series {series.pk}")
    rows = series.targets.all()
    rows = rows.filter(from_on__gte=since) if since else rows
    rows = rows.filter(from_on__lt=until) if until else rows
    before = list(rows.values_list("from_on", "low", "high"))
    if before == wanted:
        return False
    rows.delete()
    Target.objects.bulk_create(
        Target(series=series, from_on=day, low=low, high=high) for day, low, high in wanted
    )
    changelog.record(
        by=by, row=series, verb="planned_targets", before=_told(before), after=_told(wanted)
    )
    return True


def _check_steps(steps: list[Step], series: Series, since: date | None, until: date | None) -> None:
    if len(steps) > MOST_STEPS:
        text = _("At most %(n)d targets at once.") % {"n": MOST_STEPS}
        raise ValidationError({"targets": text})
    days = [day for day, _low, _high in steps]
    if len(set(days)) < len(days):
        raise ValidationError({"targets": _("Two targets begin on the same day.")})
    version = series.kpi.definition
    for day, low, high in steps:
        if (since and day < since) or (until and day >= until):
            text = _("%(day)s lies outside of what is planned.") % {"day": day.isoformat()}
            raise ValidationError({"targets": text})
        if low is None and high is None:
            text = _("%(day)s: a target has at least one end.") % {"day": day.isoformat()}
            raise ValidationError({"targets": text})
        try:
            check_bounds(low, high, version)
        except ValidationError as refused:
            text = f"{day.isoformat()}: {refused.messages[0]}"
            raise ValidationError({"targets": text}) from refused


def _told(steps: Iterable[Step]) -> dict[str, str]:
    """Each day with its bounds, as the history shows them."""
    return {
        day.isoformat(): " ".join(
            f"{sign} {numbers.number(bound)}"
            for sign, bound in (("≥", low), ("≤", high))
            if bound is not None
        )
        for day, low, high in steps
    }


def _bounds_of(target: Target | None) -> dict:
    return {"at least": target.low, "at most": target.high} if target else {}


def check_bounds(low: float | None, high: float | None, version: KpiVersion | None) -> None:
    """Refuse a target that does not fit the KPI's direction."""
    if low is not None and high is not None and high <= low:
        raise ValidationError({"high": _("This has to be more than the lower end.")})
    direction = version.direction if version else Direction.NEUTRAL
    if direction == Direction.BAND and (low is None) != (high is None):
        raise ValidationError({"high": _("A band needs both ends, low and high.")})
    if direction == Direction.UP and high is not None and low is None:
        raise ValidationError({"high": _("Higher is better here: say at least how much.")})
    if direction == Direction.DOWN and low is not None and high is None:
        raise ValidationError({"low": _("Lower is better here: say at most how much.")})
