"""House rules for templates: fragments say what they need, every text can be translated."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

TEMPLATES = Path(__file__).parents[2] / "templates"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
FRAGMENTS = [name for name in NAMES if Path(name).name.startswith("_")]
# Mails are read by programs that know no style sheets.
PAGES = [name for name in NAMES if not name.startswith("mail/")]
# One is for when nothing else may be relied on; the other shows samples to administrators.
STANDS_ALONE = {"500.html", "productops/styleguide.html"}
TAGS = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>", re.DOTALL)
TRANSLATED = re.compile(r"{%-?\s*blocktrans(late)?.*?{%-?\s*endblocktrans(late)?\s*-?%}", re.DOTALL)
# Blocks that hold a name for the frame, not a text for people.
NAMED = re.compile(r"{% block (?:active|focus_class|code)\b.*?{% endblock %}", re.DOTALL)
SCRIPTS = re.compile(r"<(script|style|title|pre|code|kbd)[ >].*?</\1>", re.DOTALL)


def read(name: str) -> str:
    return (TEMPLATES / name).read_text()


@pytest.mark.parametrize("name", NAMES)
def test_a_template_compiles(name):
    assert get_template(name)


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_fragment_states_its_needs_and_extends_nothing(name):
    text = read(name)

    assert text.startswith("{# needs:")
    assert "{% extends" not in text


@pytest.mark.parametrize("name", PAGES)
def test_a_page_holds_no_inline_script_style_or_handler(name):
    text = re.sub(r"{[%#].*?[%#]}", " ", read(name))

    assert re.findall(r"\sstyle=|<style|\son[a-z]+=|javascript:", text) == []
    assert re.findall(r"<script(?![^>]*\ssrc=)", text) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_no_other_host_for_anything(name):
    assert re.findall(r'(?:src|href)="(?:https?:)?//', read(name)) == []


@pytest.mark.parametrize("name", sorted(set(PAGES) - STANDS_ALONE))
def test_every_text_goes_through_gettext(name):
    text = NAMED.sub(" ", TRANSLATED.sub(" ", read(name)))
    bare = TAGS.sub(" ", SCRIPTS.sub(" ", text))
    words = re.findall(r"[^\W\d_]{3,}", re.sub(r"&\w+;", " ", bare))

    assert [word for word in words if word not in {"ProductOps", "Ctrl", "Enter", "Esc"}] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_form_that_changes_something_carries_its_csrf_token(name):
    forms = re.findall(r'<form[^>]*method="post".*?</form>', read(name), re.DOTALL)

    assert [form[:80] for form in forms if "csrf" not in form] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_form_works_without_htmx(name):
    forms = re.findall(r"<form[^>]*>", read(name))

    assert [form for form in forms if "hx-post" in form and "action=" not in form] == []
