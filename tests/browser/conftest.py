"""One real installation with the demo, served by itself, and a real Chromium before it.

Playwright keeps an event loop running while it is open, in which Django's tests would not touch
the database: so it is opened and closed with each module, the installation once for all.
"""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.crawl import crawl
from tests.process.installation import ROOT, Installation, eventually

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ROLES = ["admin", "pm", "exec", "respondent", ""]  # "" is whoever holds the links of mails
# Where each begins beside what links lead to.
START = {"pm": ["/work/"], "exec": ["/d/"], "respondent": ["/work/"], "": ["/accounts/login/"]}
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass
class House:
    """The running installation: its address, a session for each role, and links."""

    installation: Installation
    sessions: dict[str, str]
    links: dict[str, list[str]]
    places: list[str]
    asked: dict[str, list[str]]  # links to answer by, by the title of the audit

    @property
    def port(self) -> int:
        return self.installation.port

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def cookie(self, role: str) -> str:
        return f"productops_session={self.sessions[role]}" if role else ""


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """An installation whose programs do not run, to be copied, and the keys to it."""
    installation = Installation(tmp_path_factory.mktemp("prepared"))
    try:
        installation.manage("migrate", "--run-syncdb", "--verbosity", "0")
        installation.manage("demo")
        told = json.loads(inside(installation, "scene", "tell"))
        yield installation, told
    finally:
        installation.close()


def inside(installation: Installation, module: str, function: str) -> str:
    """Call a function of this folder inside an installation; what it printed."""
    code = f"from tests.browser.{module} import {function}; {function}()"
    return installation.manage("shell", "--verbosity", "0", "--command", code)


def copy_of(prepared, folder: Path) -> House:
    """Another installation with the same rows and the same secret, so that its links hold."""
    original, told = prepared
    copy = Installation(folder, like=original)
    (folder / "data").mkdir(exist_ok=True)
    shutil.copy(original.folder / "data" / "secret_key", folder / "data")
    if (files := original.folder / "data" / "files").exists():
        shutil.copytree(files, folder / "data" / "files", dirs_exist_ok=True)
    return House(copy, **told)


@pytest.fixture(scope="session")
def house(prepared, tmp_path_factory):
    house = copy_of(prepared, tmp_path_factory.mktemp("house"))
    try:
        serve(house.installation)
        yield house
    finally:
        house.installation.close()


@pytest.fixture(scope="session")
def walked(house):
    """What each role read: a page of every route that its links lead to."""
    begins = {role: ["/", *START.get(role, [])] for role in ROLES}
    begins["admin"] += ["/search/?q=trunk", *house.places]
    begins[""] += ["/accounts/password/reset/done/", *(held[0] for held in house.links.values())]
    return {role: crawl(house.port, house.cookie(role), begins[role]) for role in ROLES}


def serve(installation: Installation) -> Installation:
    """The web process alone: nothing here waits for a worker."""
    installation.process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "serve", "--only", "web"],
        env=installation.environment,
        stderr=installation.log,
        stdout=installation.log,
    )
    eventually(lambda: installation.health("live")[0] == 200)
    return installation


@pytest.fixture(scope="module")
def chromium():
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield browser
        browser.close()


def context_of(chromium: Browser, house: House, role: str = "", **options) -> BrowserContext:
    """A browser of its own, in which the role is signed in; "" is nobody."""
    context = chromium.new_context(**{"base_url": house.url, "viewport": DESKTOP} | options)
    if role:
        cookie = {"name": "productops_session", "value": house.sessions[role], "url": house.url}
        context.add_cookies([cookie])
    return context


@pytest.fixture
def browse(chromium, house):
    """``browse("pm", viewport=PHONE)``: a page in a browser of that role, closed afterwards."""
    opened = []

    def open_one(role: str = "", **options):
        opened.append(context_of(chromium, house, role, **options))
        return opened[-1].new_page()

    yield open_one
    for context in opened:
        context.close()
