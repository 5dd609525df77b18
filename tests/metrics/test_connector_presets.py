"""GitLab's and Jira's presets against a server that answers as their APIs are documented."""

import json
from datetime import date

import pytest

from metrics.connectors import connector
from metrics.connectors.presets import github, gitlab, jira
from productops.measures import Aggregation, Direction
from tests.servers.apis import JSON, answers, fetch

MERGED = {
    "id": 900,
    "iid": 12,
    "state": "merged",
    "created_at": "2026-03-01T08:00:00.000Z",
    "merged_at": "2026-03-02T20:00:00.000Z",
    "updated_at": "2026-03-02T20:00:01.000Z",
    "target_branch": "main",
}
PIPELINES = [
    {"id": 47, "status": "success", "ref": "main", "created_at": "2026-03-01T08:00:00.000Z"},
    {"id": 48, "status": "failed", "ref": "main", "created_at": "2026-03-02T08:00:00.000Z"},
    {"id": 49, "status": "canceled", "ref": "main", "created_at": "2026-03-02T09:00:00.000Z"},
]
DEPLOYMENTS = [
    {
        "id": 42,
        "iid": 2,
        "status": "success",
        "created_at": "2026-03-01T08:00:00.000Z",
        "updated_at": "2026-03-01T08:05:00.000Z",
        "environment": {"name": "production"},
        "deployable": {"finished_at": "2026-03-01T08:04:00.000Z"},
    },
    {
        "id": 43,
        "iid": 3,
        "status": "success",
        "created_at": "2026-03-02T08:00:00.000Z",
        "updated_at": "2026-03-02T08:05:00.000Z",
        "deployable": None,
    },
]
WORK = [
    {
        "id": 1,
        "iid": 5,
        "state": "closed",
        "created_at": "2026-03-01T00:00:00.000Z",
        "closed_at": "2026-03-01T06:00:00.000Z",
    }
]


@pytest.mark.parametrize(
    ("what", "path", "content", "rows"),
    [
        (
            "merge_requests",
            "merge_requests",
            [MERGED],
            [("merge-request-cycle-time", "2026-03-02T20:00:00.000Z", 1.5, "12")],
        ),
        (
            "merge_requests_merged",
            "merge_requests",
            [MERGED],
            [("merge-requests-merged", "2026-03-02T20:00:00.000Z", 1, "12")],
        ),
        (
            "pipelines",
            "pipelines",
            PIPELINES,
            [
                ("pipeline-success-rate", "2026-03-01T08:00:00.000Z", 1, 1, "47"),
                ("pipeline-success-rate", "2026-03-02T08:00:00.000Z", 0, 1, "48"),
            ],
        ),
        (
            "deployments",
            "deployments",
            DEPLOYMENTS,
            [
                ("deployments", "2026-03-01T08:04:00.000Z", 1, "2"),
                ("deployments", "2026-03-02T08:05:00.000Z", 1, "3"),
            ],
        ),
        ("issues_opened", "issues", WORK, [("issues-opened", "2026-03-01T00:00:00.000Z", 1, "5")]),
        ("issues_closed", "issues", WORK, [("issues-closed", "2026-03-01T06:00:00.000Z", 1, "5")]),
        (
            "issues_time",
            "issues",
            WORK,
            [("issue-resolution-time", "2026-03-01T06:00:00.000Z", 0.25, "5")],
        ),
    ],
)
def test_gitlab_gives_the_numbers_of_a_project(server, what, path, content, rows):
    server.answers[f"/api/v4/projects/halden%2Fshop/{path}"] = answers(content)

    fetched = fetch("gitlab", server, project="halden/shop", what=what, since=date(2026, 1, 1))

    assert fetched.rows == rows
    assert server.asked[0].headers["private-token"] == "canary"
    assert "2026-01-01T00:00:00Z" in str(server.asked[0].query)


def test_gitlab_turns_its_pages(server):
    server.otherwise = answers([MERGED], [MERGED | {"iid": 13}], [MERGED | {"iid": 14}])

    fetched = fetch("gitlab", server, project="7", what="merge_requests")

    assert [row[3] for row in fetched.rows] == ["12", "13", "14"]


def issue(key, created, resolved):
    fields = {"created": created, "resolutiondate": resolved}
    return {"id": key.rpartition("-")[2], "key": key, "self": "https://…", "fields": fields}


