"""Quiet hours by the recipient's own clock, across zones and changes of clocks."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from productops.quiet import QuietHours

USUAL = QuietHours(18, 8, has_weekends=True)
BERLIN, APIA, NEW_YORK = (
    ZoneInfo(name) for name in ("Europe/Berlin", "Pacific/Apia", "America/New_York")
)
KATHMANDU = ZoneInfo("Asia/Kathmandu")  # 5:45 ahead


def at(text: str, zone=UTC) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("moment", "zone", "is_quiet"),
    [
        ("2026-11-26T07:59", BERLIN, True),
        ("2026-11-26T08:00", BERLIN, False),
        ("2026-11-26T17:59", BERLIN, False),
        ("2026-11-26T18:00", BERLIN, True),
        ("2026-11-28T12:00", BERLIN, True),  # a Saturday
        ("2026-11-29T23:59", BERLIN, True),  # a Sunday
    ],
)
def test_evenings_nights_and_weekends_are_quiet(moment, zone, is_quiet):
    assert USUAL.cover(at(moment, zone), zone) is is_quiet


def test_the_same_moment_is_quiet_for_one_and_not_for_another():
    moment = at("2026-11-26T15:00")  # 16:00 in Berlin, 10:00 in New York, 05:00 on Friday in Apia

    assert [USUAL.cover(moment, zone) for zone in (BERLIN, NEW_YORK, APIA)] == [False, False, True]


@pytest.mark.parametrize(
    ("moment", "zone", "awake"),
    [
        ("2026-11-26T10:07", BERLIN, "2026-11-26T10:07"),
        ("2026-11-26T19:00", BERLIN, "2026-11-27T08:00"),
        ("2026-11-27T18:00", BERLIN, "2026-11-30T08:00"),  # from Friday evening to Monday
        ("2026-11-26T18:30", KATHMANDU, "2026-11-27T08:00"),
        # Clocks go forward at 2 on Sunday 29 March 2026, back at 3 on Sunday 25 October.
        ("2026-03-27T20:00", BERLIN, "2026-03-30T08:00"),
        ("2026-10-23T20:00", BERLIN, "2026-10-26T08:00"),
    ],
)
def test_waiting_ends_in_the_morning_of_the_persons_own_clock(moment, zone, awake):
    found = USUAL.next_awake(at(moment, zone), zone)

    assert found.astimezone(zone).replace(tzinfo=None) == datetime.fromisoformat(awake)


def test_an_hour_that_a_change_of_clocks_leaves_out_is_passed_over():
    hours = QuietHours(0, 2, has_weekends=False)  # awake from 2, which does not exist that night

    found = hours.next_awake(at("2026-03-29T01:00", BERLIN), BERLIN)

    assert found.astimezone(BERLIN).isoformat() == "2026-03-29T03:00:00+02:00"


def test_an_hour_that_comes_twice_is_quiet_twice():
    hours = QuietHours(2, 3, has_weekends=False)

    found = hours.next_awake(datetime(2026, 10, 25, 2, 0, tzinfo=BERLIN), BERLIN)

    assert found.astimezone(BERLIN).isoformat() == "2026-10-25T03:00:00+01:00"


def test_the_last_moment_before_a_weekend_is_friday_afternoon():
    found = USUAL.last_awake(at("2026-11-28T08:00", BERLIN), BERLIN)

    assert found.astimezone(BERLIN).replace(tzinfo=None) == datetime(2026, 11, 27, 17, 45)


@pytest.mark.parametrize("hour", [0, 8, 23])
def test_the_same_hour_twice_is_no_quiet_hour_at_all(hour):
    hours = QuietHours(hour, hour, has_weekends=False)

    assert not any(hours.cover(at(f"2026-11-26T{n:02}:00"), UTC) for n in range(24))
