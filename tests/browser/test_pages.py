"""Every page that a role can reach in the demo, by its links: it answers, it can be read by all,
it fits a phone, it leads to nothing that is not there, and its scripts and styles obey the policy.
"""

from collections import defaultdict
from functools import partial

import pytest

from productops.routes import all_routes
from tests.browser.conftest import ROLES, context_of
from tests.browser.crawl import is_ours, route_of, shown
from tests.browser.sweep import Looker

# Pages in which a role sees another composition than the administrator, who sees them all.
OWN = {"home", "work", "metrics:dashboard-detail", "audits:audit-detail", "metrics:kpi-chart"}
UNSEEN = {
    # Answers to programs and scripts, not pages.
    "work-count", "metrics:opportunity-card", "metrics:computing-detail", "metrics:promise-outlook",
    "audits:workshop-votes", "audits:workshop-now", "audits:invitation-response",
    "health-live", "health-ready", "health-freshness",
    "mfa_download_recovery_codes",
    # Only in a state in which this installation is not: empty, or with single sign-on.
    "teams:set-up", "openid_connect_login", "openid_connect_callback", "socialaccount_signup",
    "socialaccount_connections", "socialaccount_login_cancelled", "socialaccount_login_error",
    # Only in the middle of signing in, or with a second factor at hand.
    "account_inactive", "account_reauthenticate", "account_reset_password_from_key",
    "account_reset_password_from_key_done", "mfa_authenticate", "mfa_reauthenticate",
    "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    # Only after a file was sent, or months after a verdict: tests/metrics/test_uploads.py and
    # test_verdict_pages.py.
    "metrics:observation-upload", "metrics:recheck-answer",
    # Only after Start was pressed: test_questionnaire goes there.
    "audits:invitation-question", "audits:invitation-check", "audits:invitation-done",
    "audits:invitation-file",
}  # fmt: skip


@pytest.fixture(scope="module")
def looked(walked, chromium, house):
    """What a browser finds wrong, by role and aspect."""
    found, seen = {}, set()
    for role in ROLES:
        looker = Looker(partial(context_of, chromium, house, role))
        for page in shown(walked[role]):
            if page.route not in seen or (page.route in OWN and role != "respondent"):
                looker.look(page.url, page.route)
                seen.add(page.route)
        looker.close()
        found[role] = looker.found
    return found


def test_every_page_of_the_product_is_looked_at(walked):
    seen = {page.route for pages in walked.values() for page in pages if page.status < 400}
    pages = {
        route.name
        for route in all_routes()
        if "GET" in route.methods and not route.path.startswith("/api/")
    }

    assert sorted(pages - seen - UNSEEN) == []


@pytest.mark.parametrize("role", ROLES)
def test_no_link_is_dead(walked, role):
    dead = [(page.url, page.status) for page in walked[role] if page.status >= 400]

    assert dead == []


PAPERS = "https://wiki.halden.example/"  # where the evidence of the demo lies


@pytest.mark.parametrize("role", ROLES)
def test_every_link_leads_to_a_page_of_ours_or_writes_to_somebody(walked, role):
    strange = defaultdict(list)
    for page in walked[role]:
        for link in page.links:
            if not (is_ours(link) and route_of(link)) and not link.startswith(("mailto:", PAPERS)):
                strange[link].append(page.url)

    assert strange == {}


@pytest.mark.parametrize("role", ROLES)
def test_every_page_has_a_title_and_one_heading(walked, role):
    lacking = [
        (page.url, page.title, page.headings)
        for page in shown(walked[role])
        if page.headings != 1 or not page.title or page.title.startswith("·")
    ]

    assert lacking == []


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("aspect", ["light", "dark"])
def test_no_page_breaks_a_rule_of_accessibility(looked, role, aspect):
    assert looked[role][aspect] == []


@pytest.mark.parametrize("role", ROLES)
def test_no_page_scrolls_sideways_on_a_narrow_phone(looked, role):
    assert looked[role]["narrow"] == []


@pytest.mark.parametrize("role", ROLES)
def test_no_page_has_errors_or_breaks_the_policy_for_scripts_and_styles(looked, role):
    assert looked[role]["console"] == []
