"""Everything by keys: skip, search, go; and none of them while somebody types."""

from urllib.parse import urlsplit

import pytest

FOCUSED = "() => document.activeElement.id || document.activeElement.className"


@pytest.fixture
def tab(browse):
    tab = browse("ops")
    tab.goto("/audits/")
    return tab


def palette(tab):
    return tab.locator("dialog#palette")


def test_the_first_tab_offers_to_skip_to_the_content(tab):
    tab.keyboard.press("Tab")
    offered = tab.evaluate(FOCUSED)
    tab.keyboard.press("Enter")

    assert offered == "skip"
    assert tab.evaluate(FOCUSED) == "main"


@pytest.mark.parametrize("keys", ["Control+k", "/"])
def test_the_palette_opens_by_keys_and_goes_where_one_types(tab, keys):
    tab.keyboard.press(keys)
    palette(tab).wait_for(state="visible")
    tab.keyboard.type("dashboards")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/dashboards/")

    assert tab.inner_text("h1") == "Dashboards"


def test_the_palette_finds_records_while_one_types(tab):
    tab.keyboard.press("Control+k")
    tab.keyboard.type("trunk")
    option = palette(tab).locator("[role=option]", has_text="Trunk-based delivery").first
    option.wait_for()
    option.click()
    tab.wait_for_url(lambda url: "/audits/" not in url)

    assert "Trunk-based delivery" in tab.inner_text("h1")


def test_escape_closes_the_palette_and_gives_the_focus_back(tab):
    tab.keyboard.press("Control+k")
    palette(tab).wait_for(state="visible")
    tab.keyboard.press("Escape")

    assert not palette(tab).is_visible()


def test_escape_closes_a_menu(tab):
    menu = tab.locator(".top details.menu").first
    menu.locator("summary").click()
    tab.keyboard.press("Escape")

    assert menu.get_attribute("open") is None


@pytest.mark.parametrize(
    ("letter", "path", "heading"),
    [("d", "/dashboards/", "Dashboards"), ("h", "/", "Home"), ("t", "/teams/", "Teams")],
)
def test_g_and_a_letter_go_to_a_place(tab, letter, path, heading):
    tab.keyboard.press("g")
    tab.keyboard.press(letter)
    tab.wait_for_url(lambda url: urlsplit(url).path == path)

    assert tab.inner_text("h1") == heading


def test_letters_do_nothing_while_somebody_types(tab):
    tab.fill("main [type=search]", "")
    tab.focus("main [type=search]")
    tab.keyboard.type("g d/")

    assert tab.input_value("main [type=search]") == "g d/"
    assert not palette(tab).is_visible()
    assert tab.evaluate("location.pathname") == "/audits/"


def test_a_question_mark_shows_the_keys(tab):
    tab.keyboard.press("?")

    assert tab.locator("dialog#keys").is_visible()


def test_the_number_of_open_things_comes_later_and_moves_no_focus(browse):
    tab = browse("pm")
    tab.goto("/audits/")
    tab.locator(".bell .dot").wait_for()

    assert tab.inner_text("#work-count").split()[0].isdigit()
    assert tab.evaluate("document.activeElement === document.body")


def test_single_keys_can_be_switched_off(browse):
    tab = browse("exec")
    tab.goto("/dashboards/")
    tab.click(".top details.menu:has(form[action*=logout]) summary")
    tab.click("text=Switch single keys off")
    tab.wait_for_load_state()
    tab.keyboard.press("?")

    assert not tab.locator("dialog#keys").is_visible()
