"""GitHub's preset against a server that answers as its REST API is documented."""

from datetime import date

import pytest

from metrics.actions.source_reading import table_of
from metrics.actions.tabling import take_table
from metrics.connectors import SourceError, connector
from metrics.models import Observation
from objectives.models import KpiVersion
from tests.servers.apis import JSON, NOW, answers, fetch


def pull(number, created, merged, updated):
    return {
        "id": 1_000 + number,
        "number": number,
        "state": "closed",
        "title": "Größe",
        "user": {"login": "octocat", "id": 1},
        "created_at": created,
        "updated_at": updated,
        "closed_at": merged or updated,
        "merged_at": merged,
        "head": {"ref": "topic"},
        "base": {"ref": "main"},
    }


PULLS = [
    pull(3, "2026-03-10T08:00:00Z", "2026-03-12T20:00:00Z", "2026-03-12T20:00:00Z"),
    pull(2, "2026-03-09T08:00:00Z", None, "2026-03-11T08:00:00Z"),
    pull(1, "2026-03-01T08:00:00Z", "2026-03-01T14:00:00Z", "2026-03-01T15:00:00Z"),
]
ISSUES = [
    {
        "number": 7,
        "state": "closed",
        "created_at": "2026-03-01T00:00:00Z",
        "closed_at": "2026-03-03T12:00:00Z",
        "updated_at": "2026-03-04T12:00:00Z",
        "labels": [{"name": "incident"}],
    },
    {
        "number": 8,
        "state": "closed",
        "created_at": "2026-03-02T00:00:00Z",
        "closed_at": "2026-03-03T00:00:00Z",
        "updated_at": "2026-03-04T12:00:00Z",
        "labels": [],
        "pull_request": {"url": "https://api.github.com/repos/halden/shop/pulls/8"},
    },
]
RUNS = {
    "total_count": 3,
    "workflow_runs": [
        {
            "id": 30433642,
            "status": "completed",
            "conclusion": "success",
            "created_at": "2026-03-01T08:00:00Z",
            "run_started_at": "2026-03-01T08:00:00Z",
        },
        {
            "id": 30433643,
            "status": "completed",
            "conclusion": "failure",
            "created_at": "2026-03-02T08:00:00Z",
            "run_started_at": "2026-03-02T08:00:00Z",
        },
        {
            "id": 30433644,
            "status": "completed",
            "conclusion": "cancelled",
            "created_at": "2026-03-02T09:00:00Z",
            "run_started_at": "2026-03-02T09:00:00Z",
        },
    ],
}
RELEASES = [
    {
        "id": 1,
        "tag_name": "v1.2.0",
        "draft": False,
        "prerelease": False,
        "created_at": "2026-02-27T19:35:32Z",
        "published_at": "2026-03-01T19:35:32Z",
    },
    {"id": 2, "tag_name": "v1.3.0", "draft": True, "published_at": None},
]


