"""What a review is made of: its spells, its box score, its plain content. No database."""

from datetime import date

import pytest

from metrics.reviewing.boxscore import change, figures_of
from metrics.reviewing.content import Block, Deck, Said, Task
from metrics.reviewing.spells import spells_of
from productops.charts.shapes import Panel, Point, SixTwelve

MONDAY = date(2026, 11, 16)  # the week to 22 November
DAY = date.fromisoformat


def days(since: str, until: str) -> tuple[date, date]:
    return DAY(since), DAY(until)


# Spells ------------------------------------------------------------------------------------
def test_six_weeks_and_twelve_whole_months_end_with_the_week_that_is_looked_at():
    spells = spells_of("week", MONDAY)

    assert (len(spells.weeks), len(spells.months)) == (6, 12)
    assert (spells.weeks[0], spells.weeks[-1]) == (
        days("2026-10-12", "2026-10-19"), days("2026-11-16", "2026-11-23"),
    )  # fmt: skip
    assert (spells.months[0], spells.months[-1]) == (
        days("2025-11-01", "2025-12-01"), days("2026-10-01", "2026-11-01"),
    )  # fmt: skip


def test_what_is_counted_weekly_is_compared_by_the_same_weekdays():
    found = {column.name: column for column in spells_of("week", MONDAY).columns}

    assert list(found) == ["last", "month", "quarter", "year"]
    assert found["last"].before == days("2026-11-09", "2026-11-16")
    assert found["last"].year_before == days("2025-11-17", "2025-11-24")
    assert found["month"].days == days("2026-11-01", "2026-11-23")
    assert found["month"].before == days("2026-10-04", "2026-10-26")
    assert found["month"].year_before == days("2025-11-02", "2025-11-24")
    assert found["quarter"].days == days("2026-10-01", "2026-11-23")
    assert found["year"].days == days("2026-01-01", "2026-11-23")


def test_what_is_counted_monthly_is_summed_up_to_its_newest_whole_month():
    spells = spells_of("month", MONDAY)
    found = {column.name: column for column in spells.columns}

    assert (spells.weeks, list(found)) == ((), ["month", "quarter", "year"])
    assert found["month"].days == days("2026-10-01", "2026-11-01")
    assert found["month"].before == days("2026-09-01", "2026-10-01")
    assert found["month"].year_before == days("2025-10-01", "2025-11-01")
    assert found["quarter"].days == days("2026-10-01", "2026-11-01")


def test_what_is_counted_quarterly_shows_four_quarters():
    spells = spells_of("quarter", MONDAY)

    assert [since for since, _until in spells.months] == [
        DAY("2025-10-01"), DAY("2026-01-01"), DAY("2026-04-01"), DAY("2026-07-01"),
    ]  # fmt: skip
    assert [column.name for column in spells.columns] == ["quarter", "year"]


@pytest.mark.parametrize(
    ("week", "month"),
    [("2025-12-29", ("2026-01-01", "2026-01-05")), ("2026-02-23", ("2026-03-01", "2026-03-02"))],
)
def test_a_month_to_date_may_begin_in_the_middle_of_the_week(week, month):
    found = {column.name: column for column in spells_of("week", DAY(week)).columns}

    assert found["month"].days == days(*month)


# Box score ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("now", "before", "unit", "said"),
    [
        (110.0, 100.0, "", "+10%"),
        (101.5, 100.0, "d", "+1.5%"),
        (90.0, 100.0, "€", "−10%"),
        (-50.0, -100.0, "€", "+50%"),
        (41.3, 41.0, "%", "+30 bps"),
        (40.0, 41.0, "%", "−100 bps"),
        (41.0, 41.0, "%", "±0 bps"),
        (5.0, 0.0, "", "–"),
        (None, 5.0, "", "–"),
        (5.0, None, "%", "–"),
    ],
)
def test_a_change_is_told_in_per_cent_and_of_per_cents_in_basis_points(now, before, unit, said):
    assert change(now, before, unit) == said


def test_the_box_score_compares_each_spell_with_its_own():
    spells = spells_of("week", MONDAY)
    values = {spells.columns[0].days: 12.0, spells.columns[0].before: 10.0}

    found = figures_of(spells, values.get, "d")

    assert [figure.name for figure in found] == ["LastWk", "MTD", "QTD", "YTD"]
    assert found[0].value == "12\xa0d"
    assert [(each.name, each.text) for each in found[0].changes] == [("WOW", "+20%"), ("YOY", "–")]
    assert [[each.name for each in figure.changes] for figure in found[1:]] == [
        ["MOM", "YOY"], ["YOY"], ["YOY"],
    ]  # fmt: skip


# Content -----------------------------------------------------------------------------------
def block(series: int, number: int, group: str = "", reasons=()) -> Block:
    chart = SixTwelve("Name", "Told", (Panel((Point("16 Nov", 1.5),), (None,), low=1.0),))
    return Block(series, number, f"KPI {series}", "flat", "As usual", chart, (), group=group,
                 reasons=reasons)  # fmt: skip


@pytest.fixture
def deck() -> Deck:
    return Deck(
        title="Health",
        week=MONDAY,
        on=date(2026, 11, 23),
        lead="One new signal.",
        blocks=(block(7, 1, "A"), block(8, 2, "B", ("Signal",))),
        said=(Said("Of all", "Ines"), Said("Of one", "Ines", 8)),
        tasks=(Task("Look", "Mia", 8, is_new=True), Task("Wait", "Mia", 7, due=MONDAY)),
    )


def test_a_deck_is_read_back_as_it_was_written(deck):
    text = deck.to_json()

    assert Deck.from_json(text) == deck
    assert Deck.from_json(text).to_json() == text


def test_a_reader_sees_no_more_of_a_kept_deck_than_they_may(deck):
    seen = deck.keeping({7}.__contains__)

    assert [b.number for b in seen.blocks] == [1]
    assert ([s.text for s in seen.said], [t.text for t in seen.tasks]) == (["Of all"], ["Wait"])
    assert seen.lead == ""
    assert deck.keeping({7, 8}.__contains__) == deck


def test_only_what_is_noteworthy_keeps_its_numbers(deck):
    only = deck.only_noteworthy()

    assert [b.number for b in only.blocks] == [2]
    assert [group["name"] for group in only.groups] == ["B"]
