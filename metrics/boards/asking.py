"""How an address asks to look at a dashboard."""

from collections.abc import Mapping

from metrics.boards import access, switch
from metrics.boards.view import View
from metrics.models import Dashboard
from teams.models import Person


def view_asked_for(person: Person, dashboard: Dashboard, params: Mapping[str, str]) -> View:
    """A period that nobody knows asks for none; a subject that is not theirs is 404. Whole
    periods are looked at without the cards that speak of now."""
    period = params.get("period", "")
    subject = access.subject_to_apply(person, dashboard, params.get("subject", ""))
    period = period if period in switch.PERIODS else ""
    return View(period, subject, cards=not period)
