import json
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from metrics.connectors import SourceError, Unreachable, connector
from tests.servers import prometheus
from tests.servers.prometheus import DAYS, FIRST

NOW = datetime(2026, 3, 31, 12, 30, tzinfo=UTC)
PATH = "/api/v1/query_range"


def fetch(url, query="up", *, secrets=None, since=None, now=NOW, **changes):
    settings = {"url": url, "query": query} | changes
    return connector("prometheus").fetch(settings, secrets or {}, since=since, now=now)


# A real server ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    with prometheus.running(tmp_path_factory.mktemp("prometheus")) as place:
        yield place


@pytest.fixture
def ask(real, settings):
    settings.EGRESS_ALLOW = [real]

    def asked(query, **changes):
        end = FIRST + timedelta(days=DAYS, hours=1)
        return fetch(f"http://{real}/", query, since=FIRST.date(), now=end, **changes)

    return asked


def test_each_step_of_each_series_is_a_row_with_its_labels(ask):
    fetched = ask("last_over_time(shop_requests_total[1h])")

    assert fetched.header == ("at", "value", "external_id", "shop")
    north = [row for row in fetched.rows if row[3] == "north"]
    assert north == [
        (FIRST + timedelta(days=day), day * 240.0, "shop=north", "north") for day in range(DAYS + 1)
    ]
    assert len(fetched.rows) == 2 * (DAYS + 1)


def test_an_increase_is_about_the_day_that_ended_when_it_was_asked_for(ask):
    fetched = ask(
        "sum(last_over_time(shop_requests_total[1h]) - last_over_time(shop_requests_total[1h] "
        "offset 1d))",
        covers="before",
    )

    assert fetched.header == ("at", "value", "external_id")
    assert fetched.rows[0] == (FIRST, 720.0, None)
    assert [row[1] for row in fetched.rows] == [720.0] * DAYS


def test_what_is_no_number_is_left_out_and_counted(ask):
    nothing = ask("shop_requests_total * 0 / 0")
    endless = ask("vector(1) / 0")
    quantile = ask('histogram_quantile(0.99, {__name__="shop_seconds_bucket"})')

    assert nothing.rows == endless.rows == []
    assert quantile.rows[0][1] == 0.5  # the upper end of the last bucket that has one
    assert nothing.note == f"Values that are no number were left out: {2 * (DAYS + 1)}."


def test_a_smaller_step_gives_more_rows(ask):
    assert len(ask("vector(1)", step="hour").rows) == DAYS * 24 + 2
    assert len(ask("vector(1)", step="week").rows) == 1


@pytest.mark.parametrize("query", ["sum(", "nonsense((", "rate(up)", '"a text"'])
def test_a_query_that_the_server_does_not_take_is_told_as_it_tells_it(ask, query):
    with pytest.raises(SourceError) as refused:
        ask(query)

    assert refused.value.field == "query"
    assert refused.value.sentence.endswith(".")


# Answers as they are documented ------------------------------------------------------------------


def matrix(*series, **more):
    data = {"resultType": "matrix", "result": list(series)}
    return {"status": "success", "data": data} | more


def test_the_server_is_asked_from_one_whole_step_to_another(server):
    server.gives(PATH, matrix())

    fetch(server.url("/"), " up ", since=date(2026, 3, 4), step="week")

    [asked] = server.asked
    assert {name: value for name, [value] in parse_qs(asked.body.decode()).items()} == {
        "query": "up",
        "start": "2026-03-09T00:00:00+00:00",  # Mondays
        "end": "2026-03-30T00:00:00+00:00",
        "step": "604800",
        "timeout": "9s",
    }


def test_a_long_time_is_asked_for_in_pieces_without_a_gap(server):
    server.gives(PATH, matrix())

    fetch(server.url(), since=date(2024, 1, 1), step="hour")

    forms = [parse_qs(asked.body.decode()) for asked in server.asked]
    starts = [datetime.fromisoformat(form["start"][0]) for form in forms]
    ends = [datetime.fromisoformat(form["end"][0]) for form in forms]
    assert len(forms) == 2
    assert starts[0] == datetime(2024, 1, 1, tzinfo=UTC)
    assert starts[1] == ends[0] + timedelta(hours=1)
    assert ends[1] == NOW.replace(minute=0)


