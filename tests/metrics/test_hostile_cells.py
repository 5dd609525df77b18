"""One verdict on a number or a day, whichever door it comes through: API, file or form."""

import csv
import io

import pytest

from metrics.exchange import take
from productops.exchange import Refused
from tests.factories.objectives import SeriesFactory

pytestmark = pytest.mark.django_db
GOOD_NUMBERS = [
    "0", "1", "-1", "+1", "1.5", ".5", "5.", "1e3", "1E-3", "-0", "00012", "1,234,567", "1,234.5",
    "−7", " 12 ", "0.1", "9007199254740993", "1e100", "-1e100", "1e-100",
]  # fmt: skip
BAD_NUMBERS = [
    "", " ", "NaN", "nan", "-nan", "inf", "Infinity", "-Infinity", "1e101", "1e999999", "-1e400",
    "1e-400", "1e-101", "1,5", "2,666", "1.234,5", "1,23,4", "1 000", "1_000", "0x10", "1e", "e5",
    "--1", "+-1", "1-", "1.2.3", "١٢", "１２", "½", "²", "Ⅻ", "1\u00a0000", "1\u200b0", "12abc",
    "abc", "None", "null", "true", "=1+1", "'1", "1%", "$1", "1€", "9" * 5000, "0" * 65, "1;2",
    "1/2", "1:30", "\ufeff1", "1\t2", "1\n2", "é", "😀", "\u202e12", "1e1e1", ". 5", "-", "+", ".",
]  # fmt: skip
GOOD_DAYS = [
    "2026-01-05", "2024-02-29", "1900-01-01", "2200-12-31", "2026-01-05T10:00", "2026-01-05 10:00",
    "2026-01-05T10:00:30", "2026-01-05T10:00:30.123456", "2026-01-05T10:00Z",
    "2026-01-05T10:00:00+05:30", "2026-01-05T10:00-0800", " 2026-01-06 ",
]  # fmt: skip
BAD_DAYS = [
    "", "0000-00-00", "9999-12-31", "1899-12-31", "2201-01-01", "2026-02-29", "2026-02-30",
    "2026-13-01", "2026-00-10", "2026-01-32", "26-01-05", "2026-1-5", "05.01.2026", "01/05/2026",
    "5 Jan 2026", "20260105", "2026-W01", "2026-W01-1", "2026-005", "2026-01", "2026", "today",
    "now", "1767571200", "2026-01-05T25:00", "2026-01-05T10:60", "2026-01-05T10:00:61",
    "2026-01-05T10", "2026-01-05T", "T10:00", "2026-01-05T10:00+25:00", "2026-01-05T10:00 Berlin",
    "2026-03-29T02:30", "٢٠٢٦-٠١-٠٥", "２０２６-01-05", "-2026-01-05",
    "2026-01-05T10:00:00.1234567", "2026-01-05\u200b", "x" * 5000, "'2026-01-05'",
    "=2026-01-05", "NaN", "null",
]  # fmt: skip


@pytest.fixture
def doors(api, as_, ines, checkout):
    """The three ways in, each telling whether it took a cell."""
    series = SeriesFactory(kpi__slug="k", subject=checkout.subject, version__cadence="day")
    program, browser = api(ines), as_(ines)

    def by_api(cells) -> bool:
        body = {"observations": [{"kpi": "k", "product": "checkout", **cells}]}
        status = program.post(
            "/api/v1/observations/", body, content_type="application/json"
        ).status_code
        assert status in (200, 400, 422)
        return status == 200

    def by_file(cells) -> bool:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(["kpi", "product", "at", "value"])
        writer.writerow(["k", "checkout", cells["at"], cells["value"]])
        try:
            take(io.BytesIO(text.getvalue().encode()), "k.csv", ines, {})
        except Refused:
            return False
        return True

    def by_form(cells) -> bool:
        entry = {"kpi": "k", "subject": series.subject_id, **cells}
        status = browser.post("/metrics/observations/new/", entry).status_code
        assert status in (302, 400, 422)
        return status == 302

    return by_api, by_file, by_form


def verdicts(doors, cells) -> tuple[bool, ...]:
    return tuple(door(cells) for door in doors)


def test_numbers_that_mean_one_thing_are_taken_by_every_door(doors):
    for text in GOOD_NUMBERS:
        assert verdicts(doors, {"at": "2026-01-05", "value": text}) == (True,) * 3, text


def test_other_numbers_are_refused_by_every_door(doors):
    for text in BAD_NUMBERS:
        assert verdicts(doors, {"at": "2026-01-05", "value": text}) == (False,) * 3, text


def test_days_and_times_that_mean_one_thing_are_taken_by_every_door(doors):
    for text in GOOD_DAYS:
        assert verdicts(doors, {"at": text, "value": "1"}) == (True,) * 3, text


def test_other_days_and_times_are_refused_by_every_door(doors):
    for text in BAD_DAYS:
        assert verdicts(doors, {"at": text, "value": "1"}) == (False,) * 3, text
