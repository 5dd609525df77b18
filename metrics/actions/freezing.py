"""Keeping what a dashboard showed, and letting others see it."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from metrics.models import Dashboard, FrozenPeriod
from metrics.models.dashboards import sha256_of
from productops import changelog, links
from productops.models import Link
from teams.models import Person

SHARED_FOR = timedelta(days=30)


@transaction.atomic
def freeze(
    *,
    dashboard: Dashboard,
    content: str,
    label: str,
    until_on: date,
    by: Person | None,
    period: str = "",
    note: str = "",
) -> FrozenPeriod:
    """Keep a dashboard's content (``DashboardContent.to_json``) to the letter."""
    frozen = FrozenPeriod.objects.create(
        dashboard=dashboard,
        content=content,
        sha256=sha256_of(content),
        label=label,
        until_on=until_on,
        period=period,
        note=note,
        by=by,
    )
    after = {"frozen": frozen.pk, "label": label, "sha256": frozen.sha256}
    changelog.record(by=by, row=dashboard, verb="frozen", after=after)
    return frozen


@transaction.atomic
def share(*, frozen: FrozenPeriod, by: Person, now: datetime | None = None) -> Link:
    """Make an address that opens this kept dashboard, and only it, for 30 days."""
    ends = (now or timezone.now()) + SHARED_FOR
    link = links.make(Link.Purpose.SHARE, person=by, target=frozen.pk, expires_at=ends)
    after = {"link": link.pk, "frozen": frozen.pk}
    changelog.record(by=by, row=frozen.dashboard, verb="shared", after=after)
    return link


@transaction.atomic
def end_share(*, frozen: FrozenPeriod, link: Link, by: Person) -> None:
    """End a share link at once."""
    link.revoke()
    before = {"link": link.pk, "frozen": frozen.pk}
    changelog.record(by=by, row=frozen.dashboard, verb="no longer shared", before=before)
