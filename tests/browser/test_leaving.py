"""After signing out nothing of what was read stays within reach."""

import pytest

from tests.browser.scene import PASSWORD, WHO


@pytest.fixture
def signed_in(browse):
    page = browse()
    page.goto("/people/")
    page.fill("[name=login]", WHO["admin"])
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit], main form button.primary")
    page.wait_for_url("**/people/")
    return page


def sign_out(page) -> None:
    page.click(".top details.menu:has(form[action*=logout]) summary")
    page.click("form[action*=logout] button")
    page.wait_for_url("**/accounts/login/**")


def test_back_shows_nothing_after_signing_out(signed_in):
    assert "Mia Brandt" in signed_in.inner_text("main")
    sign_out(signed_in)

    signed_in.go_back()

    assert "Mia Brandt" not in signed_in.content()
    assert "/accounts/login/" in signed_in.url


def test_another_window_shows_nothing_more_after_signing_out(signed_in):
    other = signed_in.context.new_page()
    other.goto("/people/")
    sign_out(signed_in)

    other.click("nav >> text=Teams")

    assert "/accounts/login/" in other.url
