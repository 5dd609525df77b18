"""One series as its page draws it, and what is written on the chart. Pure: rows without tables."""

from datetime import date, datetime, timedelta

from metrics.models import Exclusion, Improvement, Note, Segment, Snapshot
from metrics.occasions import occasions_of
from metrics.portrait import Portrait, range_asked
from objectives.models import Kpi, KpiVersion, Series, Target
from productops.measures import Direction
from teams.models import Person, Subject

TODAY = date(2026, 11, 23)
FIRST = date(2026, 6, 1)


def weeks(count: int) -> list[date]:
    return [FIRST + timedelta(weeks=number) for number in range(count)]


def portrait(values, segments=(), targets=(), reasons=None, occasions=(), newest=0) -> Portrait:
    rows = [
        Snapshot(period=period, value=value, n=1)
        for period, value in zip(weeks(len(values)), values, strict=True)
    ]
    kpi = Kpi(slug="x", name="Lead time")
    series = Series(kpi=kpi, subject=Subject(name="Checkout", key="checkout", kind="product"))
    series.is_pending, series.has_improved = False, False
    version = KpiVersion(
        pk=1,
        number=1,
        valid_from=date(2024, 1, 1),
        unit="d",
        direction=Direction.DOWN,
        cadence="week",
        aggregation="mean",
        empty="gap",
    )
    return Portrait(
        series=series,
        versions=[version],
        targets=targets,
        snapshots=rows,
        segments=segments or [limits()],
        reasons=reasons or {},
        occasions=occasions,
        today=TODAY,
        newest=newest,
    )


def limits(begins=FIRST, centre=10.0, reach=2.0, **more) -> Segment:
    return Segment(
        from_period=begins,
        centre=centre,
        lower=centre - reach,
        upper=centre + reach,
        mr_centre=0.75,
        mr_upper=2.45,
        n=24,
        **more,
    )


def test_a_period_without_a_value_is_a_gap_in_the_line():
    chart = portrait([10, None, 11]).chart

    assert [point.value for point in chart.points] == [10, None, 11]
    assert [point.moving_range for point in chart.points] == [None, None, 1]


def test_a_signal_is_judged_by_the_stored_limits_and_named():
    points = portrait([10, 13, 7]).chart.points

    assert [point.signal for point in points] == ["", "bad", "good"]
    assert points[1].note == "outside the usual range"


def test_the_period_that_is_not_over_is_open_and_never_judged():
    last = portrait([10.0] * 25 + [99.0]).chart.points[-1]

    assert (last.open, last.signal) == (True, "")


def test_a_period_left_out_keeps_its_reason_and_gets_no_signal():
    points = portrait([10, 99, 10], reasons={weeks(2)[1]: "outage"}).chart.points

    assert (points[1].excluded, points[1].signal) == ("outage", "")


def test_no_moving_range_reaches_across_new_limits():
    steps = [limits(), limits(weeks(3)[2], centre=5.0, cause="Another way of working")]

    points = portrait([10, 11, 5, 6], segments=steps).chart.points

    assert [point.moving_range for point in points] == [None, 1, None, 1]


def test_limits_that_began_before_the_window_reach_into_it():
    steps = [limits(), limits(weeks(9)[8], centre=5.0)]

    chart = portrait([10.0] * 10, segments=steps, newest=4).chart

    assert [(segment.start, segment.centre) for segment in chart.segments] == [(-1, 10), (2, 5)]


def test_a_target_is_drawn_from_the_week_that_it_holds():
    wanted = [Target(from_on=weeks(3)[1], high=7.0), Target(from_on=weeks(3)[2], high=0.0)]

    [target] = portrait([10, 10, 10], targets=wanted).chart.targets

    assert target.values == (None, 7.0, 0.0)
    assert target.label == "target ≤ 0\u00a0d"


def test_a_band_is_drawn_by_two_lines():
    wanted = [Target(from_on=FIRST, low=8.0, high=12.0)]

    labels = [target.label for target in portrait([10], targets=wanted).chart.targets]

    assert labels == ["target ≥ 8\u00a0d", "target ≤ 12\u00a0d"]


