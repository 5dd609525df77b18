"""A dashboard on paper: one page of A4 landscape, tagged, its words, nothing read as markup."""

import re
import shutil
import subprocess
import time
from dataclasses import replace
from datetime import date

import pytest
import typst
from django.urls import reverse

from metrics.actions import dashboards as actions
from metrics.boards import frozen as kept
from metrics.boards import sheet
from metrics.boards.content import (
    Change,
    DashboardContent,
    ImprovementLine,
    KpiLine,
    ObjectiveLine,
    Objectives,
    Practice,
    PracticeLine,
)
from metrics.briefing import Briefing, Sentence
from productops import clock
from productops.charts.shapes import Bullet, Dots, Point, Segment, Sparkline, Track
from productops.documents import writing
from tests.factories.metrics import weekly_series
from tests.factories.objectives import KpiFactory, KpiVersionFactory

MAKING = {"source": "https://halden.example/d/health/", "organisation": "Halden Software"}
HOSTILE = (
    '#panic("x")', "$ x^2", "\\", "@nobody", "<label>", "= Heading", "*bold* _it_ `raw`", "// gone",
    "/* gone", "#import \"/etc/passwd\"", '"', "{{ x }}", "#{", "]", ")", "- list", "~", "---",
    "</svg>", "&amp;", "\u202eltr", "日本語 Ελλάδα 🎉",
)  # fmt: skip


def line(number: int, **more) -> KpiLine:
    points = tuple(Point(str(n), 10 + (n * 7 + number) % 5) for n in range(26))
    said = {
        "ref": f"series:{number}", "name": f"KPI number {number}", "value": "12.4", "unit": "\xa0d",
        "kind": "good", "reading": "Better than usual", "owner": "Checkout · Mia Brandt",
        "group": f"Group {number // 5}", "usual": "usual 9.1–14.2", "target": "≤ 12",
        "assurance": "hit_or_miss", "assurance_text": "hit or miss",
        "spark": Sparkline(f"KPI {number}: 12.4 d", points, (Segment(0, 12, 9, 14),)),
        "bullet": Bullet("12.4 d, target ≤ 12", 12.4, 9.1, 14.2, 12),
    }  # fmt: skip
    return KpiLine(**said | more)


SENTENCE = Sentence("good", False, "Trunk", "/", "It fell.", "Tomás Rey")
OBJECTIVE = ObjectiveLine("", "Ship", "", "72%", Track("Ship: 72%", 0.7, 0.6), "good", "On track")
FLOW = PracticeLine("Flow", "2.9", Dots("Flow: now 2.9", 2.9, 3))


def board(count: int = 12, **more) -> DashboardContent:
    """A page on which every card has something to say."""
    said = {
        "title": "Product health",
        "slug": "health",
        "on": date(2026, 11, 26),
        "meta": ("16–22 Nov, complete", "12 of 12 KPIs up to date"),
        "rows": tuple(map(line, range(count))),
        "brief": Briefing("One new verdict.", (SENTENCE,) * 3),
        "objectives": Objectives("Q4", 3, (OBJECTIVE,) * 3),
        "improvements": (ImprovementLine("", "Trunk", "", "good", "Improved", "live"),) * 3,
        "practice": Practice("", "Practice", "", "2.4", "4", (FLOW,) * 9),
    }
    return DashboardContent(**said | more)


def pages(content: DashboardContent) -> list[bytes]:
    source = (writing.HERE / "board.typ").read_bytes()
    data = writing.json.dumps(sheet.data_of(content, **MAKING))
    found = typst.compile(
        source,
        root=writing.HERE,
        font_paths=writing.fonts(),
        sys_inputs={"data": data},
        format="svg",
    )
    return found if isinstance(found, list) else [found]


def text_of(document: bytes) -> str:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not on this machine")
    command = ["pdftotext", "-layout", "-", "-"]
    found = subprocess.run(command, input=document, capture_output=True, check=True)
    return " ".join(found.stdout.decode().split())


def test_it_is_one_tagged_page_with_title_and_language():
    document = sheet.pdf_of(board(), **MAKING)

    assert document.startswith(b"%PDF-1.")
    assert len(pages(board())) == 1
    for mark in (b"/MarkInfo", b"/StructTreeRoot", b"/Lang(en-GB)", b"pdfuaid:part"):
        assert mark in document
    assert re.search(rb"<dc:title>.*Product health", document, re.DOTALL)


