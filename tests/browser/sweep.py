"""Look at one page as a browser shows it: large and light, small and dark, and very narrow."""

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import DESKTOP, PHONE

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
NARROW = {"width": 320, "height": 640}
# Begun in one window and not waited for, so that two windows are judged at once.
BEGIN = """() => { window.judged = axe.run(document, {resultTypes: ["violations"]}); }"""
JUDGED = """async () => (await window.judged).violations.map(
  (rule) => `${rule.id} ${rule.nodes[0].target.join(" ")} and ${rule.nodes.length - 1} more`)"""
# What is on its way is paler until it is there.
IDLE = "() => !document.querySelector('[aria-busy=true]')"
# What sticks out is named, so that nobody has to search; what scrolls within itself may.
STICKS_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("main *")]
    .filter((part) => part.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map((part) => `${part.tagName} ${part.className}`)"""
# Made for one screen of a known size, and never read on another.
WALLS = {"metrics:dashboard-wall"}


class Looker:
    """Two windows side by side; ``found`` holds, for each aspect, what is wrong and where."""

    def __init__(self, open_one: Callable[..., BrowserContext]) -> None:
        self.found: dict[str, list[str]] = defaultdict(list)
        self.url = ""
        self.light = self._window(open_one(viewport=DESKTOP, color_scheme="light"))
        self.dark = self._window(open_one(viewport=PHONE, color_scheme="dark"))

    def look(self, url: str, route: str) -> None:
        self.url = url
        self.dark.set_viewport_size(PHONE)
        for window in (self.light, self.dark):
            window.goto(url)
            window.wait_for_function(IDLE)
            window.evaluate(BEGIN)
        self._note("light", self.light.evaluate(JUDGED))
        self._note("dark", self.dark.evaluate(JUDGED))
        self.dark.set_viewport_size(NARROW)
        if route not in WALLS:
            self._note("narrow", self.dark.evaluate(STICKS_OUT))

    def close(self) -> None:
        self.light.context.close()
        self.dark.context.close()

    def _window(self, context: BrowserContext) -> Page:
        context.add_init_script(AXE)
        page = context.new_page()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self._note("console", [str(error)]))
        return page

    def _note(self, aspect: str, problems: list[str]) -> None:
        self.found[aspect] += [f"{self.url} {problem}" for problem in problems]

    def _said(self, message) -> None:
        if message.type in ("error", "warning"):
            self._note("console", [message.text])
