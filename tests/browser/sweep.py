"""Look at one page as a browser shows it: large and light, small and dark, and very narrow."""

from collections import defaultdict
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import DESKTOP, PHONE

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
NARROW = {"width": 320, "height": 640}
RULES = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
  (rule) => `${rule.id} ${rule.nodes[0].target.join(" ")} and ${rule.nodes.length - 1} more`)"""
# What sticks out is named, so that nobody has to search; what scrolls within itself may.
STICKS_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("main *")]
    .filter((part) => part.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map((part) => `${part.tagName} ${part.className}`)"""
# Made for one screen of a known size, and never read on another.
WALLS = {"metrics:dashboard-wall"}


class Looker:
    """``found`` holds, for each aspect, what is wrong and where."""

    def __init__(self, context: BrowserContext) -> None:
        self.found: dict[str, list[str]] = defaultdict(list)
        self.url = ""
        context.add_init_script(AXE)
        self.page: Page = context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.found["console"].append(f"{self.url} {error}"))

    def look(self, url: str, route: str) -> None:
        self.url = url
        self._show(DESKTOP, "light")
        self.page.goto(url)
        self._note("light", self.page.evaluate(RULES))
        self._show(PHONE, "dark")
        self._note("dark", self.page.evaluate(RULES))
        self._show(NARROW, "dark")
        if route not in WALLS:
            self._note("narrow", self.page.evaluate(STICKS_OUT))

    def _show(self, size: dict, scheme: str) -> None:
        self.page.set_viewport_size(size)
        self.page.emulate_media(color_scheme=scheme)

    def _note(self, aspect: str, problems: list[str]) -> None:
        self.found[aspect] += [f"{self.url} {problem}" for problem in problems]

    def _said(self, message) -> None:
        if message.type in ("error", "warning"):
            self.found["console"].append(f"{self.url} {message.text}")