def test_it_is_landscape():
    [page] = pages(board())

    size = re.search(rb'viewBox="0 0 ([\d.]+) ([\d.]+)"', page)
    assert [round(float(side)) for side in size.groups()] == [842, 595]


def test_it_says_what_the_page_says():
    text = text_of(sheet.pdf_of(board(), **MAKING))

    for said in (
        "Product health", "16–22 Nov, complete", "One new verdict.", "It fell. Tomás Rey",
        "KPI number 11", "Checkout · Mia Brandt", "12.4 d", "Better than usual", "usual 9.1–14.2",
        "≤ 12, hit or miss", "On track", "level 2.4 of 4", "Halden Software · Product health",
        "As of 26 Nov 2026, from https://halden.example/d/health/ · 1 / 1",
    ):  # fmt: skip
        assert said in text


def test_sixty_kpis_go_on_to_further_pages_and_lose_none():
    content = board(60)

    assert 2 <= len(pages(content)) <= 5
    text = text_of(sheet.pdf_of(content, **MAKING))
    assert [n for n in range(60) if f"KPI number {n} " not in text] == []
    assert text.count("Against target") == len(pages(content))


def test_it_takes_well_under_a_second():
    sheet.pdf_of(board(), **MAKING)
    began = time.perf_counter()

    sheet.pdf_of(board(60), **MAKING)

    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_read_as_markup(text):
    hostile = line(
        1, name=text, owner=text, reading=text, usual=text, target=text, unit=text, group=text
    )
    hostile = replace(hostile, spark=replace(hostile.spark, name=text), changes=(Change(text),))
    content = board(
        title=text, meta=(text,), rows=(hostile,),
        brief=Briefing(text, (Sentence("bad", True, text, "", text, text),)),
        improvements=(ImprovementLine("", text, "", "bad", text, text),),
    )  # fmt: skip

    document = sheet.pdf_of(content, source=text, organisation=text)

    letters = [letter for letter in text if letter.isascii() and not letter.isspace()]
    found = text_of(document)
    assert [letter for letter in letters if letter not in found] == []


def test_control_characters_stop_nothing():
    assert sheet.pdf_of(
        board(title="a\x00b\x07\ud800".encode("utf-8", "replace").decode()), **MAKING
    )


def test_an_empty_dashboard_is_a_page_too():
    empty = board(0, brief=Briefing("", ()), objectives=None, improvements=(), practice=None)

    assert len(pages(empty)) == 1


def test_a_refusal_of_the_template_is_said_by_name():
    with pytest.raises(writing.Unprintable, match="board"):
        writing.write_pdf("board", {"title": 1})


# Over HTTP ---------------------------------------------------------------------------------
@pytest.fixture
def dashboard(ines, checkout):
    dashboard = actions.make_dashboard(title="Health", slug="health", chair=ines, by=ines)
    kpi = KpiFactory(name="Lead time")
    KpiVersionFactory(kpi=kpi, direction="down")
    values = [10, 11, 9, 10, 12, 10, 9, 11, 10, 11, 9, 10, 11, 10]
    series = weekly_series(values, clock.today(), kpi=kpi, subject=checkout.subject)
    actions.add_row(dashboard=dashboard, series=series, group="Flow", by=ines)
    return dashboard


def test_the_page_comes_as_pdf_live_and_kept(as_, ines, dashboard):
    frozen = kept.freeze_now(dashboard=dashboard, by=ines, today=clock.today())
    client = as_(ines)

    for url in (dashboard.get_absolute_url(), frozen.get_absolute_url()):
        response = client.get(f"{url}?format=pdf")

        assert response["Content-Type"] == "application/pdf"
        assert "Lead time" in text_of(response.content)
        assert f"http://testserver{url}" in text_of(response.content)


def test_a_reader_gets_on_paper_what_they_may_see(as_, jonas, ines, dashboard):
    frozen = kept.freeze_now(dashboard=dashboard, by=ines, today=clock.today())

    for url in (reverse("metrics:dashboard-detail", args=["health"]), frozen.get_absolute_url()):
        response = as_(jonas).get(f"{url}?format=pdf")

        assert "Lead time" not in text_of(response.content)
