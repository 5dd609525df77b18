"""How many have answered so far, and how far each section is: one fragment, asked for again and
again while an audit is open."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from audits import answering_state
from audits.actions import who_sees
from audits.choices import InvitationState
from audits.models import Audit, Node, Scope
from audits.pages.asked import RESPONDED, Asked
from productops import clock

UNDER_WAY = (InvitationState.OPENED, InvitationState.STARTED)


@dataclass(frozen=True)
class Tally:
    """How many of how many."""

    done: int = 0
    asked: int = 0

    @property
    def share(self) -> float | None:
        return self.done / self.asked if self.asked else None

    def plus(self, is_done: bool) -> "Tally":
        return Tally(self.done + is_done, self.asked + 1)


@dataclass(frozen=True)
class Line:
    """One scope: people who submitted, and questions answered in each section (None: nobody is
    asked there)."""

    scope: Scope
    people: Tally
    cells: list[Tally | None]


def response(asked: Asked, now: datetime) -> dict[str, Any]:
    """Who has answered, in all, in each scope and in each section.

    Of an anonymous audit only people are counted: how far somebody is, question by question, would
    tell what they answered.
    """
    audit, on = asked.audit, clock.day_of(now)
    states = [state for state in states_of(audit) if state != InvitationState.HANDED_OVER]
    submitted = sum(state in RESPONDED for state in states)
    sections = [] if audit.is_anonymous else asked.parts
    return {
        "audit": audit,
        "standing": answering_state.of_audit(audit, now),
        "sections": sections,
        "lines": _lines(asked, sections),
        "invited": len(states),
        "submitted": submitted,
        "under_way": sum(state in UNDER_WAY for state in states),
        "missing": len(states) - submitted,
        "rate": Tally(submitted, len(states)).share,
        "expected": expected_response(audit, submitted, len(states), on),
        "days_left": max(0, (audit.closes_on - on).days),
        "is_late": audit.is_open and audit.closes_on < on,
        "takes_answers": audit.takes_answers_on(on),
        "questions": asked.questions,
        "has_repeats": asked.has_repeats,
        "who_sees": who_sees(audit),
        "holes": [f"{name}: {', '.join(parts)}" for name, parts in asked.unassigned().items()],
        "as_of": now,
    }


def states_of(audit: Audit) -> list[str]:
    """How far each invited person is; asked once for a page."""
    if not hasattr(audit, "invitation_states"):
        audit.invitation_states = list(audit.invitations.values_list("state", flat=True))
    return audit.invitation_states


def expected_response(audit: Audit, submitted: int, invited: int, on: date) -> int | None:
    """How many will have answered at the end if they go on at the pace so far; None on the first
    day, after the last, and before anybody has answered."""
    if not audit.is_open or not submitted or on > audit.closes_on:
        return None
    began = clock.day_of(audit.opened_at)
    gone, whole = (on - began).days, (audit.closes_on - began).days
    return min(invited, round(submitted / gone * whole)) if gone else None


def _lines(asked: Asked, sections: list[Node]) -> list[Line]:
    people, places = _people(asked), _tallies(asked) if sections else {}
    return [
        Line(
            scope,
            people.get(scope.pk, Tally()),
            [places.get((scope.pk, section.pk)) for section in sections],
        )
        for scope in asked.scopes
    ]


def _people(asked: Asked) -> dict[int, Tally]:
    """How many of those asked about each scope have submitted."""
    pairs = {(row.scope, row.invitation) for row in asked.rows}
    found: dict[int, Tally] = {}
    for scope, invitation in pairs:
        state = asked.invited[invitation].state
        if state != InvitationState.HANDED_OVER:
            found[scope] = found.get(scope, Tally()).plus(state in RESPONDED)
    return found


def _tallies(asked: Asked) -> dict[tuple[int, int], Tally]:
    """Questions answered of all that are asked as things stand, by scope and section."""
    counts: dict[tuple[int, int], list[int]] = {}
    for invitation, progress in asked.progress.items():
        if asked.invited[invitation].state == InvitationState.HANDED_OVER:
            continue
        for part in progress.parts:
            found = counts.setdefault((part.scope, part.node), [0, 0])
            found[0] += part.answered
            found[1] += part.asked
    return {where: Tally(*found) for where, found in counts.items()}
