"""What day it is for the organisation. Read at the edge; time is an argument everywhere else."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone


def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def today() -> date:
    return timezone.localdate(timezone=zone())


def day_of(moment: datetime) -> date:
    """The organisation's date of a moment."""
    return moment.astimezone(zone()).date()


def start_of(day: date) -> datetime:
    """The moment at which a date begins in the organisation's zone."""
    return datetime(day.year, day.month, day.day, tzinfo=zone())
