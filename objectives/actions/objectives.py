from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from audits.models import Gap
from objectives.actions.cycles import backlog
from objectives.actions.running import is_closed_by_now, require_open, require_running
from objectives.choices import CLOSED_OBJECTIVE_STATES, Ambition, ObjectiveState
from objectives.graph import standings_of
from objectives.models import Cycle, KeyResult, Objective, ObjectiveGap, Pillar
from productops import changelog, clock
from teams.models import Person, Subject


@transaction.atomic
def raise_objective(
    *,
    title: str,
    cycle: Cycle,
    subject: Subject,
    owner: Person,
    by: Person,
    gaps: Iterable[Gap] = (),
    why: str = "",
    state: ObjectiveState = ObjectiveState.ONGOING,
    ambition: Ambition = Ambition.ASPIRATIONAL,
    pillar: Pillar | None = None,
) -> Objective:
    """Say what a subject wants to reach in a cycle. The gaps that it answers become planned."""
    if state in CLOSED_OBJECTIVE_STATES:
        raise ValidationError({"state": _("A new objective is either a draft or ongoing.")})
    require_open(cycle)
    objective = Objective.objects.create(
        title=title,
        why=why,
        cycle=cycle,
        subject=subject,
        owner=owner,
        state=state,
        ambition=ambition,
        pillar=pillar,
    )
    changelog.record(
        by=by,
        row=objective,
        verb="created",
        after={"title": title, "cycle": cycle, "about": subject, "owner": owner},
    )
    answer_gaps(objective=objective, gaps=gaps, by=by)
    return objective


@transaction.atomic
def change_objective(*, objective: Objective, by: Person, **values: Any) -> bool:
    """Take other values. Raises ValidationError where it, or the cycle it goes to, is closed."""
    changed = objective.differing(values)
    if changed:
        require_running(objective, "state")
    if "cycle" in changed:
        require_open(values["cycle"])
    return objective.edit(by=by, **values)


@transaction.atomic
def answer_gaps(*, objective: Objective, gaps: Iterable[Gap], by: Person) -> None:
    """Let the objective answer exactly these gaps: new ones become planned, and what nothing
    else answers is without a plan again."""
    wanted = {gap.pk: gap for gap in gaps}
    present = {gap.pk: gap for gap in gaps_answered_by(objective)}
    if wanted.keys() == present.keys():
        return
    require_running(objective, "gaps")
    objective.gap_links.exclude(gap__in=wanted).delete()
    _unplan([gap for pk, gap in present.items() if pk not in wanted], by=by)
    for pk in wanted.keys() - present.keys():
        ObjectiveGap.objects.create(objective=objective, gap=wanted[pk])
        wanted[pk].plan(by=by)
    changelog.record(
        by=by,
        row=objective,
        verb="answers",
        before={"gaps": sorted(present)},  # by number: not everybody sees all of them
        after={"gaps": sorted(wanted)},
    )


def gaps_answered_by(objective: Objective) -> list[Gap]:
    """All of them, whoever asks: what was fetched with it may be what one person sees."""
    return list(Gap.objects.filter(objectives=objective))


@transaction.atomic
def close_objective(
    *,
    objective: Objective,
    outcome: ObjectiveState,
    learning: str,
    by: Person,
    on: date | None = None,
    proposal: str = "",
    **said: str,
) -> None:
    """Close it with what came of it, and keep how far it and its key results were (``said``: what
    to keep, change and stop). A ``proposal`` waits in the backlog as a draft. Gaps of one that
    was not achieved are without a plan again, unless something else answers them; whether a gap
    is gone, the next audit says."""
    if outcome not in CLOSED_OBJECTIVE_STATES:
        raise ValidationError({"outcome": _("Say whether it was achieved, missed or dropped.")})
    if not learning.strip():
        raise ValidationError({"learning": _("Write what was learned: one sentence will do.")})
    if is_closed_by_now(objective):
        return
    day = on or clock.today()
    grade = grade_key_results(objective=objective, on=day, by=by)
    objective.close(outcome=outcome, learning=learning, grade=grade, by=by, on=day, **said)
    if proposal.strip():
        propose(objective=objective, title=proposal.strip(), by=by)
    if outcome != ObjectiveState.ACHIEVED:
        _unplan(gaps_answered_by(objective), by=by)


@transaction.atomic
def propose(*, objective: Objective, title: str, by: Person) -> Objective:
    """What to try after an objective: a draft in the backlog that names where it comes from."""
    why = _("From “%(objective)s”, %(cycle)s: %(learning)s") % {
        "objective": objective.title,
        "cycle": objective.cycle,
        "learning": objective.learning,
    }
    proposed = raise_objective(
        title=title,
        why=why,
        cycle=backlog(by=by),
        subject=objective.subject,
        owner=objective.owner,
        by=by,
        state=ObjectiveState.DRAFT,
        pillar=objective.pillar,
    )
    proposed.carried_from = objective
    proposed.save(update_fields=["carried_from"])
    return proposed


def grade_key_results(*, objective: Objective, on: date, by: Person) -> float | None:
    """Keep how far each key result is; returns the progress of the whole, with all that rolls up
    into it. The log keeps the grades of each end, also once it is reopened and ends again."""
    row = Objective.objects.with_standing().get(pk=objective.pk)
    for key_result in row.key_results.all():
        key_result.final_progress = key_result.progress(on)
        key_result.final_value = key_result.current(on)
        key_result.final_zone = key_result.zone_reached(on) or ""
        key_result.graded_on = on
    KeyResult.objects.bulk_update(
        row.key_results.all(), ["final_progress", "final_value", "final_zone", "graded_on"]
    )
    grades = {each.title: each.final_progress for each in row.key_results.all()}
    if grades:
        changelog.record(by=by, row=objective, verb="graded", after=grades)
    return standings_of([row], on)[row.pk].progress


@transaction.atomic
def reopen_objective(*, objective: Objective, by: Person) -> None:
    """Work on it again. Raises ValidationError where its cycle is closed."""
    require_open(objective.cycle)
    objective.reopen(by=by)
    objective.key_results.update(
        final_progress=None, final_value=None, final_zone="", graded_on=None
    )
    for gap in gaps_answered_by(objective):
        gap.plan(by=by)


@transaction.atomic
def discard_objective(*, objective: Objective, by: Person) -> None:
    """Put it into the trash; its gaps are without a plan unless something else answers them. Of a
    closed cycle it stays, since what came of that is counted by it."""
    require_open(objective.cycle)
    gaps = gaps_answered_by(objective)
    objective.discard(by=by)
    _unplan(gaps, by=by)


def _unplan(gaps: Iterable[Gap], *, by: Person) -> None:
    """Of these gaps, those that no objective that is not closed answers get no plan."""
    gaps = list(gaps)
    open_links = ObjectiveGap.objects.filter(gap__in=gaps, objective__deleted_at=None)
    running = open_links.exclude(objective__state__in=CLOSED_OBJECTIVE_STATES)
    answered = set(running.values_list("gap", flat=True))
    for gap in gaps:
        if gap.pk not in answered:
            gap.unplan(by=by)
