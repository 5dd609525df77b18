"""Answering on a phone: two taps a question and three more, nothing lost, no script needed."""

import pytest

from tests.browser.conftest import PHONE

ON_PHONE = {"viewport": PHONE, "has_touch": True, "is_mobile": True}


class Phone:
    """A finger that counts its taps."""

    def __init__(self, page) -> None:
        self.page, self.taps = page, 0

    def tap(self, selector: str) -> None:
        self.page.locator(selector).first.tap()
        self.taps += 1

    def go(self, selector: str) -> None:
        """Tap what leads to another page, and wait for it."""
        with self.page.expect_navigation():
            self.tap(selector)

    @property
    def is_asked(self) -> bool:
        return "/q/" in self.page.url

    def answer(self) -> None:
        """Choose the third statement, or fill in what is not chosen, and continue."""
        if self.page.locator("#answer-typed").count():
            self.page.fill("#answer-typed", "1")
            self.taps += 1
        else:
            self.tap("label.opt >> nth=2")
        self.go("button.primary")


@pytest.fixture
def phone(browse):
    return lambda link, **options: open_at(browse("", **ON_PHONE | options), link)


def open_at(page, link: str) -> Phone:
    page.goto(link)
    return Phone(page)


@pytest.mark.parametrize(("number", "has_scripts"), [(1, True), (2, False)])
def test_two_taps_a_question_and_three_more(phone, house, number, has_scripts):
    hand = phone(house.links["a"][number], java_script_enabled=has_scripts)
    hand.taps = 1  # the button in the mail
    hand.go("button.primary")
    questions = 0
    while hand.is_asked:
        hand.answer()
        questions += 1

    hand.go("button.primary")

    assert hand.page.url.endswith("/done/")
    assert questions > 5
    assert hand.taps == 2 * questions + 3


def test_what_was_answered_stays_after_a_reload_and_on_another_device(phone, house):
    hand = phone(house.links["a"][3])
    hand.go("button.primary")
    hand.answer()
    hand.go("a.back")
    chosen = hand.page.locator("input:checked").get_attribute("id")
    hand.page.reload()

    other = phone(house.links["a"][3])

    assert hand.page.locator("input:checked").get_attribute("id") == chosen
    assert "Continue at question 2" in other.page.inner_text("main")
    other.go("button.primary")
    assert other.page.url.endswith("/q/2/")


def test_continue_without_a_choice_is_told_where_the_finger_is(phone, house):
    hand = phone(house.links["a"][4])
    hand.go("button.primary")

    hand.go("button.primary")

    assert hand.page.title().startswith("Error:")
    assert hand.page.evaluate("document.activeElement.hasAttribute('data-error-summary')")


def test_digits_choose_and_enter_continues(browse, house):
    page = browse()
    page.goto(house.links["a"][5])
    page.click("button.primary")
    page.wait_for_url("**/q/1/")

    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.wait_for_url("**/q/2/")

    assert page.locator("[role=status].saved").inner_text().startswith("Saved")


def test_a_question_fits_a_narrow_phone_with_its_button_in_reach(phone, house):
    hand = phone(house.links["a"][4], viewport={"width": 320, "height": 640})
    hand.go("button.primary")

    wide = hand.page.evaluate("document.documentElement.scrollWidth")
    targets = hand.page.evaluate(
        "() => [...document.querySelectorAll('label.opt, button.primary')]"
        ".map((part) => part.getBoundingClientRect().height)"
    )

    assert wide <= 320
    assert min(targets) >= 44
