"""The dashboard on one sheet of paper, and on a screen on the wall."""

import re

import pytest

A4_LANDSCAPE = (842, 595)  # points
WALL = {"width": 1920, "height": 1080}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_dashboard_prints_on_one_landscape_page(browse, scheme):
    page = browse("exec", color_scheme=scheme)
    page.goto("/d/product-health/")

    pdf = page.pdf(prefer_css_page_size=True, print_background=True)

    sheets = re.findall(rb"/Type\s*/Page\b", pdf)
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", pdf)
    assert len(sheets) == 1
    assert tuple(round(float(side)) for side in box.groups()) == A4_LANDSCAPE


def test_paper_shows_no_chrome_and_says_where_it_comes_from(browse):
    page = browse("exec")
    page.goto("/d/product-health/")
    page.emulate_media(media="print")

    assert not page.locator(".side").is_visible()
    assert not page.locator(".top").is_visible()
    assert "Printed" in page.inner_text(".print-foot")


def test_the_wall_shows_all_without_scrolling_and_refreshes_itself(browse, house):
    page = browse(viewport=WALL)

    answer = page.goto(house.links["tv"][0])

    size = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    assert page.evaluate(size) == [WALL["width"], WALL["height"]]
    assert answer.headers["refresh"] == "300"
    assert page.locator("table tbody tr").count() >= 12
