"""Parts of pages: what they say to readers, keyboards and assistive technology."""

import gzip
import re
from hashlib import sha256
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import Context, Template
from django.template.loader import get_template
from django.test import RequestFactory
from django.urls import reverse

from productops import navigation, querystrings

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
FRAGMENTS = sorted(path.name for path in (TEMPLATES / "ui").glob("*.html"))
SPRITE = (ROOT / "static" / "img" / "icons.svg").read_text(encoding="utf-8")


def rendered(text, path="/gaps/", **context):
    request = RequestFactory().get(path)
    return Template(text).render(Context({"request": request} | context))


class Filters(forms.Form):
    q = forms.CharField(label="Search", required=False)
    status = forms.MultipleChoiceField(
        label="Status", required=False, choices=[("open", "Open"), ("closed", "Closed")]
    )


class Sample(forms.Form):
    title = forms.CharField(label="Title", help_text="A few words")
    note = forms.CharField(label="Note", required=False)
    agreed = forms.BooleanField(label="Agreed", required=False)
    level = forms.ChoiceField(label="Level", choices=[("a", "A")], widget=forms.RadioSelect)


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_fragment_compiles_and_says_first_what_it_needs(name):
    get_template(f"ui/{name}")

    text = (TEMPLATES / "ui" / name).read_text(encoding="utf-8")
    assert text.startswith("{# needs: ")
    assert "{% extends" not in text


OURS = [*TEMPLATES.glob("*.html"), *(p for d in ("ui", "errors", "account", "mfa", "allauth",
        "productops") for p in (TEMPLATES / d).rglob("*.html"))]  # fmt: skip


HANDLERS = "click|change|input|submit|load|error|keydown|keyup|focus|blur"
FORBIDDEN = re.compile(rf"\sstyle=|\son({HANDLERS})=|<style|<script(?![^>]*\bsrc=)|javascript:")


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_carries_what_the_content_policy_forbids(path):
    text = path.read_text(encoding="utf-8")

    assert not FORBIDDEN.search(text)


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_icon_a_template_names_is_in_the_sprite(path):
    for name in re.findall(r"{% icon \"([\w-]+)\"", path.read_text(encoding="utf-8")):
        assert f'id="{name}"' in SPRITE


@pytest.mark.parametrize("item", [*navigation.PLACES, *navigation.BEGINNINGS])
def test_every_icon_of_the_navigation_is_in_the_sprite(item):
    assert f'id="{item.icon}"' in SPRITE


def test_letters_of_the_navigation_are_unlike_each_other():
    letters = [place.letter for place in navigation.PLACES]

    assert len(set(letters)) == len(letters)


def test_an_entry_whose_address_no_app_offers_is_left_out():
    nowhere = navigation.Item("x", "X", "house", "no-such:address")

    assert navigation.open_to("admin", [nowhere]) == []


def test_an_icon_is_hidden_unless_it_has_a_label():
    assert 'aria-hidden="true"' in rendered('{% icon "check" %}')
    assert 'role="img" aria-label="Done"' in rendered('{% icon "check" "Done" %}')


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("good", "<circle"),
        ("bad", "M6 .4"),
        ("danger", "M3.6.5"),
        ("done", "M4.6"),
        ("stale", "stroke-dasharray"),
    ],
)
def test_a_status_has_a_shape_a_word_and_a_colour(kind, shape):
    text = rendered('{% status kind "Late" %}', kind=kind)

    assert f'class="status {kind}"' in text
    assert shape in text
    assert text.strip().endswith("Late</span>")


def test_a_status_of_an_unknown_kind_is_drawn_flat():
    assert 'class="status flat"' in rendered("{% status kind 'Odd' %}", kind='"><script>')


def test_texts_in_parts_are_escaped():
    hostile = "<script>alert(1)</script>"
    text = rendered(
        "{% page_head x meta=x %}{% endpage_head %}{% card x %}{{ x }}{% endcard %}"
        "{% toast x %}{% stat x x %}{% tab '#' x %}{% copy_box x x %}",
        x=hostile,
    )

    assert "<script>" not in text


def test_page_head_holds_one_heading_and_its_actions():
    text = rendered(
        '{% page_head "Gaps" parent="Audits" parent_url="/audits/" %}'
        '<a class="btn" href="/new/">New</a>{% endpage_head %}'
    )

    assert text.count("<h1>Gaps</h1>") == 1
    assert '<a href="/audits/">Audits</a>' in text
    assert '<div class="actions"><a class="btn" href="/new/">New</a></div>' in text


