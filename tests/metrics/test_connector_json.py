import json
from datetime import UTC, date, datetime

import pytest

from metrics.connectors import SourceError, Unreachable, connector

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
ITEMS = [
    {"id": 1, "created_at": "2026-03-01T10:00:00Z", "stats": {"open": 4, "ok": True}},
    {"id": 2, "created_at": "2026-03-02T10:00:00Z", "stats": {"open": 2.5}},
]
COLUMNS = "at = created_at\nvalue = stats.open\nexternal_id = to_string(id)"


def settings_for(url, **changes):
    return {"url": url, "rows": "items", "columns": COLUMNS} | changes


def fetch(url, *, secrets=None, since=None, **changes):
    return connector("http_json").fetch(
        settings_for(url, **changes), secrets or {}, since=since, now=NOW
    )


def test_records_become_rows_by_their_paths(server):
    fetched = fetch(server.gives("/a", {"items": ITEMS}))

    assert fetched.header == ("at", "value", "external_id")
    assert fetched.rows == [
        ("2026-03-01T10:00:00Z", 4, "1"),
        ("2026-03-02T10:00:00Z", 2.5, "2"),
    ]


def test_what_is_missing_is_empty_and_a_truth_is_text(server):
    url = server.gives("/a", {"items": ITEMS})

    assert fetch(url, columns="ok = stats.ok").rows == [("true",), (None,)]


def test_without_columns_all_that_hold_one_value_are_taken(server):
    first = {"at": "2026-03-01", "n": 1, "by": {"id": 7, "tags": []}, "tags": [1], "note": None}
    second = {"at": "2026-03-02", "n": {"a": {}}, "more": True}

    fetched = fetch(server.gives("/a", {"items": [first, second, 5]}), columns="")

    assert fetched.header == ("at", "n", "by.id", "note", "more")
    assert fetched.rows == [
        ("2026-03-01", 1, 7, None, None),
        ("2026-03-02", None, None, None, "true"),
        (None, None, None, None, None),
    ]


def test_dates_stand_in_the_address_the_parameters_and_the_body(server):
    server.otherwise = (200, {}, b"[]")

    fetch(
        server.url("/from/{since}"),
        method="POST",
        params="until = {today}\nq = a = b",
        headers="X-Unit: days",
        body='{"range": {"gte": "{since}"}}',
        rows="@",
        since=date(2026, 1, 1),
    )

    [asked] = server.asked
    assert (asked.method, asked.path) == ("POST", "/from/2026-01-01")
    assert asked.query == {"until": ["2026-03-31"], "q": ["a = b"]}
    assert asked.headers["x-unit"] == "days"
    assert asked.json == {"range": {"gte": "2026-01-01"}}


@pytest.mark.parametrize(
    ("auth", "name", "where"),
    [
        ("bearer", "", lambda asked: asked.headers["authorization"] == "Bearer canary"),
        ("basic", "me", lambda asked: asked.headers["authorization"] == "Basic bWU6Y2FuYXJ5"),
        ("header", "X-Api-Key", lambda asked: asked.headers["x-api-key"] == "canary"),
        ("param", "key", lambda asked: asked.query["key"] == ["canary"]),
        ("none", "", lambda asked: "canary" not in str(asked)),
    ],
)
def test_a_secret_is_sent_as_the_source_wants_it_and_shown_nowhere(server, auth, name, where):
    server.answers["/a"] = (403, {}, b"canary")

    with pytest.raises(SourceError) as refused:
        fetch(server.url("/a"), auth=auth, auth_name=name, secrets={"token": "canary"})

    assert where(server.asked[0])
    assert refused.value.field == "token"
    assert "canary" not in repr(refused.value)


# Paging --------------------------------------------------------------------------------------


def paged(server, count, more):
    """Answers /a with one item a page; ``more(page)`` adds the headers and keys of the next."""

    def page(asked):
        number = int(asked.query.get("page", ["1"])[0])
        headers, keys = more(number) if number < count else ({}, {})
        items = [dict(ITEMS[0], id=number)] if number <= count else []
        return 200, headers, json.dumps({"items": items} | keys).encode()

    server.answers["/a"] = page
    return server.url("/a")


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        (
            {"paging": "link"},
            lambda number: ({"link": f'</a?page={number + 1}>; rel="next"'}, {}),
        ),
        ({"paging": "number", "page_param": "page"}, lambda number: ({}, {})),
        (
            {"paging": "cursor", "page_param": "page", "page_path": "meta.next"},
            lambda number: ({}, {"meta": {"next": number + 1}}),
        ),
    ],
    ids=["link", "number", "cursor"],
)
def test_pages_are_turned_until_there_is_none(server, changes, more):
    url = paged(server, 3, more)

    assert [row[2] for row in fetch(url, **changes).rows] == ["1", "2", "3"]


def test_an_offset_counts_the_records_that_came(server):
    def page(asked):
        start = int(asked.query.get("start", ["0"])[0])
        return 200, {}, json.dumps({"items": (ITEMS * 2)[start : start + 3]}).encode()

    server.answers["/a"] = page

    fetched = fetch(server.url("/a"), paging="offset", page_param="start", columns="id = id")

    assert [row[0] for row in fetched.rows] == [1, 2, 1, 2]
    assert [asked.query.get("start") for asked in server.asked] == [None, ["3"], ["4"]]


