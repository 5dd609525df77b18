"""A Monday morning on a phone: all that is due, in two taps each."""

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.scene import WAITING

MOST_TAPS = 2  # confidence, Save; the value comes with the data, the words are drafted
FINGER = 44  # pixels


def card_of(tab, title):
    return tab.locator(".check-in-card", has_text=title)


def confidence(card, number):
    return card.get_by_role("radio", name=str(number), exact=True)


@pytest.fixture
def tab(browse):
    tab = browse("pm", viewport=PHONE, has_touch=True)
    tab.goto("/work/check-ins/")
    return tab


def test_two_taps_say_a_word_lead_on_to_the_next_card_and_a_third_takes_it_back(tab):
    first, second = (card_of(tab, title) for title in WAITING)
    due = tab.locator(".check-in-card").count()
    drafted = first.locator("textarea").first.input_value()
    taps = []

    for target in (first.locator(".tap-one").nth(7), first.locator("button.primary")):
        target.tap()
        taps.append(target)
    line = tab.locator(".said-line", has_text=WAITING[0])
    line.wait_for()

    assert len(taps) <= MOST_TAPS
    assert drafted.startswith("It stands at")
    assert "confidence 7 of 10" in line.inner_text()
    assert f"1 of {due} said" in tab.inner_text("#check-in-count")
    assert tab.evaluate("document.activeElement.textContent.trim()") == WAITING[1]
    assert second.is_visible()

    line.get_by_role("button", name="Undo").tap()
    first.wait_for()

    assert confidence(first, 7).is_checked()
    assert first.locator("textarea").first.input_value() == drafted
    assert f"0 of {due} said" in tab.inner_text("#check-in-count")


@pytest.mark.parametrize("width", [320, PHONE["width"]])
def test_every_step_of_confidence_is_as_large_as_a_finger_and_none_lies_outside(tab, width):
    tab.set_viewport_size({"width": width, "height": PHONE["height"]})
    steps = card_of(tab, WAITING[0]).locator(".tap-one")

    boxes = [steps.nth(number).bounding_box() for number in range(11)]

    assert min(box["height"] for box in boxes) >= FINGER
    assert min(box["width"] for box in boxes) >= FINGER
    assert tab.evaluate("document.documentElement.scrollWidth") == width


def test_the_scale_is_walked_by_arrows_and_a_digit_chooses(browse):
    tab = browse("pm", viewport=DESKTOP)
    tab.goto("/work/check-ins/")
    card = card_of(tab, WAITING[1])

    confidence(card, 4).focus()
    tab.keyboard.press("Space")
    tab.keyboard.press("ArrowRight")
    walked = confidence(card, 5).is_checked()
    tab.keyboard.press("8")

    assert walked
    assert confidence(card, 8).is_checked()
    assert not card_of(tab, WAITING[0]).locator("input:checked").count()


def test_it_works_without_scripts(browse):
    tab = browse("pm", viewport=PHONE, java_script_enabled=False)
    tab.goto("/work/check-ins/")
    card = card_of(tab, WAITING[1])

    card.locator(".tap-one").nth(6).click()
    card.locator("button.primary").click()

    line = tab.locator(".said-line", has_text=WAITING[1])
    assert "confidence 6 of 10" in line.inner_text()
    line.get_by_role("button", name="Undo").click()
    assert card_of(tab, WAITING[1]).is_visible()