@pytest.mark.parametrize(
    ("what", "path", "pages", "rows"),
    [
        (
            "pull_requests",
            "pulls",
            [PULLS[:2], PULLS[2:]],
            [
                ("pull-request-cycle-time", "2026-03-12T20:00:00Z", 2.5, "3"),
                ("pull-request-cycle-time", "2026-03-01T14:00:00Z", 0.25, "1"),
            ],
        ),
        (
            "pull_requests_merged",
            "pulls",
            [PULLS],
            [
                ("pull-requests-merged", "2026-03-12T20:00:00Z", 1, "3"),
                ("pull-requests-merged", "2026-03-01T14:00:00Z", 1, "1"),
            ],
        ),
        ("issues_opened", "issues", [ISSUES], [("issues-opened", "2026-03-01T00:00:00Z", 1, "7")]),
        ("issues_closed", "issues", [ISSUES], [("issues-closed", "2026-03-03T12:00:00Z", 1, "7")]),
        (
            "issues_time",
            "issues",
            [ISSUES],
            [("issue-resolution-time", "2026-03-03T12:00:00Z", 2.5, "7")],
        ),
        ("releases", "releases", [RELEASES], [("releases", "2026-03-01T19:35:32Z", 1, "v1.2.0")]),
        (
            "workflow_runs",
            "actions/runs",
            [RUNS],
            [
                ("workflow-success-rate", "2026-03-01T08:00:00Z", 1, 1, "30433642"),
                ("workflow-success-rate", "2026-03-02T08:00:00Z", 0, 1, "30433643"),
            ],
        ),
    ],
)
def test_github_gives_the_numbers_of_a_repository(server, what, path, pages, rows):
    server.answers[f"/api/v3/repos/halden/shop/{path}"] = answers(*pages)

    fetched = fetch("github", server, base="/api/v3", repository="halden/shop", what=what)

    assert fetched.rows == rows
    assert fetched.header[:2] == ("kpi", "at")
    assert fetched.header[-1] == "external_id"
    assert server.asked[0].headers["authorization"] == "Bearer canary"
    assert server.asked[0].headers["accept"] == "application/vnd.github+json"
    assert server.asked[0].headers["x-github-api-version"] == "2022-11-28"


def test_github_turns_no_page_that_is_older_than_what_is_asked_for(server):
    server.answers["/repos/halden/shop/pulls"] = answers(PULLS[:2], PULLS[2:], PULLS[2:])

    fetched = fetch(
        "github",
        server,
        repository="halden/shop",
        what="pull_requests",
        since=date(2026, 3, 12),
    )

    assert [row[3] for row in fetched.rows] == ["3"]
    assert len(server.asked) == 1


def test_github_is_told_the_labels_the_branch_and_since_when(server):
    server.otherwise = answers([])
    since = date(2026, 1, 1)
    settings = {"repository": "halden/shop", "labels": "incident,sev 1", "branch": "main"}

    fetch("github", server, what="issues_time", since=since, **settings)
    fetch("github", server, what="workflow_runs", since=since, **settings)

    issues, runs = (asked.query for asked in server.asked)
    assert issues["labels"] == ["incident,sev 1"]
    assert issues["since"] == ["2026-01-01T00:00:00Z"]
    assert runs["created"] == [">=2026-01-01"]
    assert runs["branch"] == ["main"]


def test_github_without_a_token_asks_as_anybody(server):
    server.otherwise = answers([])

    fetch("github", server, token="", repository="halden/shop", what="releases")

    assert "authorization" not in server.asked[0].headers


def test_github_that_refuses_is_for_a_person_to_mend_at_the_token(server):
    server.otherwise = (401, JSON, b'{"message": "Bad credentials canary"}')

    with pytest.raises(SourceError) as refused:
        fetch("github", server, repository="halden/shop", what="releases")

    assert refused.value.field == "token"
    assert "canary" not in repr(refused.value)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("what", "path", "content", "kpi", "aggregation", "values"),
    [
        ("pull_requests", "pulls", PULLS, "pull-request-cycle-time", "median", {0.25, 2.5}),
        ("workflow_runs", "actions/runs", RUNS, "workflow-success-rate", "ratio", {0.0, 1.0}),
        ("releases", "releases", RELEASES, "releases", "sum", {1.0}),
    ],
)
def test_what_github_gives_becomes_observations_without_a_mapping_by_hand(
    server, olga, what, path, content, kpi, aggregation, values
):
    server.answers[f"/repos/halden/shop/{path}"] = answers(content)
    settings = {"base": server.url(""), "repository": "halden/shop", "what": what}
    fetched = connector("github").fetch(settings, {}, now=NOW)

    taken = take_table(
        opened=lambda: table_of(fetched, "."),
        options=connector("github").mapping(settings),
        by=olga,
    )

    version = KpiVersion.objects.get(kpi__slug=kpi)
    found = Observation.objects.filter(series__kpi__slug=kpi)
    assert taken.created == len(fetched.rows)
    assert version.aggregation == aggregation
    assert {row.numerator if row.value is None else row.value for row in found} == values
