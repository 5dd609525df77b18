"""Numbers about the issues of a Jira project, in the cloud or in a data centre, by JQL."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metrics.connectors.http_json import basic
from metrics.connectors.http_json.paths import compiled
from metrics.connectors.http_json.plan import Next, by_cursor, by_offset
from metrics.connectors.presets.offers import Offer, Preset, at, constant, days
from metrics.connectors.shape import Field

PROJECT = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,30}")
LONGEST_QUERY = 1_000
FOUND = {"fields": "created,resolutiondate", "maxResults": "100"}
RESOLVED = '{scope} AND resolutiondate >= "{since}" ORDER BY resolutiondate'
OFFERS = (
    Offer(
        key="created",
        name=gettext_lazy("Issues created"),
        kpi="issues-opened",
        path="{search}",
        params={"jql": '{scope} AND created >= "{since}" ORDER BY created', **FOUND},
        rows="issues",
        columns={"at": at("fields.created"), "value": constant(1), "external_id": at("key")},
    ),
    Offer(
        key="resolved",
        name=gettext_lazy("Issues resolved"),
        kpi="issues-closed",
        direction="up",
        path="{search}",
        params={"jql": RESOLVED, **FOUND},
        rows="issues[?fields.resolutiondate]",
        columns={"at": at("fields.resolutiondate"), "value": constant(1), "external_id": at("key")},
    ),
    Offer(
        key="resolution_time",
        name=gettext_lazy("Issues: days from created to resolved"),
        kpi="issue-resolution-time",
        unit="days",
        aggregation="median",
        path="{search}",
        params={"jql": RESOLVED, **FOUND},
        rows="issues[?fields.resolutiondate]",
        columns={
            "at": at("fields.resolutiondate"),
            "value": days("fields.created", "fields.resolutiondate"),
            "external_id": at("key"),
        },
    ),
)
FIELDS = (
    Field(
        "base",
        gettext_lazy("Address of Jira"),
        "url",
        is_required=True,
        help=gettext_lazy("Such as https://your-site.atlassian.net."),
    ),
    Field(
        "edition",
        gettext_lazy("Edition"),
        "choice",
        choices=(("cloud", gettext_lazy("Cloud")), ("server", gettext_lazy("Data Center"))),
        default="cloud",
    ),
    Field(
        "project",
        gettext_lazy("Project"),
        is_required=True,
        help=gettext_lazy("Its key, such as SHOP."),
    ),
    Field(
        "jql",
        gettext_lazy("Only issues that match"),
        help=gettext_lazy("In JQL, such as issuetype = Bug."),
    ),
    Field(
        "user",
        gettext_lazy("Mail address of the account"),
        help=gettext_lazy("For the cloud; a data centre takes a personal access token alone."),
    ),
    Field("token", gettext_lazy("Access token"), "secret"),
)


def headers(settings: dict[str, Any], token: str) -> dict[str, str]:
    if settings["edition"] == "cloud":
        return {"authorization": basic(settings["user"], token)}
    return {"authorization": f"Bearer {token}"}


def values(settings: dict[str, Any]) -> Mapping[str, str]:
    scope = f'project = "{settings["project"]}"'
    if settings["jql"].strip():
        scope += f" AND ({settings['jql'].strip()})"
    is_cloud = settings["edition"] == "cloud"
    return {
        "search": "/rest/api/3/search/jql" if is_cloud else "/rest/api/2/search",
        "scope": scope,
    }


def following(settings: dict[str, Any]) -> Next:
    if settings["edition"] == "cloud":
        return by_cursor("nextPageToken", compiled("nextPageToken"))
    return by_offset("startAt")


def check(settings: dict[str, Any]) -> dict[str, str]:
    if not PROJECT.fullmatch(settings["project"]):
        return {"project": _("Write the project's key, such as SHOP.")}
    if len(settings["jql"]) > LONGEST_QUERY or re.search(r"order\s+by", settings["jql"], re.I):
        return {"jql": _("Write at most 1,000 characters, without ORDER BY.")}
    if settings["edition"] == "cloud" and "@" not in settings["user"]:
        return {"user": _("The cloud asks for the mail address that the token belongs to.")}
    return {}


CONNECTOR = Preset(OFFERS, values, headers, following).connector(
    "jira",
    "Jira",
    gettext_lazy("Issues created and resolved, and how long it took, by JQL."),
    FIELDS,
    check,
)
