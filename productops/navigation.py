"""What stands in the side bar and in the New menu: labels, icons, addresses and keys, in one place.

Addresses are names, not imports: an entry whose name does not resolve is left out, so the
kernel needs to know no app.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVERYBODY = frozenset({"admin", "ops", "pm", "exec"})
WRITERS = frozenset({"admin", "ops", "pm"})
OPERATORS = frozenset({"admin", "ops"})
ADMINS = frozenset({"admin"})


@dataclass(frozen=True)
class Item:
    """One place to go: `letter` follows `g` on the keyboard, `section` heads a group."""

    key: str
    label: str | Promise
    icon: str
    url_name: str
    letter: str = ""
    section: str | Promise = ""
    roles: frozenset[str] = EVERYBODY

    @property
    def url(self) -> str:
        """The address, or "" where no app offers it."""
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return ""


PLACES = (
    Item("home", _("Home"), "house", "home", "h"),
    Item("work", _("My work"), "inbox", "work", "w"),
    Item("audits", _("Audits"), "clipboard-check", "audits:audit-list", "a", _("Operate")),
    Item("objectives", _("Objectives"), "target", "objectives:objective-list", "o", _("Operate")),
    Item("teams", _("Teams"), "users", "teams:team-list", "t", _("Operate")),
    Item("processes", _("Processes"), "workflow", "processes:process-list", "p", _("Operate")),
    Item("tooling", _("Tooling"), "wrench", "tooling:tool-list", "l", _("Operate")),
    Item("metrics", _("Metrics"), "chart-line", "metrics:kpi-list", "m", _("Operate")),
    Item("dashboards", _("Dashboards"), "monitor", "metrics:dashboard-list", "d", _("Share")),
    Item("reviews", _("Reviews"), "list-checks", "metrics:review-list", "r", _("Share")),
    Item("settings", _("Settings"), "settings", "settings", "s", _("Admin")),
)

BEGINNINGS = (
    Item("audit", _("Audit"), "clipboard-check", "audits:audit-new", roles=OPERATORS),
    Item("objective", _("Objective"), "target", "objectives:objective-new", roles=WRITERS),
    Item("kpi", _("KPI"), "chart-line", "objectives:kpi-new", roles=OPERATORS),
    Item("process", _("Process"), "workflow", "processes:process-new", roles=WRITERS),
    Item("tool", _("Tool"), "wrench", "tooling:tool-new", roles=OPERATORS),
    Item("improvement", _("Improvement"), "lightbulb", "metrics:improvement-new", roles=WRITERS),
    Item("dashboard", _("Dashboard"), "monitor", "metrics:dashboard-new", roles=OPERATORS),
    Item("team", _("Team"), "users", "teams:team-new", roles=OPERATORS),
    Item("person", _("Person"), "user-plus", "teams:person-new", roles=ADMINS),
)


def open_to(role: str, items: Iterable[Item]) -> list[Item]:
    """Return the items that this role may use and that an app offers, in their order."""
    return [item for item in items if role in item.roles and item.url]