def test_the_current_tab_is_marked_for_assistive_technology():
    text = rendered(
        '{% tabs "Audit" %}{% tab "/a/" "Result" True %}{% tab "/b/" "Gaps" %}{% endtabs %}'
    )

    assert text.count('aria-current="page"') == 1
    assert '<a href="/a/" aria-current="page">Result</a>' in text


def test_a_field_has_label_hint_and_error_tied_to_it():
    html = str(Sample({"title": ""})["title"].as_field_group())

    assert '<label for="id_title">Title</label>' in html
    assert 'id="id_title_helptext">A few words' in html
    assert 'id="id_title_error"' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'aria-invalid="true"' in html


def test_optional_fields_say_so_and_required_ones_bear_no_asterisk():
    html = str(Sample())

    assert html.count("(optional)") == 1
    assert "*" not in html


def test_a_group_of_choices_is_a_fieldset_with_a_legend():
    html = str(Sample()["level"].as_field_group())

    assert "<fieldset" in html
    assert "<legend><span>Level</span></legend>" in html


def test_a_form_with_errors_begins_with_a_summary_that_leads_to_each_field():
    html = str(Sample({}))

    assert html.index("There is a problem") < html.index("<label")
    assert '<a href="#id_title">Title: This field is required.</a>' in html
    assert '<a href="#id_level">Level: This field is required.</a>' in html


def test_a_form_without_errors_has_no_summary():
    assert "There is a problem" not in str(Sample())


def test_chips_name_each_active_filter_and_lead_to_the_list_without_it():
    params = QueryDict("q=lead&status=open&status=closed&page=3")

    chips = list(querystrings.chips(Filters(params), params))

    assert [(chip.field, chip.value) for chip in chips] == [
        ("Search", "lead"),
        ("Status", "Open"),
        ("Status", "Closed"),
    ]
    assert chips[1].url == "?q=lead&status=closed"


def test_filter_bar_announces_the_number_of_results():
    text = rendered(
        '{% filter_bar form count=1 one="gap" many="gaps" %}', "/gaps/?q=lead", form=Filters()
    )

    assert 'role="status"' in text
    assert "1 gap<" in text


def test_filter_bar_works_without_a_script():
    text = rendered('{% filter_bar form target="list" %}', form=Filters())

    assert 'method="get" action="/gaps/"' in text
    assert 'hx-get="/gaps/"' in text


def test_pages_keep_the_filters_and_mark_the_current_one():
    page = Paginator(range(233), 50).get_page(2)
    text = rendered("{% pagination page %}", "/gaps/?status=open&page=2", page=page)

    assert "51–100 of 233" in text
    assert 'href="?status=open&amp;page=3"' in text
    assert '<span class="here" aria-current="page">2</span>' in text


def test_a_single_page_needs_no_pagination():
    page = Paginator(range(3), 50).get_page(1)

    assert "nav" not in rendered("{% pagination page %}", page=page)


@pytest.mark.parametrize(
    ("query", "direction", "following"),
    [("", "", "sort=due"), ("?sort=due", "ascending", "sort=-due"),
     ("?sort=-due&page=4", "descending", "sort=due")],
)  # fmt: skip
def test_a_column_sorts_up_and_then_down_from_the_first_page(query, direction, following):
    text = rendered('{% sort_header "due" "Due" %}', f"/gaps/{query}")

    assert (f'aria-sort="{direction}"' in text) == bool(direction)
    assert f'href="?{following}"' in text


def test_a_toast_with_a_way_back_stays_and_posts():
    text = rendered('{% toast "Gap removed" undo_url="/trash/7/" %}', csrf_token="token")

    assert "data-stay" in text
    assert 'method="post" action="/trash/7/"' in text
    assert 'value="token"' in text


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/", "//elsewhere.example/", "error"]
)
def test_a_toast_never_posts_to_another_host(elsewhere):
    assert "<form" not in rendered('{% toast "Text" undo_url=url %}', url=elsewhere)


def test_tasks_that_cannot_start_are_no_links():
    text = rendered("{% task_list tasks %}", tasks=[
        {"title": "Done", "url": "/a/", "state": "done"},
        {"title": "Later", "url": "/b/", "state": "cannot"},
        {"title": "Next", "url": "/c/"},
    ])  # fmt: skip

    assert re.findall(r'href="([^"]+)"', text) == ["/a/", "/c/"]
    assert "Cannot start yet" in text