def test_pages_end_at_the_limit_and_the_run_says_so(server):
    url = paged(server, 9, lambda number: ({"link": f'</a?page={number + 1}>; rel="next"'}, {}))

    fetched = fetch(url, paging="link", most_pages=2)

    assert len(fetched.rows) == len(server.asked) == 2
    assert fetched.note == "Stopped after 2 pages; there are more."


def test_a_record_that_moved_to_the_next_page_is_taken_once(server):
    pages = iter([ITEMS, ITEMS[1:], []])
    server.answers["/a"] = lambda asked: (200, {}, json.dumps({"items": next(pages)}).encode())

    fetched = fetch(server.url("/a"), paging="number", page_param="page")

    assert [row[2] for row in fetched.rows] == ["1", "2"]


def test_a_next_page_on_another_host_gets_no_secret(server):
    server.answers["/a"] = (200, {"link": '<http://evil.example/a>; rel="next"'}, b'{"items": []}')

    with pytest.raises(SourceError) as refused:
        fetch(server.url("/a"), paging="link", auth="bearer", secrets={"token": "canary"})

    assert refused.value.sentence == "The next page is on another host."


def test_a_mark_that_does_not_move_on_ends_the_run(server):
    server.otherwise = (200, {}, b'{"items": [], "next": "same"}')

    fetch(server.url("/a"), paging="cursor", page_param="page", page_path="next", most_pages=9)

    assert len(server.asked) == 2


# What goes wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "changes", "field"),
    [
        (b"<html>", {}, "url"),
        (b"", {}, "url"),
        (b"\xff\xfe", {}, "url"),
        (b"[" * 100_000, {}, "url"),
        (b'{"items": {"a": 1}}', {}, "rows"),
        (b'{"items": []}', {"columns": ""}, "columns"),
        (b'{"items": [[1], {"a": [1]}]}', {"columns": ""}, "columns"),
        (
            b'{"items": [{"": 1, "a\\u0000": 1, "%s": 1}]}' % (b"x" * 101),
            {"columns": ""},
            "columns",
        ),
        (b'{"items": 7}', {}, "rows"),
        (b'{"items": [{"stats": {"open": {}}}]}', {}, "columns"),
        (b'{"items": [{"created_at": [1]}]}', {}, "columns"),
        (b'{"items": [{"a": "%s"}]}' % (b"x" * 3000), {"columns": "a = a"}, "columns"),
        (b'{"items": [{"a": 1}]}', {"columns": "a = length(a)"}, "columns"),
        (b'{"items": [' + b"7," * 100_001 + b"7]}", {"columns": "a = @"}, "rows"),
        (b'{"items": ' + b"1" * 5000 + b"}", {}, "url"),
    ],
)
def test_an_answer_that_is_not_what_it_should_be_is_refused_by_its_field(
    server, body, changes, field
):
    with pytest.raises(SourceError) as refused:
        fetch(server.gives("/a", body), **changes)

    assert refused.value.field == field
    assert refused.value.sentence.endswith(".")


def test_what_json_does_not_know_is_empty(server):
    url = server.gives("/a", b'{"items": [{"a": NaN}, {"a": 1e999}, {"a": -0.0}]}')

    assert fetch(url, columns="a = a").rows[0] == (None,)


def test_a_server_that_is_down_is_tried_again_later(server):
    with pytest.raises(Unreachable):
        fetch(server.gives("/a", "", status=502))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rows": "items["}, "rows"),
        ({"rows": "("}, "rows"),
        ({"rows": "a" * 1001}, "rows"),
        ({"rows": "[" * 500}, "rows"),
        ({"columns": "at created_at"}, "columns"),
        ({"columns": "at = a..b"}, "columns"),
        ({"columns": "at = a\nat = b"}, "columns"),
        ({"columns": "\n".join(f"c{n} = a" for n in range(51))}, "columns"),
        ({"params": "no mark"}, "params"),
        ({"params": "a b = c"}, "params"),
        ({"headers": "X-Key = a"}, "headers"),
        ({"headers": "X-Key: a\x0bb"}, "headers"),
        ({"headers": "X-Key: a\x01b"}, "headers"),
        ({"body": "{"}, "body"),
        ({"paging": "number"}, "page_param"),
        ({"paging": "cursor", "page_param": "p"}, "page_path"),
        ({"auth": "header"}, "auth_name"),
        ({"auth": "basic", "auth_name": "a:b"}, "auth_name"),
        ({"most_pages": 0}, "most_pages"),
        ({"most_pages": 101}, "most_pages"),
        ({"most_pages": 1.5}, "most_pages"),
        ({"method": "DELETE"}, "method"),
        ({"url": "http://user:pass@halden.example/"}, "url"),
    ],
)
def test_a_setting_that_cannot_be_is_named_by_its_field_before_it_is_kept(changes, field):
    settings = settings_for("https://halden.example/a") | changes

    assert list(connector("http_json").check(settings)) == [field]
