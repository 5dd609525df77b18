"""Writing a key result: what the data says changes while one types, and also without scripts."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE

KPI = "lead-time-for-change"


def begin(page):
    """The form for one more key result of an objective of the demo."""
    page.goto("/objectives/")
    page.click("main >> text=Ship value faster")
    page.wait_for_url(re.compile(r"/objectives/\d+/$"))
    page.goto(f"{page.url}key-results/new/?kpi={KPI}")


def test_what_the_data_says_follows_what_one_types_and_focus_stays(browse):
    page = browse("admin", viewport=PHONE)
    begin(page)
    before = page.inner_text("#numbers-card")

    page.type("[name=target]", "0.5", delay=30)
    card = page.locator("#numbers-card")
    expect(card).to_contain_text("it needs an improvement (none linked)")
    focused = page.evaluate("document.activeElement.name")
    page.fill("[name=target]", "1,5")
    expect(card).to_contain_text("is not a number")

    assert "Stands at" in before
    assert "improvement" not in before
    assert focused == "target"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_without_scripts_a_button_says_the_same_and_keeps_what_is_typed(browse):
    page = browse("admin", java_script_enabled=False)
    begin(page)
    page.fill("[name=title]", "As fast as light")
    page.fill("[name=target]", "0.5")

    with page.expect_navigation():
        page.click("button[name=check]")

    assert "it needs an improvement (none linked)" in page.inner_text("#numbers-card")
    assert page.input_value("[name=title]") == "As fast as light"
    assert page.input_value("[name=target]") == "0.5"
