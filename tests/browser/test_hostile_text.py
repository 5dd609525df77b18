"""Whatever people write is shown as text, on every page, and never taken for markup."""

import pytest

from tests.browser.conftest import context_of, copy_of, inside, serve
from tests.browser.crawl import shown

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
def happened(slandered, walked, chromium):
    """What hostile text set off while every page was shown that is there without it."""
    found = {"failed": [], "dialogs": [], "elsewhere": [], "markup": [], "read": []}
    context = context_of(chromium, slandered, "admin")
    page = context.new_page()
    page.on("dialog", lambda dialog: (found["dialogs"].append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: found["elsewhere"].append(request.url))
    for url in dict.fromkeys(each.url for role in ("admin", "") for each in shown(walked[role])):
        status = page.goto(url).status
        found["failed"] += [(url, status)] if status >= 400 else []
        found["markup"] += [(url, part) for part in page.evaluate(TAKEN_FOR_MARKUP)]
        found["read"] += [url] if "onerror=alert" in page.inner_text("body") else []
    context.close()
    ours = (slandered.url, "data:")
    found["elsewhere"] = [url for url in found["elsewhere"] if not url.startswith(ours)]
    return found


def test_hostile_text_is_read_as_text_on_most_pages(happened, walked):
    assert len(happened["read"]) > len(shown(walked["admin"])) / 2


@pytest.mark.parametrize("what", ["failed", "dialogs", "elsewhere", "markup"])
def test_hostile_text_sets_nothing_off(happened, what):
    assert happened[what] == []
