import io
from datetime import UTC, datetime

import openpyxl
import pytest

from metrics.connectors import SourceError, Unreachable, all_connectors, connector

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
CSV = "released_on,product,lead time\n2026-03-01,checkout,4.5\n2026-03-02,billing,\n"


def fetch(url, *, secrets=None, **settings):
    return connector("file_url").fetch({"url": url} | settings, secrets or {}, now=NOW)


def workbook(**sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_csv_file_gives_its_header_and_rows(server):
    fetched = fetch(server.gives("/numbers.csv", CSV))

    assert fetched.header == ("released_on", "product", "lead time")
    assert fetched.rows == [("2026-03-01", "checkout", "4.5"), ("2026-03-02", "billing", None)]


def test_a_sheet_of_a_workbook_is_found_by_its_name(server):
    book = workbook(Notes=[["nothing"]], Numbers=[["at", "value"], ["2026-03-01", 4.5]])

    fetched = fetch(server.gives("/book.xlsx", book), sheet="Numbers")

    assert fetched.header == ("at", "value")
    assert fetched.rows == [("2026-03-01", "4.5")]


def test_tabs_part_the_cells_where_the_answer_says_so(server):
    url = server.gives(
        "/export", "at\tname, in full\n2026-03-01\ta, b\n", content_type="text/tab-separated-values"
    )

    assert fetch(url).rows == [("2026-03-01", "a, b")]


def test_the_encoding_and_the_header_row_can_be_said(server):
    url = server.gives("/a.csv", "Bericht\nam;größe\n2026-03-01;ñ\n".encode("cp1252"))

    fetched = fetch(url, encoding="cp1252", header_row=2)

    assert fetched.header == ("am", "größe")
    assert fetched.rows == [("2026-03-01", "ñ")]


def test_a_token_is_sent_and_never_shown(server):
    server.answers["/a.csv"] = lambda asked: (403, {}, b"who?")

    with pytest.raises(SourceError) as refused:
        fetch(server.url("/a.csv"), secrets={"token": "s3cret-canary"})

    assert server.asked[0].headers["authorization"] == "Bearer s3cret-canary"
    assert refused.value.field == "token"
    assert "canary" not in repr(refused.value)


@pytest.mark.parametrize(
    ("body", "said", "field"),
    [
        ("<!DOCTYPE html><title>Sign in</title>", {}, "url"),
        ("\ufeff  <html><body>", {}, "url"),
        ("", {}, "url"),
        ("at,at\n1,2\n", {}, "url"),
        ('at,value\n"1,2\n', {}, "url"),
        (b"PK\x03\x04 no workbook at all", {}, "url"),
        ("größe,b\n1,2\n".encode("cp1252"), {"encoding": "utf-8"}, "encoding"),
        (workbook(One=[["a", "b"]]), {"sheet": "Two"}, "url"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(server, body, said, field):
    with pytest.raises(SourceError) as refused:
        fetch(server.gives("/a", body), **said)

    assert refused.value.field == field
    assert refused.value.sentence.endswith((".", "?"))


def test_more_rows_than_a_run_may_have_are_refused(server):
    with pytest.raises(SourceError) as refused:
        fetch(server.gives("/a.csv", "at,n\n" + "1,2\n" * 100_001))

    assert "too many rows" in refused.value.sentence


@pytest.mark.parametrize(
    ("status", "kind"), [(503, Unreachable), (429, Unreachable), (404, SourceError)]
)
def test_a_status_says_whether_to_wait_or_to_mend(server, status, kind):
    with pytest.raises(kind):
        fetch(server.gives("/a.csv", "", status=status))


def test_a_host_that_nobody_allowed_is_for_a_person_to_mend(server, settings):
    settings.EGRESS_ALLOW = []

    with pytest.raises(SourceError) as refused:
        fetch(server.gives("/a.csv", CSV))

    assert refused.value.field == "url"
    assert server.asked == []


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "url"),
        ({"url": "file:///etc/passwd"}, "url"),
        ({"url": 7}, "url"),
        ({"url": "https://halden.example/a.csv", "header_row": 1.5}, "header_row"),
        ({"url": "https://halden.example/a.csv", "header_row": "2"}, "header_row"),
        ({"url": "https://halden.example/a.csv", "header_row": float("inf")}, "header_row"),
        ({"url": "https://halden.example/a.csv", "header_row": float("nan")}, "header_row"),
        ({"url": "https://halden.example/a.csv", "encoding": "rot13"}, "encoding"),
        ({"url": "https://halden.example/a.csv", "decimal": ";"}, "decimal"),
    ],
)
def test_settings_are_checked_field_by_field_without_asking_anybody(said, field):
    assert list(connector("file_url").check(said)) == [field]


@pytest.mark.parametrize("kind", [entry.kind for entry in all_connectors()])
def test_every_kind_can_be_offered_in_a_form(kind):
    entry = connector(kind)

    names = [field.name for field in entry.fields]
    assert len(names) == len(set(names))
    assert set(entry.secret_fields) <= set(names)
    assert str(entry.name)
    assert str(entry.summary).endswith(".")
    assert entry.check({}) != {} or not any(field.is_required for field in entry.fields)
