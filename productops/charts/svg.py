"""The pen: SVG elements as text, every word escaped, every number finite."""

import re
from html import escape as escape_marks

from productops.charts.palette import Palette

# Far outside any picture, and still a number every renderer takes.
EDGE = 99_999.0
# What XML 1.0 cannot hold even escaped; it reaches us in names pasted from elsewhere.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escape(text: str) -> str:
    """Make any text safe inside elements and attributes."""
    return escape_marks(NOT_XML.sub("", str(text)))


def number(value: float) -> str:
    """Write a coordinate: one decimal, no "-0", clipped to what renderers accept."""
    clipped = min(max(value, -EDGE), EDGE)
    text = f"{clipped:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


class Pen:
    """Collects the elements of one picture."""

    def __init__(self, palette: Palette):
        self.palette = palette
        self.parts: list[str] = []
        self.links: list[str] = []

    def link(self, url: str, box: tuple[float, ...], name: str, *, is_stop: bool, role="c-point"):
        """Lay a link over the picture; the Tab key stops only where ``is_stop``."""
        x, y, width, height = map(number, box)
        stop = 0 if is_stop else -1
        self.links.append(
            f'<a class="{role}" href="{escape(url)}" tabindex="{stop}" '
            f'aria-label="{escape(name)}"><title>{escape(name)}</title>'
            f'<rect {self.palette.attributes("c-hit")} x="{x}" y="{y}" width="{width}" '
            f'height="{height}"/></a>'
        )

    def rect(self, role: str, x: float, y: float, width: float, height: float, radius: float = 0):
        round_corners = f' rx="{number(radius)}"' if radius else ""
        self.parts.append(
            f'<rect {self.palette.attributes(role)} x="{number(x)}" y="{number(y)}" '
            f'width="{number(max(0, width))}" height="{number(max(0, height))}"{round_corners}/>'
        )

    def share(self, role: str, x: float, y: float, width: float, height: float):
        """Draw a rectangle whose x and width are per cent, so that it stretches with the page."""
        self.parts.append(
            f'<rect {self.palette.attributes(role)} x="{number(x)}%" y="{number(y)}" '
            f'width="{number(max(0, width))}%" height="{number(height)}"/>'
        )

    def tick(self, role: str, x: float, y: float, height: float):
        """Draw a mark at per cent x, two pixels wide on however wide a page."""
        self.parts.append(
            f'<svg x="{number(x)}%" overflow="visible"><rect {self.palette.attributes(role)} '
            f'x="-1" y="{number(y)}" width="2" height="{number(height)}"/></svg>'
        )

    def path(self, role: str, *steps: str | float):
        d = "".join(step if isinstance(step, str) else f"{number(step)} " for step in steps)
        self.parts.append(f'<path {self.palette.attributes(role)} d="{d.strip()}"/>')

    def line(self, role: str, places: list[tuple[float, float]]):
        """Draw a line through places; a single place draws nothing."""
        if len(places) > 1:
            points = " ".join(f"{number(x)},{number(y)}" for x, y in places)
            self.parts.append(f'<polyline {self.palette.attributes(role)} points="{points}"/>')

    def circle(self, role: str, x: float, y: float, radius: float, title: str = ""):
        shape = (
            f"circle {self.palette.attributes(role)} "
            f'cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"'
        )
        self._shape(shape, title)

    def text(self, role: str, x: float, y: float, text: str, anchor: str = ""):
        aligned = f' text-anchor="{anchor}"' if anchor else ""
        self.parts.append(
            f'<text {self.palette.attributes(role)} x="{number(x)}" y="{number(y)}"{aligned}>'
            f"{escape(text)}</text>"
        )

    def turned(self, role: str, x: float, y: float, text: str):
        """Write upwards, with the middle of the text at a place."""
        place = f"{number(x)} {number(y)}"
        self.parts.append(
            f'<text {self.palette.attributes(role)} transform="translate({place}) rotate(-90)" '
            f'text-anchor="middle">{escape(text)}</text>'
        )

    def _shape(self, shape: str, title: str):
        closed = f"<{shape}><title>{escape(title)}</title></{shape.split()[0]}>"
        self.parts.append(closed if title else f"<{shape}/>")

    def mark(self, kind: str, x: float, y: float, radius: float):
        """Mark a point: good is a circle, bad a diamond, neutral a square, all else hollow."""
        if kind == "bad":
            k = radius * 1.25
            self.path("c-bad", "M", x, y - k, "l", k, k, -k, k, -k, -k, "z")
        elif kind == "neutral":
            self.rect("c-neutral", x - radius, y - radius, 2 * radius, 2 * radius)
        elif kind == "good":
            self.circle("c-good", x, y, radius)
        else:
            self.circle(MARKS.get(kind, "c-pt"), x, y, radius * 0.78)

    def picture(
        self, css_class: str, width: float, height: float, name: str, description: str = ""
    ) -> str:
        """Close a picture of fixed proportions."""
        told = f"<desc>{escape(description)}</desc>" if description else ""
        role, drawn = "img", "".join(self.parts)
        if self.links:  # a picture has no parts for those who hear it, a group has
            role, drawn = "group", f'<g aria-hidden="true">{drawn}</g>{"".join(self.links)}'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {self.palette.frame(css_class)} '
            f'viewBox="0 0 {number(width)} {number(height)}" width="{number(width)}" '
            f'height="{number(height)}" role="{role}" aria-label="{escape(name)}">'
            f"{told}{drawn}</svg>"
        )

    def stretching(self, css_class: str, height: float, name: str) -> str:
        """Close a picture that is as wide as its place; its parts are drawn by `share`."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {self.palette.frame(css_class)} '
            f'width="100%" height="{number(height)}" role="img" aria-label="{escape(name)}">'
            f"{''.join(self.parts)}</svg>"
        )


MARKS = {"open": "c-open", "stale": "c-open", "excluded": "c-left-out"}
