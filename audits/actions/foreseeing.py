"""What closing an audit would raise, before it is closed."""

from datetime import datetime

from audits.actions.gap_raising import weak_places
from audits.actions.reckoning import reckon, told
from audits.choices import SMALLEST_GROUP
from audits.disclosure import is_told
from audits.gap_rule import FoundGap
from audits.models import Audit
from productops import clock


def foreseen_gaps(audit: Audit, *, now: datetime) -> list[FoundGap]:
    """The gaps that the rule would find in what is submitted by now, most urgent first. Nothing is
    written; what answers propose and what facts say comes on top. None of an anonymous audit whose
    last day is not past."""
    if not is_told(audit, clock.day_of(now)):
        return []
    smallest = SMALLEST_GROUP if audit.is_anonymous else 1
    return weak_places(audit, told(audit, reckon(audit, now=now), smallest))
