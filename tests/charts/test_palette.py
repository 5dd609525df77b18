import re
from pathlib import Path

import pytest

from productops import charts
from productops.charts.palette import ROLES
from tests.charts.test_golden import PICTURES

STYLESHEET = Path(__file__).parents[2] / "static" / "css" / "app.css"


@pytest.mark.parametrize("role", ROLES)
def test_every_role_of_a_chart_has_a_rule_in_the_stylesheet(role):
    assert re.search(rf"\.{re.escape(role)}\b[^{{}}]*{{", STYLESHEET.read_text(encoding="utf-8"))


@pytest.mark.parametrize("palette", [charts.LIGHT, charts.DARK, charts.PRINT])
def test_a_literal_palette_spells_every_colour_out(palette):
    for role in ROLES:
        attributes = palette.attributes(role)

        assert "{" not in attributes
        assert "class=" not in attributes
        assert "fill=" in attributes


def test_literal_colours_are_those_of_the_stylesheet():
    css = STYLESHEET.read_text(encoding="utf-8")
    tokens = dict(re.findall(r"--([\w-]+):light-dark\((#[0-9a-f]+),", css))

    for token, colour in charts.LIGHT.tokens.items():
        short = tokens[token]
        full = "#" + "".join(c * 2 for c in short[1:]) if len(short) == 4 else short
        assert colour == full, token


@pytest.mark.parametrize("name", PICTURES)
def test_no_picture_carries_a_style_that_the_content_policy_forbids(name):
    assert "style=" not in PICTURES[name]()
    assert "var(" not in PICTURES[name]()
