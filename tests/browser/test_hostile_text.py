"""Whatever people write is shown as text, on every page, and never taken for markup."""

import pytest

from tests.browser.conftest import context_of, copy_of, inside, serve
from tests.browser.crawl import crawl

TAKEN_FOR_MARKUP = """() => [...document.querySelectorAll(
  "img[src*=evil],iframe,#evil,main style,script:not([src]),[onerror],[onload],[onmouseover]," +
  "a[href^='javascript:' i],a[href^='data:' i]")].map((part) => part.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def slandered(prepared, tmp_path_factory):
    """The same installation, in which every text that people write is an attack."""
    house = copy_of(prepared, tmp_path_factory.mktemp("slandered"))
    try:
        inside(house.installation, "slander", "slander")
        serve(house.installation)
        yield house
    finally:
        house.installation.close()


@pytest.fixture(scope="module")
def pages(slandered):
    """Every page that an administrator or the holder of a link can reach."""
    admin = crawl(
        slandered.port,
        slandered.cookie("admin"),
        ["/", "/search/?q=evil", "/work/", *slandered.places],
    )
    links = [many[0] for many in slandered.links.values()]
    return [*admin, *crawl(slandered.port, "", links)]


@pytest.fixture(scope="module")
def happened(slandered, pages, chromium):
    """What hostile text set off while all pages were shown."""
    dialogs, requests, markup = [], [], []
    context = context_of(chromium, slandered, "admin")
    page = context.new_page()
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: requests.append(request.url))
    for each in pages:
        if each.status == 200 and each.kind == "text/html":
            page.goto(each.url)
            markup += [(each.url, found) for found in page.evaluate(TAKEN_FOR_MARKUP)]
    context.close()
    elsewhere = [url for url in requests if not url.startswith((slandered.url, "data:"))]
    return {"dialogs": dialogs, "elsewhere": elsewhere, "markup": markup}


def test_no_page_fails_on_hostile_text(pages):
    failed = [(page.url, page.status) for page in pages if page.status >= 400]

    assert failed == []


@pytest.mark.parametrize("what", ["dialogs", "elsewhere", "markup"])
def test_hostile_text_sets_nothing_off(happened, what):
    assert happened[what] == []
