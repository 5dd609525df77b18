"""Hours in which nobody is reminded of anything, by the recipient's own clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from productops.models import Organisation

SATURDAY = 5
STEP = timedelta(minutes=15)  # every zone's offset is a whole number of these
FARTHEST = timedelta(days=8)


@dataclass(frozen=True)
class QuietHours:
    """Quiet from ``begin`` until ``end`` o'clock (0 to 23; the same twice: at no hour), and on
    Saturday and Sunday where ``has_weekends``."""

    begin: int
    end: int
    has_weekends: bool

    def cover(self, moment: datetime, zone: tzinfo) -> bool:
        """Whether it is quiet then in that zone."""
        local = moment.astimezone(zone)
        if self.has_weekends and local.weekday() >= SATURDAY:
            return True
        if self.begin <= self.end:
            return self.begin <= local.hour < self.end
        return local.hour >= self.begin or local.hour < self.end

    def next_awake(self, moment: datetime, zone: tzinfo) -> datetime:
        """The first moment from ``moment`` on that is not quiet, in UTC; to the quarter of an hour
        where one has to wait. Walked in UTC, so that no change of clocks is missed or met twice."""
        found = moment.astimezone(UTC)
        if not self.cover(found, zone):
            return found
        found = _quarter(found) + STEP
        while self.cover(found, zone) and found - moment < FARTHEST:
            found += STEP
        return found

    def last_awake(self, moment: datetime, zone: tzinfo) -> datetime:
        """The last quarter of an hour before ``moment`` that is not quiet, in UTC."""
        found = _quarter(moment.astimezone(UTC)) - STEP
        while self.cover(found, zone) and moment - found < FARTHEST:
            found -= STEP
        return found


def house_hours() -> QuietHours:
    """The quiet hours of the organisation."""
    house = Organisation.objects.first() or Organisation()
    return QuietHours(house.quiet_from, house.quiet_until, house.has_quiet_weekends)


def _quarter(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
