"""Writing a questionnaire at a desk: with scripts, and without any."""

import pytest

ADD = ".outline .add"


def fill(page, **values):
    for name, text in values.items():
        page.fill(f"#editor-form [name='{name}']", text)


def press(page, selector):
    with page.expect_navigation():
        page.click(selector)


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_questionnaire_is_written_previewed_and_published(browse, has_scripts):
    page = browse("admin", java_script_enabled=has_scripts)
    title = f"How we decide {'with' if has_scripts else 'without'} scripts"
    page.goto("/audits/templates/new/")
    page.fill("#id_title", title)
    press(page, "main button.primary")

    page.select_option("#add-kind", "section")
    press(page, f"{ADD} button")
    fill(page, title="Decisions")
    press(page, "#editor-form button.primary")
    page.select_option("#add-kind", "level")
    press(page, f"{ADD} button")
    fill(page, text="Who decides what is built?")
    press(page, "[name=do][value='choices:down:0']")
    page.click("text=Preview")
    page.wait_for_url("**/preview/**")
    seen = page.inner_text(".phone h2"), page.inner_text(".phone .opt >> nth=0")
    page.check(".phone input[type=radio] >> nth=0")
    press(page, ".phone button.primary")
    over = page.inner_text(".phone h3")
    page.goto(page.url.split("/preview/")[0] + "/publish/")
    page.fill("#id_summary", "The first version")
    press(page, "main button.primary")

    assert seen[0] == "Who decides what is built?"
    assert "By chance" in seen[1]
    assert over == "That is all"
    assert page.inner_text("main h1") == f"{title} v1"
