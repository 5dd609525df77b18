"""Kept dashboards: made from what is shown now, read by somebody, compared with what came later."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from audits.models import Audit
from metrics import dashboard_page, periods
from metrics.actions import freezing
from metrics.boards.content import DashboardContent, KpiLine
from metrics.boards.switch import Figures, values_now
from metrics.boards.view import PLAIN, View
from metrics.models import Dashboard, FrozenPeriod, Improvement, Snapshot
from objectives.models import Objective, Series
from productops import cadences, numbers
from teams.choices import AccountRole
from teams.models import Person
from tooling.models import Contract

SAME_WITHIN = 1e-9  # relative: sums of floats in another order differ by less
KINDS: dict[str, Any] = {  # models whose rows know to whom they are visible
    "series": Series,
    "improvement": Improvement,
    "objective": Objective,
    "audit": Audit,
    "contract": Contract,
}


# Keeping -----------------------------------------------------------------------------------
def freeze_now(
    *,
    dashboard: Dashboard,
    by: Person,
    today: date,
    view: View = PLAIN,
    label: str = "",
    note: str = "",
) -> FrozenPeriod:
    """Keep what the person sees now, with all cards."""
    content = dashboard_page.content_of(by, dashboard, today, replace(view, cards=True))
    return freezing.freeze(
        dashboard=dashboard,
        content=content.to_json(),
        label=label or label_of(content),
        until_on=last_day_of(content),
        period=view.period,
        note=note,
        by=by,
    )


def freeze_month(*, dashboard: Dashboard, today: date) -> FrozenPeriod | None:
    """Keep the month that ended before ``today``, once, as its chair or an operator sees it."""
    first = periods.moved(periods.first_day(today, periods.MONTH), periods.MONTH, -1)
    until_on = periods.next_first(first, periods.MONTH) - timedelta(days=1)
    eyes = eyes_for(dashboard)
    if eyes is None or dashboard.frozen.filter(by=None, until_on=until_on).exists():
        return None
    view = View(period=periods.MONTH)
    content = dashboard_page.content_of(eyes, dashboard, today, view)
    return freezing.freeze(
        dashboard=dashboard,
        content=content.to_json(),
        label=cadences.name_of_period(first, periods.MONTH, today),
        until_on=until_on,
        period=periods.MONTH,
        by=None,
    )


def eyes_for(dashboard: Dashboard) -> Person | None:
    """Through whose eyes the application keeps a dashboard: the chair's, if they see all."""
    if dashboard.chair and dashboard.chair.is_active and dashboard.chair.sees_all:
        return dashboard.chair
    operators = Person.objects.active().filter(role__in=[AccountRole.OPS, AccountRole.ADMIN])
    return operators.order_by("pk").first()


def last_day_of(content: DashboardContent) -> date:
    """The last day that the newest of its periods holds."""
    ends = [
        periods.next_first(row.first, row.cadence) - timedelta(days=1)
        for row in content.rows
        if row.first
    ]
    return max(ends, default=content.on)


def label_of(content: DashboardContent) -> str:
    """What a kept page is called unless somebody says: its newest period."""
    return (content.meta[0] if content.meta and content.rows else str(content.on))[:100]


# Read --------------------------------------------------------------------------------------
def seen_by(person: Person, content: DashboardContent) -> DashboardContent:
    """The kept page as far as the person may see its records now; a query for each kind."""
    seen = content.keeping(sight_of(person, content.refs()))
    return seen if person.changes_all else seen.without_asking()


def sight_of(person: Person, refs: Iterable[str]) -> Callable[[str], bool]:
    asked: dict[str, set[int]] = defaultdict(set)
    for ref in refs:
        kind, _colon, pk = ref.partition(":")
        asked[kind].add(int(pk))
    seen = {
        f"{kind}:{pk}"
        for kind, pks in asked.items()
        for pk in KINDS[kind]
        ._base_manager.filter(pk__in=pks)
        .filter(pk__in=KINDS[kind]._default_manager.visible_to(person).values("pk"))
        .values_list("pk", flat=True)
    }
    return lambda ref: ref in seen


# What came later ---------------------------------------------------------------------------
@dataclass(frozen=True)
class Late:
    """A number that is another one today."""

    name: str
    url: str
    period: str
    then: str
    now: str


def late_data(content: DashboardContent, today: date) -> list[Late]:
    """The rows whose period has another number now than when it was kept."""
    lines = [row for row in content.rows if row.first]
    current = values_now(lines, today) if content.period else snapshots_of(lines)
    return [
        late(row, found)
        for row in lines
        if row.first and differs(found := current.get((row.series_id, row.first)), row.number)
    ]


def snapshots_of(lines: Iterable[KpiLine]) -> Figures:
    wanted = list(lines)
    found = Snapshot.objects.filter(
        series__in={row.series_id for row in wanted}, period__in={row.first for row in wanted}
    )
    return {
        (series, period): value
        for series, period, value in found.values_list("series_id", "period", "value")
    }


def differs(now: float | None, then: float | None) -> bool:
    if now is None or then is None:
        return now is not then
    return not math.isclose(now, then, rel_tol=SAME_WITHIN, abs_tol=1e-12)


def late(row: KpiLine, now: float | None) -> Late:
    return Late(
        name=row.name,
        url=row.url,
        period=row.period,
        then=numbers.quantity(row.number, row.measure) if row.number is not None else _("no value"),
        now=numbers.quantity(now, row.measure) if now is not None else _("no value"),
    )


def freeze_months(*, today: date) -> None:
    """Keep the month that ended for every dashboard that asks for it; a second call keeps none."""
    asking = Dashboard.objects.filter(freezes_monthly=True).select_related("chair", "subject")
    for dashboard in asking:
        freeze_month(dashboard=dashboard, today=today)
