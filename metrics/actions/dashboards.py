"""Dashboards: made, arranged, shown on a wall."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from metrics.models import Dashboard, DashboardRow
from objectives.models import Series
from productops import changelog, links
from productops.forms import take_version
from productops.models import Link
from teams.models import Person, Subject


@transaction.atomic
def make_dashboard(
    *, title: str, slug: str, chair: Person | None, by: Person, **more: Any
) -> Dashboard:
    """Make a dashboard; ``more`` are its role, subject and whether it is kept monthly."""
    dashboard = Dashboard.objects.create(title=title, slug=slug, chair=chair, **more)
    after = {"title": title, "slug": slug, "chair": str(chair or "")}
    after |= {name: str(value) for name, value in more.items() if value}
    changelog.record(by=by, row=dashboard, verb="made", after=after)
    return dashboard


@transaction.atomic
def change_dashboard(
    *, dashboard: Dashboard, by: Person, before: dict[str, Any], after: dict[str, Any]
) -> Dashboard:
    """Save a dashboard that a form has changed from ``before`` to ``after``."""
    take_version(dashboard)
    dashboard.save()
    changelog.record(by=by, row=dashboard, verb="changed", before=before, after=after)
    return dashboard


@transaction.atomic
def add_row(*, dashboard: Dashboard, series: Series, group: str, by: Person) -> DashboardRow:
    """Put a KPI at the end of its group; one that is there already moves to that group."""
    rows = _held(dashboard)
    row = next((row for row in rows if row.series_id == series.pk), None)
    if row is None:
        last = max((row.order for row in rows), default=0)
        row = DashboardRow(dashboard=dashboard, series=series, order=last + 1)
    row.group = group
    row.save()
    arrange(dashboard)
    after = {"series": str(series), "group": group}
    changelog.record(by=by, row=dashboard, verb="row added", after=after)
    return row


@transaction.atomic
def remove_row(*, row: DashboardRow, by: Person) -> None:
    dashboard = row.dashboard
    before = {"series": str(row.series), "group": row.group}
    row.delete()
    changelog.record(by=by, row=dashboard, verb="row removed", before=before)


@transaction.atomic
def move_row(*, row: DashboardRow, steps: int, by: Person) -> None:
    """Move a row up (steps below 0) or down; past the end of its group it changes the group."""
    rows = _held(row.dashboard)
    here = next(place for place, other in enumerate(rows) if other.pk == row.pk)
    there = here + (1 if steps > 0 else -1)
    if not 0 <= there < len(rows):
        return
    moving, other = rows[here], rows[there]
    if moving.group != other.group:
        moving.group = other.group
    else:
        rows[here], rows[there] = other, moving
    _number(rows)
    after = {"series": str(row.series), "group": moving.group}
    changelog.record(by=by, row=row.dashboard, verb="row moved", after=after)


@transaction.atomic
def set_rows(
    *, dashboard: Dashboard, rows: Sequence[tuple[Series, str]], by: Person
) -> list[DashboardRow]:
    """Put exactly these KPIs on a dashboard, in this order, each with its group."""
    before = [str(row.series) for row in _held(dashboard)]
    dashboard.rows.all().delete()
    laid = [
        DashboardRow(dashboard=dashboard, series=series, group=group, order=order)
        for order, (series, group) in enumerate(rows, 1)
    ]
    DashboardRow.objects.bulk_create(laid)
    arrange(dashboard)
    after = [str(series) for series, _group in rows]
    changelog.record(
        by=by, row=dashboard, verb="arranged", before={"rows": before}, after={"rows": after}
    )
    return laid


@transaction.atomic
def copy_dashboard(
    *,
    dashboard: Dashboard,
    title: str,
    slug: str,
    subject: Subject | None,
    rows: Sequence[tuple[Series, str]],
    by: Person,
) -> Dashboard:
    """Make another dashboard with these rows, chaired by the same; it is kept and met like any."""
    copy = make_dashboard(title=title, slug=slug, chair=dashboard.chair, subject=subject, by=by)
    set_rows(dashboard=copy, rows=rows, by=by)
    return copy


@transaction.atomic
def rename_group(*, dashboard: Dashboard, group: str, name: str, by: Person) -> None:
    """Give a group another heading; one that is there already takes its rows in."""
    rows = _held(dashboard)
    for row in rows:
        if row.group == group:
            row.group = name
    _number(rows)
    arrange(dashboard)
    changelog.record(
        by=by, row=dashboard, verb="group renamed", before={"group": group}, after={"group": name}
    )


@transaction.atomic
def move_group(*, dashboard: Dashboard, group: str, steps: int, by: Person) -> None:
    """Move a group with all its rows before (steps below 0) or behind its neighbour."""
    rows = _held(dashboard)
    groups = list(dict.fromkeys(row.group for row in rows))
    if group not in groups:
        return
    here = groups.index(group)
    there = here + (1 if steps > 0 else -1)
    if not 0 <= there < len(groups):
        return
    groups[here], groups[there] = groups[there], groups[here]
    _number(sorted(rows, key=lambda row: groups.index(row.group)))
    changelog.record(by=by, row=dashboard, verb="group moved", after={"group": group})


@transaction.atomic
def show_on_wall(*, dashboard: Dashboard, by: Person) -> Link:
    """Make an address that shows the dashboard without signing in, until it is revoked."""
    link = links.make(Link.Purpose.TV, person=by, target=dashboard.pk)
    changelog.record(by=by, row=dashboard, verb="shown on a wall", after={"link": link.pk})
    return link


@transaction.atomic
def take_off_wall(*, dashboard: Dashboard, link: Link, by: Person) -> None:
    """End a wall's address at once."""
    link.revoke()
    changelog.record(by=by, row=dashboard, verb="taken off a wall", before={"link": link.pk})


def arrange(dashboard: Dashboard) -> None:
    """Keep rows of one group together, groups in the order in which they first came."""
    rows = _held(dashboard)
    groups = list(dict.fromkeys(row.group for row in rows))
    _number(sorted(rows, key=lambda row: groups.index(row.group)))


def _held(dashboard: Dashboard) -> list[DashboardRow]:
    """The rows in their order, locked until the transaction ends."""
    return list(DashboardRow.objects.of(dashboard).select_for_update())


def _number(rows: list[DashboardRow]) -> None:
    for order, row in enumerate(rows, 1):
        row.order = order
    DashboardRow.objects.bulk_update(rows, ["order", "group"])