def test_heatmap_writes_the_number_and_words_into_every_cell():
    row = {"name": "Measurement", "cells": [
        {"text": "1.2", "step": -3, "words": "1.8 below target", "url": "/x/"}, {"text": ""},
    ]}  # fmt: skip
    text = rendered('{% heatmap "Scores" columns rows %}', columns=[{"name": "A"}, {"name": "B"}],
                    rows=[row])  # fmt: skip

    assert 'data-h="-3"' in text
    assert 'aria-label="Measurement: 1.2, 1.8 below target"' in text
    assert "no answer" in text


@pytest.mark.parametrize(
    ("cookie", "expected"),
    [("dark", "dark"), ("light", "light"), ('"><b>', "system"), ("", "system")],
)
def test_theme_is_one_of_three_whatever_the_cookie_says(cookie, expected):
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = cookie

    assert Template("{% theme %}").render(Context({"request": request})) == expected


def test_style_guide_shows_every_part_to_an_administrator(as_, olga):
    response = as_(olga).get(reverse("styleguide"))

    assert response.status_code == 200
    for sign in ("class=\"chart\"", "class=\"heat\"", "class=\"opts\"", "class=\"timeline\"",
                 "class=\"bulk\"", "class=\"pages\"", "class=\"empty\"", "<dialog"):  # fmt: skip
        assert sign in response.text


def test_style_guide_answers_422_to_its_empty_form(as_, olga):
    response = as_(olga).post(reverse("styleguide"), {})

    assert response.status_code == 422
    assert "<title>Error: " in response.text


@pytest.mark.parametrize("who", ["ines", "mia", "astrid", "rui"])
def test_style_guide_is_for_administrators_only(as_, who, request):
    response = as_(request.getfixturevalue(who)).get(reverse("styleguide"))

    assert response.status_code == 403


def test_a_person_chooses_a_theme_and_finds_it_again(as_, ines):
    client = as_(ines)

    response = client.post(reverse("appearance"), {"theme": "dark", "next": "/work/"})

    ines.refresh_from_db()
    assert response.url == "/work/"
    assert ines.theme == "dark"
    assert client.cookies["theme"].value == "dark"


def test_a_person_switches_single_keys_off(as_, ines):
    as_(ines).post(reverse("appearance"), {"keys": "off"})

    ines.refresh_from_db()
    assert not ines.uses_shortcuts


def test_an_unknown_theme_changes_nothing_and_another_host_is_no_way_back(as_, ines):
    response = as_(ines).post(
        reverse("appearance"), {"theme": "pink", "next": "https://elsewhere.example/"}
    )

    ines.refresh_from_db()
    assert response.url == "/"
    assert ines.theme == "system"


def test_the_first_view_of_a_page_is_light(as_, olga):
    """HTML, style, script and icons together stay under 60 kB as they are sent."""
    html = as_(olga).get(reverse("styleguide")).content
    files = ["static/css/app.css", "static/js/app.js", "static/img/icons.svg"]
    sent = [html, *((ROOT / name).read_bytes() for name in files)]
    htmx = 16_600  # what django-htmx's minified htmx 2 takes compressed

    assert sum(len(gzip.compress(part)) for part in sent) + htmx < 60_000


def test_sign_in_wears_our_look_and_names_what_is_missing(client, olga):
    response = client.post(reverse("account_login"), {})

    assert 'class="focus entrance"' in response.text
    assert "Password: This field is required." in response.text


@pytest.mark.parametrize("page", ["account_change_password", "mfa_index", "account_logout"])
def test_pages_of_ones_own_account_stand_inside_the_application(as_, mia, page):
    response = as_(mia).get(reverse(page))

    assert response.status_code == 200
    assert 'class="shell"' in response.text


@pytest.mark.parametrize("status", [400, 403, 404, 413, 429, 503])
def test_a_refusal_says_what_happened_and_leads_back(status):
    text = get_template(f"{status}.html").render({})

    assert text.count("<h1>") == 1
    assert 'href="/"' in text


def test_the_page_for_our_own_faults_needs_neither_request_nor_database():
    text = get_template("500.html").render({"reference": "8f2c"})

    assert "8f2c" in text
    assert "<script" not in text


VENDORED = re.findall(
    r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|$",
    (ROOT / "static" / "vendor" / "README.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


@pytest.mark.parametrize(("name", "digest"), VENDORED)
def test_a_file_of_others_is_the_one_that_was_written_down(name, digest):
    assert sha256((ROOT / "static" / name).read_bytes()).hexdigest() == digest


def test_every_font_is_written_down_with_its_licence():
    fonts = {path.name for path in (ROOT / "static" / "fonts").glob("*.woff2")}

    assert fonts <= {Path(name).name for name, _digest in VENDORED}
