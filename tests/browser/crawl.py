"""Walk through the product by its links, as a reader without a browser would."""

from collections import deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve

EACH = 1  # pages of one route that are read; the others look alike


@dataclass
class Page:
    """What one address answered: ``links`` are the addresses that it offers, without anchors."""

    url: str
    route: str
    status: int
    kind: str = ""
    moved_to: str = ""
    title: str = ""
    headings: int = 0
    links: list[str] = field(default_factory=list)


class Reader(HTMLParser):
    """Title, number of top headings, and addresses of links and forms that only read."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.headings, self.links = "", 0, []
        self._in_title = False

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self._in_title = tag == "title"
        self.headings += tag == "h1"
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"] or "")
        if tag == "form" and (attributes.get("method") or "get").lower() == "get":
            self.links.append(attributes.get("action") or "")

    def handle_endtag(self, tag):
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data):
        if self._in_title:
            self.title += data


def route_of(url: str) -> str:
    """The name of the route that answers an address, or "" where none does."""
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return ""


def read(port: int, url: str, cookie: str = "") -> Page:
    """Ask for one address and read what it answers; redirects are not followed."""
    connection = HTTPConnection("localhost", port, timeout=30)
    try:
        connection.request("GET", url, headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    kind = answer.getheader("Content-Type", "").split(";")[0]
    page = Page(url, route_of(url), answer.status, kind, answer.getheader("Location") or "")
    if kind == "text/html":
        reader = Reader()
        reader.feed(body.decode())
        page.title, page.headings = reader.title.strip(), reader.headings
        page.links = [within(url, link) for link in reader.links]
    return page


def within(url: str, link: str) -> str:
    """The address that a link on a page leads to, without its anchor; as it is elsewhere."""
    whole = urljoin(url, link)
    return whole.split("#")[0]


def is_ours(url: str) -> bool:
    return url.startswith("/") and not url.startswith(("//", "/static/"))


def shown(pages: list[Page]) -> list[Page]:
    """Those that a browser shows: neither redirects nor files."""
    return [page for page in pages if page.status == 200 and page.kind == "text/html"]


def crawl(port: int, cookie: str, start: list[str]) -> list[Page]:
    """Read from ``start`` on, at most ``EACH`` pages of every route, in the order of finding."""
    waiting, seen, counts, pages = deque(start), set(start), {}, []
    while waiting:
        url = waiting.popleft()
        route = route_of(url)
        if counts.get(route, 0) >= EACH:
            continue
        counts[route] = counts.get(route, 0) + 1
        page = read(port, url, cookie)
        pages.append(page)
        onward = [page.moved_to, *page.links] if page.moved_to else page.links
        fresh = [link for link in dict.fromkeys(onward) if is_ours(link) and link not in seen]
        seen.update(fresh)
        waiting.extend(fresh)
    return pages
