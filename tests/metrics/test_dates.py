import pytest

from metrics.actions.dates import plain_date


@pytest.mark.parametrize(
    ("text", "form", "plain"),
    [
        ("05.01.2026", "dmy", "2026-01-05"),
        ("5/1/2026", "dmy", "2026-01-05"),
        ("05.01.2026 7:30", "dmy", "2026-01-05T07:30"),
        ("05.01.2026 07:30:15", "dmy", "2026-01-05T07:30:15"),
        ("1/5/2026", "mdy", "2026-01-05"),
        ("2026-03", "month", "2026-03-01"),
        ("202603", "month", "2026-03-01"),
        ("0", "seconds", "1970-01-01T00:00:00Z"),
        ("1774915200", "seconds", "2026-03-31T00:00:00Z"),
        ("1774915200.75", "seconds", "2026-03-31T00:00:00Z"),
    ],
)
def test_dates_as_tables_write_them_are_read(text, form, plain):
    assert plain_date(text, form) == plain


@pytest.mark.parametrize(
    ("text", "form"),
    [("soon", "dmy"), ("2026-01-05", "dmy"), ("05.01.26", "dmy"), ("", "month"), ("-1", "seconds"),
     ("9" * 40, "seconds"), ("1.1.2026", "nothing"), (None, "dmy")],
)  # fmt: skip
def test_what_is_not_written_so_stays_for_its_refusal(text, form):
    assert plain_date(text, form) == text
