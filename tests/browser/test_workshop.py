"""A workshop with real phones: they vote at once, see nothing early, and follow by themselves."""

import pytest

from tests.browser.conftest import PHONE

ON_PHONE = {"viewport": PHONE, "has_touch": True, "is_mobile": True}


@pytest.fixture
def screen(browse, house):
    """The facilitator's screen of a workshop about all questions for Billing."""

    def start(**options):
        page = browse("ops", **options)
        page.goto("/audits/?state=open")
        page.click("text=Tools and technologies")
        page.click("text=Differences")
        page.click("[aria-label='Start a workshop about all questions for Billing']")
        page.wait_for_url("**/audits/workshops/*/")
        return page

    return start


@pytest.fixture
def join(browse):
    def scan(screen, name: str, **options):
        page = browse("", **ON_PHONE | options)
        page.goto(screen.locator(".ways a").get_attribute("href"))
        page.fill("input[name=name]", name)
        page.tap("button.primary")
        page.wait_for_selector(".tap")
        return page

    return scan


def press(screen, words: str) -> None:
    with screen.expect_navigation():
        screen.locator(f"button:has-text('{words}')").first.click()


def end(screen) -> None:
    press(screen, "End the workshop")


def test_three_phones_vote_at_once_and_what_they_agree_upon_counts(screen, join):
    stage = screen()
    phones = [join(stage, name) for name in ("Ana", "Ben", "Cem")]
    question = stage.inner_text("h1")

    for phone, level in zip(phones, (0, 1, 3), strict=True):
        phone.evaluate(f"document.querySelector('.tap[value=\"{level}\"]').click()")
    stage.wait_for_selector("text=3 of 3 have voted")
    assert "Ana" not in stage.inner_text("main")
    press(stage, "Reveal")
    first = stage.inner_text("main")
    phones[0].wait_for_selector("text=The votes are shown")
    press(stage, "Vote again")
    for phone in phones:
        phone.wait_for_selector("text=round 2")
        phone.tap(".tap[value='2']")
        phone.wait_for_selector(".tap[value='2'][aria-pressed=true]")
    press(stage, "Reveal")
    assert stage.locator(".opt input:checked").get_attribute("value") == "2"
    stage.fill("textarea", "Since May")
    press(stage, "Agree and go on")

    assert "3 from 0 to 3, middle 1" in first
    assert "Ana" in first
    assert "Cem" in first
    assert stage.inner_text("h1") != question
    phones[2].wait_for_selector("text=Question 2 of")
    end(stage)
    assert "1 agreed" in stage.inner_text("main")
    phones[1].wait_for_selector("text=This workshop is over")


def test_without_scripts_buttons_and_refresh_do_the_same(screen, join):
    stage = screen(java_script_enabled=False)
    phone = join(stage, "", java_script_enabled=False)

    phone.tap(".tap[value='3']")
    phone.wait_for_selector(".tap[aria-pressed=true]")
    stage.click("text=Refresh")
    stage.wait_for_selector("text=1 of 1 has voted")
    press(stage, "Reveal")
    phone.click("text=Refresh")

    phone.wait_for_selector("text=The votes are shown")
    assert phone.locator(".tap").count() == 0
    end(stage)


def test_a_phone_shows_all_levels_as_large_buttons_on_a_narrow_screen(screen, join):
    stage = screen()
    phone = join(stage, "Ana", viewport={"width": 320, "height": 640})

    wide = phone.evaluate("document.documentElement.scrollWidth")
    heights = phone.evaluate(
        "() => [...document.querySelectorAll('.tap')]"
        ".map((part) => part.getBoundingClientRect().height)"
    )

    assert wide <= 320
    assert len(heights) == 6
    assert min(heights) >= 48
    end(stage)
