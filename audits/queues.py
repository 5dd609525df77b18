"""What audits do by themselves."""

from datetime import datetime, time, timedelta

from audits import actions
from productops import clock
from productops.schedule import job


@job("audits.reopen-expired", daily_at=time(0, 20))
def reopen_expired(at: datetime) -> None:
    """Gaps that were accepted until yesterday open again."""
    actions.reopen_expired(on=clock.day_of(at))


@job("audits.facts", daily_at=time(3, 10))
def keep_facts(at: datetime) -> None:
    """What questions name is measured, and answers are held beside it.

    After the measures of the night (02:15), so that pages show the same figures.
    """
    actions.keep_facts(on=clock.day_of(at))
    actions.compare_all(now=at)


@job("audits.remind", every=timedelta(minutes=15))
def remind(at: datetime) -> None:
    """Those who are missing, on the days that their audit names and outside their quiet hours."""
    actions.remind_by_plan(now=at)
