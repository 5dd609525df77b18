"""Numbers about a project on GitLab, wherever it runs, by its REST API."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metrics.connectors.http_json.plan import by_link
from metrics.connectors.presets.offers import Offer, Preset, at, constant, days
from metrics.connectors.shape import Field

PROJECT = re.compile(r"[0-9]{1,12}|[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+")
PROJECTS = "/api/v4/projects/{project}"
TOUCHED = {"updated_after": "{since}T00:00:00Z", "order_by": "updated_at", "per_page": "100"}
OFFERS = (
    Offer(
        key="merge_requests",
        name=gettext_lazy("Merge requests: days from opened to merged"),
        kpi="merge-request-cycle-time",
        unit="days",
        aggregation="median",
        path=PROJECTS + "/merge_requests",
        params={"state": "merged", "scope": "all", "target_branch": "{branch}", **TOUCHED},
        rows="[?merged_at]",
        columns={
            "at": at("merged_at"),
            "value": days("created_at", "merged_at"),
            "external_id": at("to_string(iid)"),
        },
    ),
    Offer(
        key="merge_requests_merged",
        name=gettext_lazy("Merge requests merged"),
        kpi="merge-requests-merged",
        direction="neutral",
        path=PROJECTS + "/merge_requests",
        params={"state": "merged", "scope": "all", "target_branch": "{branch}", **TOUCHED},
        rows="[?merged_at]",
        columns={
            "at": at("merged_at"),
            "value": constant(1),
            "external_id": at("to_string(iid)"),
        },
    ),
    Offer(
        key="pipelines",
        name=gettext_lazy("Pipelines that succeeded"),
        kpi="pipeline-success-rate",
        unit="%",
        direction="up",
        aggregation="ratio",
        path=PROJECTS + "/pipelines",
        params={"scope": "finished", "ref": "{branch}", **TOUCHED},
        rows="[?status=='success' || status=='failed']",
        columns={
            "at": at("created_at"),
            "numerator": at("status=='success'"),
            "denominator": constant(1),
            "external_id": at("to_string(id)"),
        },
    ),
    Offer(
        key="deployments",
        name=gettext_lazy("Deployments that succeeded"),
        kpi="deployments",
        direction="up",
        path=PROJECTS + "/deployments",
        params={"status": "success", "environment": "{environment}", **TOUCHED},
        rows="@",
        columns={
            "at": at("deployable.finished_at || updated_at"),
            "value": constant(1),
            "external_id": at("to_string(iid)"),
        },
    ),
    Offer(
        key="issues_opened",
        name=gettext_lazy("Issues opened"),
        kpi="issues-opened",
        path=PROJECTS + "/issues",
        params={
            "scope": "all",
            "created_after": "{since}T00:00:00Z",
            "labels": "{labels}",
            "per_page": "100",
        },
        rows="@",
        columns={"at": at("created_at"), "value": constant(1), "external_id": at("to_string(iid)")},
    ),
    Offer(
        key="issues_closed",
        name=gettext_lazy("Issues closed"),
        kpi="issues-closed",
        direction="up",
        path=PROJECTS + "/issues",
        params={"scope": "all", "state": "closed", "labels": "{labels}", **TOUCHED},
        rows="[?closed_at]",
        columns={"at": at("closed_at"), "value": constant(1), "external_id": at("to_string(iid)")},
    ),
    Offer(
        key="issues_time",
        name=gettext_lazy("Issues: days from opened to closed"),
        kpi="issue-resolution-time",
        unit="days",
        aggregation="median",
        path=PROJECTS + "/issues",
        params={"scope": "all", "state": "closed", "labels": "{labels}", **TOUCHED},
        rows="[?closed_at]",
        columns={
            "at": at("closed_at"),
            "value": days("created_at", "closed_at"),
            "external_id": at("to_string(iid)"),
        },
    ),
)
FIELDS = (
    Field("base", gettext_lazy("Address of GitLab"), "url", default="https://gitlab.com"),
    Field(
        "project",
        gettext_lazy("Project"),
        is_required=True,
        help=gettext_lazy("As group/name, or its number."),
    ),
    Field(
        "labels",
        gettext_lazy("Only issues with these labels"),
        help=gettext_lazy("Separated by commas; for incidents, say."),
    ),
    Field("branch", gettext_lazy("Only this branch")),
    Field("environment", gettext_lazy("Environment of deployments"), default="production"),
    Field(
        "token",
        gettext_lazy("Access token"),
        "secret",
        help=gettext_lazy("With the scope read_api, and no more."),
    ),
)


def headers(_settings: dict[str, Any], token: str) -> dict[str, str]:
    return {"private-token": token} if token else {}


def values(settings: dict[str, Any]) -> Mapping[str, str]:
    plain = {name: settings[name] for name in ("labels", "branch", "environment")}
    return plain | {"project": quote(settings["project"], safe="")}


def check(settings: dict[str, Any]) -> dict[str, str]:
    if PROJECT.fullmatch(settings["project"]):
        return {}
    return {"project": _("Write the project as group/name, or its number.")}


CONNECTOR = Preset(OFFERS, values, headers, lambda _settings: by_link).connector(
    "gitlab",
    "GitLab",
    gettext_lazy("Merge requests, pipelines, deployments and issues of a project."),
    FIELDS,
    check,
)
