"""From a new audit to an objective in a real browser, by the clicks that it may take."""

import pytest


class Mouse:
    """A hand that counts its clicks."""

    def __init__(self, page) -> None:
        self.page, self.clicks = page, 0

    def click(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.clicks += 1

    def go(self, selector: str) -> None:
        """Click what leads to another page, and wait for it."""
        with self.page.expect_navigation():
            self.click(selector)


@pytest.fixture
def ops(browse):
    return Mouse(browse("ops"))


def test_an_audit_of_all_teams_is_on_its_way_in_five_clicks(ops):
    ops.page.goto("/")

    ops.go("nav >> text=Audits")
    ops.go("a.primary:has-text('New audit')")
    ops.page.select_option("[name=framework_version]", index=0)
    ops.page.fill("[name=title]", "Where we stand in winter")
    ops.click("label:has-text('Every team')")
    ops.go("button.primary:has-text('Go on to the people')")
    ops.go("button.primary:has-text('Send invitations')")

    assert ops.clicks == 5
    assert "on their way" in ops.page.content()


def test_two_gaps_of_a_result_become_an_objective_in_four_clicks(ops):
    ops.page.goto("/audits/?state=closed")
    ops.page.click("text=Product practice audit, autumn")
    free = "tr:has(.c-chk):not(:has(.c-next a)) .c-chk input"

    ops.click(f"{free} >> nth=0")
    ops.click(f"{free} >> nth=1")
    ops.go("button:has-text('Create objective')")
    filled = ops.page.input_value("[name=title]"), ops.page.input_value("[name=owner]")
    answered = ops.page.locator("input[name=gap]").count()
    ops.go("main button.primary:has-text('Save')")

    assert ops.clicks == 4
    assert all(filled)
    assert answered == 2
