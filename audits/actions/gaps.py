"""Gaps by hand, several at once, and those that were accepted for a time."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits.choices import GapState
from audits.models import Evidence, Exemption, Gap, GapAnswer, GapScope
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
    kept = [name for name in fields if name != "criticality"]  # which stands in the parts
    gap.save(update_fields=[*kept, "parts", "priority", "updated_at"])
    changelog.record(by=by, row=gap, verb="changed", before=before, after=fields)
    return gap


@transaction.atomic
def confirm_gaps(*, gaps: Iterable[Gap], by: Person) -> int:
    """Say that these gaps are real; how many nobody had confirmed or planned before."""
    fresh = [gap for gap in gaps if gap.state == GapState.IDENTIFIED]
    for gap in fresh:
        gap.confirm(by=by)
    return len(fresh)


@transaction.atomic
def close_gaps(*, gaps: Iterable[Gap], because: str = "", by: Person, on: date) -> int:
    """Close gaps on the evidence that stands with each, or for a reason. Raises NotNow where a
    gap has neither; how many were not closed before."""
    chosen = [gap for gap in gaps if not gap.is_closed]
    shown = set(
        Evidence.objects.holding_on(on).filter(gap__in=chosen).values_list("gap", flat=True)
    )
    for gap in chosen:
        if not because and gap.pk not in shown:
            text = _("Say why %(gap)s is closed, or add evidence that holds today.")
            raise NotNow(text % {"gap": gap})
        gap.exemptions.running().update(ended_on=on)
        gap.close(by=by, on=on, because=because)
    return len(chosen)


@transaction.atomic
def merge_gaps(*, kept: Gap, others: Iterable[Gap], by: Person, on: date) -> Gap:
    """Make one gap of several: ``kept`` goes on with the answers, places and evidence of all,
    the others close and lead to it. Their own trails stay with them. Raises NotNow."""
    joining = [gap for gap in others if gap.pk != kept.pk]
    if not joining:
        raise NotNow(_("Choose at least two gaps."))
    for gap in (kept, *joining):
        if gap.is_closed:
            raise NotNow(_("%(gap)s is closed already.") % {"gap": gap})
    for gap in joining:
        _join(kept, gap, by=by, on=on)
    titles = [gap.title for gap in joining]
    changelog.record(by=by, row=kept, verb="merged", after={"with": titles})
    return kept


def _join(kept: Gap, gap: Gap, *, by: Person, on: date) -> None:
    answers = gap.answers.values_list("revision", flat=True)
    rows = [GapAnswer(gap=kept, revision_id=revision) for revision in answers]
    GapAnswer.objects.bulk_create(rows, ignore_conflicts=True)
    seen = gap.scopes.values_list("scope", "level")
    places = [GapScope(gap=kept, scope_id=scope, level=level) for scope, level in seen]
    GapScope.objects.bulk_create(places, ignore_conflicts=True)
    gap.evidence.update(gap=kept)
    if kept.owner is None and gap.owner is not None:
        kept.assign(owner=gap.owner, by=by)
    if gap.state == GapState.PLANNED:
        kept.plan(by=by)
    gap.exemptions.running().update(ended_on=on)
    gap.merged_into = kept
    gap.close(by=by, on=on, because=_("It is one with “%(gap)s”.") % {"gap": kept})


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
