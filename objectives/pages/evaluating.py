"""What came of a cycle for one person: with the cycle before, and what goes on elsewhere."""

from datetime import date
from typing import Any

from objectives import access
from objectives.evaluation import Tally
from objectives.models import Cycle, Objective
from objectives.pages.cycle import CyclePage, cycle_page
from objectives.pages.retrospect import Lesson
from teams.models import Person


def evaluation_for(person: Person, cycle: Cycle, on: date, number: str | None = None) -> CyclePage:
    """As far as the person sees it. ``number``: which page of the objectives."""
    former = access.cycles_for(person).before(cycle)
    return cycle_page(
        cycle,
        access.objectives_of(person, cycle),
        on,
        number,
        successors=access.successors_of(person, cycle),
        former=former,
        objectives_before=access.objectives_of(person, former) if former else None,
    )


def evaluation_told(found: CyclePage) -> dict[str, Any]:
    """The same as plain values, for programs."""
    said = zip(("keeps", "changes", "stops"), found.retrospect.said, strict=True)
    return {
        "sentence": found.sentence,
        "now": counts(found.whole),
        "before": counts(found.before) | {"cycle": found.former.slug} if found.before else None,
        "by_subject": [
            counts(tally) | {"subject": subject.reference, "before": counts(then) if then else None}
            for subject, tally, then in found.tallies
        ],
        **{name: [_lesson(one) for one in lessons] for name, (_word, lessons) in said},
        "proposals": [_going_on(each) for each in found.retrospect.proposals],
        "carried": [_going_on(each) for each in found.retrospect.carried],
    }


def counts(found: Tally) -> dict[str, Any]:
    return {
        "objectives": found.objectives,
        "counted": found.counted,
        "successes": found.successes,
        "committed": found.committed,
        "commitments_kept": found.committed_met,
        "mean_progress": found.mean,
        "states": {str(state): number for state, number in found.states.items()},
        "zones": {str(zone) or "unknown": number for zone, number in found.zones.items()},
    }


def _lesson(one: Lesson) -> dict[str, Any]:
    return {"text": one.text, "objective": one.source.pk if one.source else None}


def _going_on(each: Objective) -> dict[str, Any]:
    return {
        "objective": each.pk,
        "title": each.title,
        "cycle": each.cycle.slug,
        "from": each.carried_from_id,
    }
