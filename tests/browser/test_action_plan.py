"""The plan of a key result: written, ticked and put in order, by keyboard and without scripts."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE

TITLES = ["Ask five customers", "Write down what they said", "Show it to the team"]


def begin(page, key_result: str):
    """A key result of the demo; what the tests write stays, so that each has one of its own."""
    page.goto("/objectives/")
    page.click("main >> text=Every decision rests on evidence")
    page.wait_for_url(re.compile(r"/objectives/\d+/$"))
    page.click(f"main >> text={key_result}")
    page.wait_for_url(re.compile(r"/key-results/\d+/$"))


def open_titles(page) -> list[str]:
    return page.locator("#actions ol .t").all_inner_texts()


def test_a_plan_is_written_ticked_and_put_in_order_by_keyboard(browse):
    page = browse("admin", viewport=PHONE)
    begin(page, "Outcome goals met from 58 to 80 percent")
    page.focus("#action-add a")
    page.keyboard.press("Enter")
    for title in TITLES:
        typed = page.locator("#actions:not([class*=htmx]) #action-add [name=title]")
        expect(typed).to_be_focused()
        expect(typed).to_have_value("")
        page.keyboard.type(title)
        page.keyboard.press("Enter")
        expect(page.locator("#actions ol .t").last).to_have_text(title)

    last = page.locator("#actions ol li").last
    last.locator("[value=up]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#actions ol .t").nth(1)).to_have_text(TITLES[2])
    moved_focus = page.evaluate("document.activeElement.value")
    page.locator("#actions ol li").first.locator(".tick").focus()
    page.keyboard.press("Space")
    expect(page.locator("#actions-done")).to_have_text("1 of 3 done")

    assert moved_focus == "up"
    assert page.evaluate("document.activeElement.getAttribute('aria-checked')") == "true"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.reload()
    assert open_titles(page) == [TITLES[2], TITLES[1]]


def test_without_scripts_the_same_forms_lead_back_to_the_list(browse):
    page = browse("admin", java_script_enabled=False)
    begin(page, "Discovery to decision stays within five weeks")
    address = page.url
    for title in TITLES[:2]:
        page.click("#action-add a")
        page.fill("[name=title]", title)
        page.click("form button.primary")
        assert page.url == address

    page.click("#actions ol li:last-child [value=up]")
    moved = open_titles(page)
    page.click("#actions ol li:first-child .tick")

    assert (moved, open_titles(page)) == ([TITLES[1], TITLES[0]], [TITLES[0]])
    assert page.url == address