def test_a_series_without_values_has_an_empty_chart():
    empty = portrait([])

    assert (empty.chart.points, empty.lines, empty.table) == ((), [], [])


def test_the_lines_of_the_file_hold_all_periods_whatever_is_drawn():
    found = portrait([10, None, 13], newest=1)

    assert len(found.chart.points) == 1
    assert [line[:3] for line in found.lines] == [
        (weeks(3)[0], 10, 1),
        (weeks(3)[1], None, 0),
        (weeks(3)[2], 13, 1),
    ]
    assert found.lines[2][5] == "outside"


def test_a_range_is_one_of_those_of_the_cadence():
    assert [range_asked(asked, "week") for asked in ("13", "39", "all", "", "7", "-1")] == [
        13, 39, 0, 39, 39, 39,
    ]  # fmt: skip
    assert range_asked("8", "quarter") == 8


# What happened -----------------------------------------------------------------------------
def note(on: date, text: str) -> Note:
    return Note(on=on, text=text, subject=Subject(name="Checkout"))


def live(on: date | None, pk: int = 3) -> Improvement:
    improvement = Improvement(pk=pk, title="Trunk", go_live_on=on)
    improvement._prefetched_objects_cache = {"registrations": []}
    return improvement


def told(**found):
    empty = {"notes": (), "improvements": (), "segments": (), "exclusions": ()}
    return occasions_of(**(empty | found))


def test_what_happened_is_numbered_from_the_oldest():
    found = told(
        notes=[note(weeks(9)[8], "late"), note(FIRST, "early")],
        exclusions=[Exclusion(period=weeks(4)[3], reason="outage")],
    )

    assert [(one.number, one.text) for one in found] == [(1, "early"), (2, "outage"), (3, "late")]


def test_going_live_alone_draws_a_flag_and_no_step():
    [found] = told(improvements=[live(FIRST)], segments=[limits()])

    assert (found.divides, found.effect, found.label) == (False, "None", "Trunk")


def test_limits_that_began_with_an_improvement_are_one_occasion_with_it():
    step = limits(weeks(3)[2], cause="Trunk", improvement_id=3)

    [found] = told(improvements=[live(FIRST)], segments=[limits(), step])

    assert (found.divides, found.effect) == (True, "New limits from here")


def test_a_split_without_an_improvement_tells_its_cause():
    [found] = told(segments=[limits(), limits(weeks(3)[2], cause="Another team")])

    assert (found.text, found.divides) == ("Another team", True)


def test_limits_that_a_person_locked_are_told_with_their_name():
    held = limits(locked_at=datetime(2026, 9, 1, 12), locked_by=Person(
        pk=1, name="Ines Keller"))  # fmt: skip

    [found] = told(segments=[held])

    assert found.text == "Ines Keller locked the limits."


def test_an_improvement_without_a_day_is_not_on_the_chart():
    assert told(improvements=[live(None)]) == []


def test_flags_stand_at_the_period_that_the_day_lies_in():
    happened = told(notes=[note(weeks(3)[1] + timedelta(days=3), "mid-week")])

    [flag] = portrait([10, 11, 12], occasions=happened).chart.flags

    assert (flag.number, flag.index) == (1, 1)


def test_a_dividing_line_stands_before_the_first_period_that_it_concerns():
    step = limits(weeks(4)[3], cause="Trunk", improvement_id=3)
    happened = told(improvements=[live(weeks(4)[2] + timedelta(days=2))], segments=[step])

    [flag] = portrait([10, 11, 12, 5], occasions=happened).chart.flags

    assert (flag.index, flag.divides) == (3, True)


def test_flags_keep_their_numbers_when_the_window_leaves_older_ones_out():
    happened = told(notes=[note(FIRST, "early"), note(weeks(9)[8], "late")])

    flags = portrait([10.0] * 10, occasions=happened, newest=4).chart.flags

    assert [(flag.number, flag.index) for flag in flags] == [(2, 2)]
