"""What audits do by themselves."""

from datetime import datetime, time

from audits import actions
from productops import clock
from productops.schedule import job


@job("audits.reopen-expired", daily_at=time(0, 20))
def reopen_expired(at: datetime) -> None:
    """Gaps that were accepted until yesterday open again."""
    actions.reopen_expired(on=clock.day_of(at))
