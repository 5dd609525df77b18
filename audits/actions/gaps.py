"""Gaps by hand, several at once, and those that were accepted for a time."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits.choices import GapState
from audits.models import Exemption, Gap
from audits.refusals import NotNow
from productops import changelog
from productops.forms import take_version
from teams.models import Person


@transaction.atomic
def create_gap(*, fields: dict[str, Any], by: Person, on: date) -> Gap:
    """A gap that somebody noticed outside of an audit."""
    gap = Gap(found_on=on, **fields)
    gap.rank()
    gap.save()
    changelog.record(by=by, row=gap, verb="created", after={"title": gap.title})
    return gap


@transaction.atomic
def change_gap(*, gap: Gap, fields: dict[str, Any], by: Person) -> Gap:
    """Change what the gap says; its priority follows. Raises Stale where somebody was faster."""
    take_version(gap)
    before = {name: getattr(gap, name) for name in fields}
    for name, value in fields.items():
        setattr(gap, name, value)
    gap.rank()
    gap.save(update_fields=[*fields, "parts", "priority", "updated_at"])
    changelog.record(by=by, row=gap, verb="changed", before=before, after=fields)
    return gap


@transaction.atomic
def assign_gaps(*, gaps: Iterable[Gap], owner: Person, by: Person) -> int:
    """Make one person answer for these gaps; how many there were."""
    chosen = list(gaps)
    for gap in chosen:
        gap.assign(owner=owner, by=by)
    return len(chosen)


@transaction.atomic
def accept_gaps(*, gaps: Iterable[Gap], reason: str, until_on: date, by: Person, on: date) -> int:
    """Live with these gaps until a day, for a reason; then they open again by themselves."""
    if until_on < on:
        raise NotNow(_("The day until which the gap is accepted lies in the past."))
    chosen = list(gaps)
    for gap in chosen:
        if gap.is_closed:
            raise NotNow(_("%(gap)s is closed already.") % {"gap": gap})
        gap.exemptions.running().update(ended_on=on)
        Exemption.objects.create(gap=gap, reason=reason, from_on=on, until_on=until_on, by=by)
        gap.accept(by=by)
    return len(chosen)


@transaction.atomic
def reopen_gap(*, gap: Gap, by: Person | None, on: date) -> Gap:
    """Take a closed or accepted gap up again; what it was accepted for ends."""
    gap.exemptions.running().update(ended_on=on)
    gap.reopen(by=by)
    return gap


@transaction.atomic
def reopen_expired(*, on: date) -> int:
    """Open the gaps whose acceptance was over before ``on``; how many were opened."""
    over = Exemption.objects.over_on(on).select_related("gap")
    gaps = {exemption.gap for exemption in over}
    for gap in gaps:
        if gap.state == GapState.ACCEPTED:
            gap.reopen(by=None)
    over.update(ended_on=on)
    return len(gaps)
