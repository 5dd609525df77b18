"""Markdown that people write, as HTML that cannot harm: an allow-list, nothing else survives.

Links open only http(s) and mail; images come only from this installation; no handler, style, id,
form or htmx attribute passes (nh3 would let images of strangers through by default).
"""

from functools import cache

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

LONGEST = 100_000  # characters
TAGS = {
    "p", "br", "hr", "h3", "h4", "h5", "strong", "em", "s", "code", "pre", "blockquote",
    "ul", "ol", "li", "a", "img", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
# A page has its own h1 and h2; what people write begins below them.
HEADINGS = {"h1": "h3", "h2": "h3", "h6": "h5"}


def render(text: str) -> SafeString:
    """HTML of a Markdown text, safe to show to anybody."""
    html = _reader().render(text[:LONGEST])
    # Safe by the allow-list: nh3 parses and writes the tree anew.
    return SafeString(
        nh3.clean(
            html,
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes=SCHEMES,
            attribute_filter=_attribute,
            link_rel="noopener noreferrer nofollow",
        )
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        own = value.startswith("/") and not value.startswith(("//", "/\\"))
        return value if own else None
    return value


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(
        ["table", "strikethrough"]
    )
    reader.core.ruler.push("headings_below_the_page", _lower_headings)
    return reader


def _lower_headings(state) -> None:
    for token in state.tokens:
        token.tag = HEADINGS.get(token.tag, token.tag)