def test_labels_that_are_named_as_our_columns_keep_a_name_of_their_own(server):
    labels = {"__name__": "x", "value": "a", "at": "b", "pod": "c" * 600}
    server.gives(PATH, matrix({"metric": labels, "values": [[1772323200, "1.5"]]}))

    fetched = fetch(server.url())

    assert fetched.header == ("at", "value", "external_id", "label_at", "pod", "label_value")
    [row] = fetched.rows
    assert row[:2] == (datetime(2026, 3, 1, tzinfo=UTC), 1.5)
    assert len(row[2]) == 200


@pytest.mark.parametrize(("user", "header"), [("", "Bearer canary"), ("me", "Basic bWU6Y2FuYXJ5")])
def test_a_secret_is_sent_as_a_token_or_with_a_user_and_shown_nowhere(server, user, header):
    server.gives(PATH, "canary", status=401)

    with pytest.raises(SourceError) as refused:
        fetch(server.url(), user=user, secrets={"token": "canary"})

    assert server.asked[0].headers["authorization"] == header
    assert refused.value.field == "token"
    assert "canary" not in repr(refused.value)


HISTOGRAM = {
    "metric": {},
    "histograms": [[1772323200, {"count": "60", "sum": "33", "buckets": []}]],
}


@pytest.mark.parametrize(
    ("answer", "status", "kind", "field"),
    [
        (matrix(HISTOGRAM), 200, SourceError, "query"),
        ({"status": "error", "errorType": "bad_data", "error": "no"}, 400, SourceError, "query"),
        ({"status": "error", "errorType": "execution", "error": "no"}, 422, SourceError, "query"),
        ({"status": "error", "errorType": "timeout", "error": "slow"}, 422, Unreachable, None),
        ({"status": "error", "errorType": "timeout", "error": "slow"}, 503, Unreachable, None),
        ({"status": "success", "data": {"resultType": "string", "result": [1, "a"]}}, 200,
         SourceError, "query"),
        ({"status": "success"}, 200, SourceError, "query"),
        ({"items": []}, 200, SourceError, "url"),
        ("<html>", 200, SourceError, "url"),
        ("[" * 100_000, 200, SourceError, "url"),
        (matrix({"metric": {}, "values": [["x", "1"]]}), 200, SourceError, "url"),
        (matrix({"metric": {}, "values": [7]}), 200, SourceError, "url"),
        ("", 404, SourceError, "url"),
    ],
)  # fmt: skip
def test_another_answer_is_told_as_what_it_is(server, answer, status, kind, field):
    server.gives(PATH, answer, status=status)

    with pytest.raises(kind) as problem:
        fetch(server.url())

    if field:
        assert problem.value.field == field
    assert str(problem.value).endswith((".", ")"))


def test_warnings_of_the_server_are_noted(server):
    server.gives(PATH, matrix(warnings=["one shard did not answer"]))

    assert fetch(server.url()).note == "one shard did not answer"


def test_more_rows_than_a_run_may_have_are_refused(server):
    values = [[1772323200 + n, "1"] for n in range(50_001)]
    series = [{"metric": {"n": str(n)}, "values": values} for n in range(2)]
    server.gives(PATH, json.dumps(matrix(*series), separators=(",", ":")))

    with pytest.raises(SourceError, match="100,000 rows"):
        fetch(server.url())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"query": " "}, "query"),
        ({"query": "x" * 3001}, "query"),
        ({"step": "minute"}, "step"),
        ({"url": "http://p.example/?a=b"}, "url"),
        ({"user": "a:b"}, "user"),
    ],
)
def test_a_setting_of_prometheus_that_cannot_be_is_named_by_its_field(changes, field):
    settings = {"url": "http://p.example", "query": "up"} | changes

    assert list(connector("prometheus").check(settings)) == [field]
