"""One chart and one of its points, by keys, on paper, and with and without scripts."""

import re

import pytest

CHART = "/metrics/lead-time-for-change/"
A4 = (595, 842)  # points
HERE = "() => document.activeElement.getAttribute('aria-label')"


@pytest.fixture
def tab(browse):
    tab = browse("admin")
    tab.goto(CHART)
    return tab


def points(tab):
    return tab.locator(".only-wide svg a.c-point")


def test_arrow_keys_walk_over_the_points_which_say_their_values(tab):
    points(tab).last.focus()

    heard = []
    for key in ("", "ArrowLeft", "ArrowRight", "Home", "ArrowLeft", "End"):
        if key:
            tab.keyboard.press(key)
        heard.append(tab.evaluate(HERE))

    names = points(tab).evaluate_all("all => all.map(a => a.getAttribute('aria-label'))")
    assert heard == [names[-1], names[-2], names[-1], names[0], names[0], names[-1]]
    assert re.match(r"\d+ \w+: [\d.]+ d", names[-1])


def test_one_point_alone_is_a_stop_of_the_tab_key(tab):
    points(tab).last.focus()
    tab.keyboard.press("Home")

    stops = points(tab).evaluate_all("all => all.filter(a => a.tabIndex === 0).length")

    assert stops == 1


def test_enter_opens_the_point_and_its_talk_goes_on_without_another_page(tab):
    points(tab).last.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/points/**")
    address = tab.url
    said = tab.locator(".talk li").count()

    tab.locator(".thread summary").first.click()
    tab.locator(".thread textarea").first.fill("The freeze is over.")
    tab.locator(".thread").first.get_by_role("button", name="Answer").click()
    tab.get_by_text("The freeze is over.", exact=True).wait_for()

    assert tab.url == address
    assert tab.locator(".talk li").count() == said + 1


def test_without_scripts_points_lead_on_and_answers_are_taken(browse):
    tab = browse("admin", java_script_enabled=False)
    tab.goto(CHART)

    tab.goto(points(tab).last.get_attribute("href"))
    tab.locator("#say-text").fill("Without scripts as well.")
    tab.get_by_role("button", name="Say it").click()

    assert "#comment-" in tab.url
    assert tab.get_by_text("Without scripts as well.", exact=True).is_visible()


@pytest.mark.parametrize("address", [CHART, f"{CHART}?overlay=year"])
def test_the_chart_prints_on_one_upright_page(browse, address):
    page = browse("exec")
    page.goto(address)

    pdf = page.pdf(prefer_css_page_size=True, print_background=True)

    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", pdf)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    assert tuple(round(float(side)) for side in box.groups()) == A4