SHOP = [
    issue("SHOP-1", "2026-03-01T10:00:00.000+0100", "2026-03-03T22:00:00.000+0100"),
    issue("SHOP-2", "2026-03-02T10:00:00.000+0100", None),
]


def cloud(asked):
    """The search that gives a token for the next page instead of a number."""
    second = asked.query.get("nextPageToken") == ["CAEaAggD"]
    content = {"issues": SHOP[1:], "isLast": True}
    if not second:
        content = {"issues": SHOP[:1], "isLast": False, "nextPageToken": "CAEaAggD"}
    return 200, JSON, json.dumps(content).encode()


def data_center(asked):
    start = int(asked.query.get("startAt", ["0"])[0])
    content = {"startAt": start, "maxResults": 1, "total": 2, "issues": SHOP[start : start + 1]}
    return 200, JSON, json.dumps(content).encode()


@pytest.mark.parametrize(
    ("edition", "path", "answer", "authorization"),
    [
        ("cloud", "/rest/api/3/search/jql", cloud, "Basic bWVAaGFsZGVuLmV4YW1wbGU6Y2FuYXJ5"),
        ("server", "/rest/api/2/search", data_center, "Bearer canary"),
    ],
)
def test_jira_gives_the_numbers_of_a_project_in_either_edition(
    server, edition, path, answer, authorization
):
    server.answers[path] = answer
    settings = {"project": "SHOP", "edition": edition, "user": "me@halden.example"}

    created = fetch("jira", server, what="created", **settings)
    took = fetch("jira", server, what="resolution_time", jql="issuetype = Bug", **settings)

    assert [row[3] for row in created.rows] == ["SHOP-1", "SHOP-2"]
    assert took.rows == [("issue-resolution-time", "2026-03-03T22:00:00.000+0100", 2.5, "SHOP-1")]
    assert server.asked[0].headers["authorization"] == authorization
    assert server.asked[-1].query["jql"] == [
        'project = "SHOP" AND (issuetype = Bug) AND resolutiondate >= "1970-01-01"'
        " ORDER BY resolutiondate"
    ]


@pytest.mark.parametrize(
    ("kind", "settings", "field"),
    [
        ("github", {"repository": "shop"}, "repository"),
        ("github", {"repository": "a/b/c"}, "repository"),
        ("github", {"repository": "../.."}, "repository"),
        ("github", {"repository": "halden/.."}, "repository"),
        ("github", {"repository": "halden/shop?x=1"}, "repository"),
        ("github", {"repository": "halden/shop", "what": "stars"}, "what"),
        ("github", {"repository": "halden/shop", "base": "ftp://x"}, "base"),
        ("github", {"repository": "halden/shop", "base": "https://x.example/?a=b"}, "base"),
        ("github", {"repository": "halden/shop", "most_pages": 0}, "most_pages"),
        ("gitlab", {"project": "shop"}, "project"),
        ("gitlab", {"project": "halden/../x"}, "project"),
        ("jira", {"project": 'SHOP" OR', "base": "https://x.example", "user": "a@b"}, "project"),
        ("jira", {"project": "SHOP", "base": "https://x.example"}, "user"),
        ("jira", {"project": "SHOP", "user": "a@b"}, "base"),
        (
            "jira",
            {"project": "SHOP", "base": "https://x.example", "user": "a@b", "jql": "x order by y"},
            "jql",
        ),
    ],
)
def test_a_setting_of_a_preset_that_cannot_be_is_named_by_its_field(kind, settings, field):
    assert list(connector(kind).check(settings)) == [field]


@pytest.mark.parametrize("preset", [github, gitlab, jira])
def test_what_a_preset_delivers_is_what_observations_are_made_of(preset):
    for offer in preset.OFFERS:
        columns = {"kpi", *offer.columns}
        assert columns in (
            {"kpi", "at", "value", "external_id"},
            {"kpi", "at", "numerator", "denominator", "external_id"},
        ), offer.key
        assert (offer.aggregation == "ratio") == ("numerator" in columns), offer.key
        mapping = preset.CONNECTOR.mapping({"what": offer.key})
        assert set(mapping["map"]) == columns
        assert Aggregation(mapping["aggregation"])
        assert Direction(mapping["direction"])
