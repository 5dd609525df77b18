"""Numbers about a repository on GitHub or GitHub Enterprise, by its REST API."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metrics.connectors.http_json.plan import by_link
from metrics.connectors.presets.offers import Offer, Preset, at, constant, days
from metrics.connectors.shape import Field

REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")
ISSUES = "[?!pull_request]"  # to this API a pull request is an issue, too
JUDGED = "conclusion=='success' || conclusion=='failure' || conclusion=='timed_out'"
OFFERS = (
    Offer(
        key="pull_requests",
        name=gettext_lazy("Pull requests: days from opened to merged"),
        kpi="pull-request-cycle-time",
        unit="days",
        aggregation="median",
        path="/repos/{repository}/pulls",
        params={"state": "closed", "sort": "updated", "direction": "desc", "per_page": "100"},
        rows="[?merged_at]",
        newest_first="[-1].updated_at",
        columns={
            "at": at("merged_at"),
            "value": days("created_at", "merged_at"),
            "external_id": at("to_string(number)"),
        },
    ),
    Offer(
        key="pull_requests_merged",
        name=gettext_lazy("Pull requests merged"),
        kpi="pull-requests-merged",
        direction="neutral",
        path="/repos/{repository}/pulls",
        params={"state": "closed", "sort": "updated", "direction": "desc", "per_page": "100"},
        rows="[?merged_at]",
        newest_first="[-1].updated_at",
        columns={
            "at": at("merged_at"),
            "value": constant(1),
            "external_id": at("to_string(number)"),
        },
    ),
    Offer(
        key="issues_opened",
        name=gettext_lazy("Issues opened"),
        kpi="issues-opened",
        path="/repos/{repository}/issues",
        params={
            "state": "all",
            "since": "{since}T00:00:00Z",
            "labels": "{labels}",
            "per_page": "100",
        },
        rows=ISSUES,
        columns={
            "at": at("created_at"),
            "value": constant(1),
            "external_id": at("to_string(number)"),
        },
    ),
    Offer(
        key="issues_closed",
        name=gettext_lazy("Issues closed"),
        kpi="issues-closed",
        direction="up",
        path="/repos/{repository}/issues",
        params={
            "state": "closed",
            "since": "{since}T00:00:00Z",
            "labels": "{labels}",
            "per_page": "100",
        },
        rows=ISSUES,
        columns={
            "at": at("closed_at"),
            "value": constant(1),
            "external_id": at("to_string(number)"),
        },
    ),
    Offer(
        key="issues_time",
        name=gettext_lazy("Issues: days from opened to closed"),
        kpi="issue-resolution-time",
        unit="days",
        aggregation="median",
        path="/repos/{repository}/issues",
        params={
            "state": "closed",
            "since": "{since}T00:00:00Z",
            "labels": "{labels}",
            "per_page": "100",
        },
        rows=ISSUES,
        columns={
            "at": at("closed_at"),
            "value": days("created_at", "closed_at"),
            "external_id": at("to_string(number)"),
        },
    ),
    Offer(
        key="releases",
        name=gettext_lazy("Releases published"),
        kpi="releases",
        direction="up",
        path="/repos/{repository}/releases",
        params={"per_page": "100"},
        rows="[?!draft && published_at]",
        columns={"at": at("published_at"), "value": constant(1), "external_id": at("tag_name")},
    ),
    Offer(
        key="workflow_runs",
        name=gettext_lazy("Workflow runs that succeeded"),
        kpi="workflow-success-rate",
        unit="%",
        direction="up",
        aggregation="ratio",
        path="/repos/{repository}/actions/runs",
        params={
            "status": "completed",
            "created": ">={since}",
            "branch": "{branch}",
            "per_page": "100",
        },
        rows=f"workflow_runs[?{JUDGED}]",
        columns={
            "at": at("created_at"),
            "numerator": at("conclusion=='success'"),
            "denominator": constant(1),
            "external_id": at("to_string(id)"),
        },
    ),
)
FIELDS = (
    Field(
        "base",
        gettext_lazy("Address of the API"),
        "url",
        default="https://api.github.com",
        help=gettext_lazy("GitHub Enterprise: https://your-host/api/v3."),
    ),
    Field(
        "repository",
        gettext_lazy("Repository"),
        is_required=True,
        help=gettext_lazy("As owner/name."),
    ),
    Field(
        "labels",
        gettext_lazy("Only issues with these labels"),
        help=gettext_lazy("Separated by commas; for incidents, say."),
    ),
    Field("branch", gettext_lazy("Only workflow runs of this branch")),
    Field(
        "token",
        gettext_lazy("Access token"),
        "secret",
        help=gettext_lazy("A fine-grained token that may read the repository, and no more."),
    ),
)


def headers(_settings: dict[str, Any], token: str) -> dict[str, str]:
    bearer = {"authorization": f"Bearer {token}"} if token else {}
    return {"accept": "application/vnd.github+json", "x-github-api-version": "2022-11-28"} | bearer


def values(settings: dict[str, Any]) -> Mapping[str, str]:
    return {name: settings[name] for name in ("repository", "labels", "branch")}


def check(settings: dict[str, Any]) -> dict[str, str]:
    parts = settings["repository"].split("/")
    if REPOSITORY.fullmatch(settings["repository"]) and not {".", ".."} & set(parts):
        return {}
    return {"repository": _("Write the repository as owner/name.")}


CONNECTOR = Preset(OFFERS, values, headers, lambda _settings: by_link).connector(
    "github",
    "GitHub",
    gettext_lazy("Pull requests, issues, releases and workflow runs of a repository."),
    FIELDS,
    check,
)
