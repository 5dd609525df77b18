"""Answering on a phone: two taps a question and three more, nothing lost, no script needed."""

import pytest
from playwright.sync_api import Error

from audits.demo_sheet import TITLE as RELEASES
from tests.browser.conftest import PHONE
from tests.browser.scene import EIGHTEEN
from tests.browser.sweep import AXE

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
    hand = phone(house.asked[EIGHTEEN][number], java_script_enabled=has_scripts)
    hand.taps = 1  # the button in the mail
    hand.go("button.primary")
    questions = 0
    while hand.is_asked:
        hand.answer()
        questions += 1

    hand.go("button.primary")

    assert hand.page.url.endswith("/done/")
    assert questions == 18
    assert hand.taps == 2 * questions + 3


def test_what_was_answered_stays_after_a_reload_and_on_another_device(phone, house):
    hand = phone(house.asked[EIGHTEEN][3])
    hand.go("button.primary")
    hand.answer()
    hand.go("a.back")
    chosen = hand.page.locator("input:checked").get_attribute("id")
    hand.page.reload()

    other = phone(house.asked[EIGHTEEN][3])

    assert hand.page.locator("input:checked").get_attribute("id") == chosen
    assert "Continue at question 2" in other.page.inner_text("main")
    other.go("button.primary")
    assert other.page.url.endswith("/q/2/")


def test_continue_without_a_choice_is_told_where_the_finger_is(phone, house):
    hand = phone(house.asked[EIGHTEEN][4])
    hand.go("button.primary")

    hand.tap("button.primary")
    hand.page.wait_for_selector("[data-error-summary]")

    assert hand.page.title().startswith("Error:")
    assert hand.page.evaluate("document.activeElement.hasAttribute('data-error-summary')")


def test_digits_choose_and_enter_continues(browse, house):
    page = browse()
    page.goto(house.asked[EIGHTEEN][5])
    page.click("button.primary")
    page.wait_for_url("**/q/1/")

    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.wait_for_url("**/q/2/")

    assert page.locator("[role=status].saved").inner_text().startswith("Saved")


def test_a_question_fits_a_narrow_phone_with_its_button_in_reach(phone, house):
    hand = phone(house.asked[EIGHTEEN][4], viewport={"width": 320, "height": 640})
    hand.go("button.primary")

    wide = hand.page.evaluate("document.documentElement.scrollWidth")
    targets = hand.page.evaluate(
        "() => [...document.querySelectorAll('label.opt, button.primary')]"
        ".map((part) => part.getBoundingClientRect().height)"
    )

    assert wide <= 320
    assert min(targets) >= 44


# The network comes and goes -----------------------------------------------------------------
LEVEL = "#answer-3"


def begun(hand: Phone) -> Phone:
    hand.go("button.primary")
    return hand


def chosen(hand: Phone) -> list[str]:
    return hand.page.locator("input:checked").evaluate_all("all => all.map((one) => one.id)")


def test_a_continue_without_network_keeps_the_choice_and_goes_out_when_there_is_one(phone, house):
    hand = begun(phone(house.asked[RELEASES][0]))
    hand.page.context.set_offline(True)
    hand.tap(f"label.opt:has({LEVEL})")
    hand.tap("button.primary")
    hand.page.wait_for_selector(".waiting:not([hidden])")
    kept = chosen(hand)

    hand.page.context.set_offline(False)
    hand.page.wait_for_url("**/q/2/")

    assert kept == ["answer-3"]
    hand.go("a.back")
    assert chosen(hand) == ["answer-3"]


def test_what_was_not_sent_yet_outlives_a_reload(phone, house):
    hand = begun(phone(house.asked[RELEASES][1]))
    hand.tap(f"label.opt:has({LEVEL})")
    hand.tap("details.more summary")
    hand.page.fill("#id_comment", "Only since spring")

    hand.page.reload()

    assert chosen(hand) == ["answer-3"]
    assert hand.page.input_value("#id_comment") == "Only since spring"
    hand.go("button.primary")
    hand.go("a.back")
    assert hand.page.input_value("#id_comment") == "Only since spring"


