"""Where the answers of an audit differ, in figures."""

from typing import Any

from audits.differing import Ladder, agreed_in, differences_in, ladders_of
from audits.disagreement import Difference
from audits.models import Audit
from audits.workshop_access import scopes_told
from teams.models import Person


def disagreements(person: Person, audit: Audit) -> list[dict[str, Any]]:
    """The queue, most divided first. ``range`` and ``deviation`` are in levels, ``rwg`` is None
    below five answers, ``is_agreed`` says that people wrote down what they agreed upon."""
    scopes = [scope.pk for scope in scopes_told(person, audit)]
    ladders, agreed = ladders_of(audit), agreed_in(audit)
    return [
        _told(one, ladders) | {"is_agreed": one.said.place in agreed}
        for one in differences_in(audit, scopes, ladders)
    ]


def _told(one: Difference, ladders: dict[int, Ladder]) -> dict[str, Any]:
    scope, node, subject = one.said.place
    return {
        "scope": scope,
        "question": ladders[node].node.key,
        "subject": subject,
        "answers": one.found.n,
        "range": one.range,
        "deviation": one.found.deviation,
        "rwg": one.found.rwg,
        "rank": one.rank,
    }
