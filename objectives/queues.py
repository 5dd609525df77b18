"""What objectives do by themselves."""

from datetime import datetime, time

from objectives import actions
from productops import clock
from productops.schedule import job

MONDAY, TUESDAY = 0, 1


@job("objectives.nudge", daily_at=time(8, 5))
def nudge(at: datetime) -> None:
    """On Tuesdays, those whose check-ins wait."""
    if clock.day_of(at).weekday() == TUESDAY:
        actions.nudge_late(now=at)


@job("objectives.followed", daily_at=time(8, 10))
def tell_followers(at: datetime) -> None:
    """On Mondays, what moved last week, to those who follow it."""
    if clock.day_of(at).weekday() == MONDAY:
        actions.tell_followers(now=at)