def test_an_answer_whose_receipt_got_lost_is_not_given_twice(phone, house):
    hand = begun(phone(house.asked[RELEASES][2]))
    lost = []

    def lose(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            return route.abort("connectionreset")
        return route.continue_()

    hand.page.route("**/q/1/", lose)
    hand.tap(f"label.opt:has({LEVEL})")
    hand.tap("button.primary")
    hand.page.wait_for_url("**/q/2/", timeout=15_000)

    assert lost == [200]
    hand.go("a.back")
    assert hand.page.input_value("[name=revision]") == "1"


def test_a_network_that_drops_between_two_answers_loses_none(phone, house):
    link = house.asked[RELEASES][3]
    hand = begun(phone(link))
    hand.tap(f"label.opt:has({LEVEL})")
    hand.go("button.primary")
    hand.page.context.set_offline(True)
    with pytest.raises(Error):
        hand.page.reload()
    hand.page.context.set_offline(False)

    hand.page.goto(link)

    assert "Continue at question 2" in hand.page.inner_text("main")


def test_two_people_who_answer_the_same_at_once_are_both_heard(phone, house):
    hands = [begun(phone(house.asked[EIGHTEEN][number])) for number in (6, 7)]
    for hand, level in zip(hands, ("1", "4"), strict=True):
        hand.tap(f"label.opt:has(#answer-{level})")
    for hand in hands:
        hand.go("button.primary")

    for hand in hands:
        hand.go("a.back")
    assert [chosen(hand) for hand in hands] == [["answer-1"], ["answer-4"]]


def test_two_windows_of_one_person_show_both_answers(phone, house):
    link = house.asked[EIGHTEEN][3]
    first, second = (begun(phone(link)) for _window in range(2))
    for hand in (first, second):
        hand.page.goto(f"{link}q/3/")
    first.tap("label.opt:has(#answer-1)")
    first.go("button.primary")
    second.tap("label.opt:has(#answer-4)")
    second.tap("button.primary")
    second.page.wait_for_selector("text=Saved in the other window")

    assert second.page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    assert chosen(second) == ["answer-4"]
    second.go("button.primary")
    assert second.page.url.endswith("/q/4/")


def test_a_doubt_is_told_once_and_continue_keeps_the_answer(phone, house):
    hand = begun(phone(house.asked[RELEASES][0]))
    hand.page.goto(f"{house.asked[RELEASES][0]}q/3/")
    hand.page.fill("#answer-typed", "90")
    hand.tap("button.primary")
    hand.page.wait_for_selector("#doubt")

    assert hand.page.evaluate("document.activeElement.id") == "doubt"
    hand.go("button.primary")
    assert hand.page.url.endswith("/q/4/")


def test_what_to_do_about_it_is_asked_where_the_answer_is_weak(phone, house):
    hand = begun(phone(house.asked[RELEASES][1]))
    hand.page.goto(f"{house.asked[RELEASES][1]}q/1/")
    hand.tap("label.opt:has(#answer-4)")
    hand.page.evaluate("document.querySelector('details.more').open = true")
    strong = hand.page.is_visible("#id_proposal")
    hand.tap("label.opt:has(#answer-1)")

    assert (strong, hand.page.is_visible("#id_proposal")) == (False, True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_kind_of_question_is_accessible_and_narrow(phone, house, scheme):
    link = house.asked[RELEASES][4]
    hand = begun(phone(link, viewport={"width": 320, "height": 640}, color_scheme=scheme))
    faults, wide = {}, {}
    for name in (*(f"q/{number}/" for number in range(1, 10)), "check/", "hand-over/", ""):
        hand.page.goto(f"{link}{name}")
        hand.page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
        hand.page.evaluate(AXE)
        found = hand.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        faults |= {(name, one["id"]): one["nodes"][0]["html"] for one in found["violations"]}
        width = hand.page.evaluate("document.documentElement.scrollWidth")
        wide |= {name: width} if width > 320 else {}

    assert (faults, wide) == ({}, {})
