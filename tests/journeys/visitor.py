"""Somebody who uses the product by its pages alone: reads, follows links, fills in forms.

Nothing is sent that the page does not offer: a link, button, field or choice that is not there
fails the journey. ``clicks`` counts links and buttons, ``posts`` what was sent to be changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

TEXTS = {"a", "button", "option", "label", "legend", "h1", "summary"}


@dataclass
class Field:
    """A control of a form: ``choices`` are value and words of what can be chosen."""

    name: str
    kind: str
    value: str = ""
    chosen: list[str] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)

    @property
    def sent(self) -> list[str]:
        if self.kind in ("radio", "checkbox", "select"):
            return self.chosen
        return [self.value]

    def fill(self, given) -> None:
        """Take a value, or the words beside a choice; a list where several may be chosen; a
        file as its name and content."""
        if self.kind == "file":
            self.value = SimpleUploadedFile(given[0], given[1].encode(), "text/csv")
            return
        if self.kind not in ("radio", "checkbox", "select"):
            self.value = str(given)
            return
        wanted = given if isinstance(given, list) else [given]
        self.chosen = [self._choice(str(each)) for each in wanted]

    def _choice(self, given: str) -> str:
        fitting = [value for value, words in self.choices if given in (value, words)]
        fitting += [value for value, words in self.choices if words.startswith(given)]
        assert fitting, f"{self.name} offers {self.choices}, not {given!r}"
        return fitting[0]


@dataclass
class Form:
    action: str
    method: str
    id: str = ""
    fields: dict[str, Field] = field(default_factory=dict)
    buttons: list[dict] = field(default_factory=list)


class Page(HTMLParser):
    """Links, forms and headings of one page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self.labels: dict[str, str] = {}
        self.heading = ""
        self._form: Form | None = None
        self._select: Field | None = None
        self._open: list[list] = []  # tag, attributes, words so far
        self._boxes: list[tuple[Field, str, str]] = []
        self.feed(html)
        for box, value, key in self._boxes:
            box.choices.append((value, self.labels.get(key, key)))

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            method = given.get("method", "get").lower()
            self._form = Form(given.get("action", ""), method, given.get("id", ""))
            self.forms.append(self._form)
        elif tag in ("input", "textarea", "select"):
            self._control(tag, given)
        if tag in TEXTS or tag == "textarea":
            self._open.append([tag, given, ""])

    def handle_data(self, data):
        for opened in self._open:
            opened[2] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = None
        if not any(opened[0] == tag for opened in self._open):
            return
        while self._open:
            name, given, words = self._open.pop()
            self._closed(name, given, words)
            if name == tag:
                return

    def _control(self, tag: str, given: dict) -> None:
        form = next((each for each in self.forms if each.id == given.get("form")), self._form)
        if "form" not in given:
            form = self._form
        name, kind = given.get("name", ""), given.get("type", tag)
        if kind in ("submit", "image", "button") or form is None or not name:
            return
        if "disabled" in given:
            return
        kept = form.fields.setdefault(name, Field(name, kind, given.get("value", "")))
        if kind in ("radio", "checkbox"):
            value = given.get("value", "on")
            self._boxes.append((kept, value, given.get("aria-label") or given.get("id", "")))
            kept.chosen += [value] if "checked" in given else []
        self._select = kept if tag == "select" else self._select

    def _closed(self, tag: str, given: dict, text: str) -> None:
        words = " ".join(text.split())
        if tag == "a" and "href" in given:
            self.links.append((given.get("aria-label") or words, given["href"]))
        elif tag == "label" and given.get("for"):
            self.labels[given["for"]] = words
        elif tag == "h1":
            self.heading = words
        elif tag == "button" and given.get("type", "submit") == "submit":
            self._button(given, words)
        elif tag == "textarea":
            self._typed(given.get("name", ""), text)
        elif tag == "option" and self._select is not None:
            self._option(given, words)

    def _button(self, given: dict, words: str) -> None:
        key = given.get("form")
        form = next((each for each in self.forms if key and each.id == key), self._form)
        if form is not None:
            form.buttons.append(given | {"words": given.get("aria-label") or words})

    def _typed(self, name: str, text: str) -> None:
        if self._form is not None and name in self._form.fields:
            self._form.fields[name].value = text.removeprefix("\n")

    def _option(self, given: dict, words: str) -> None:
        value = given.get("value", words)
        self._select.choices.append((value, words))
        if "selected" in given or (len(self._select.choices) == 1 and not self._select.chosen):
            self._select.chosen = [value]


class Visitor:
    def __init__(self, client: Client | None = None) -> None:
        self.client = client or Client()
        self.clicks = self.posts = 0
        self.url, self.status, self.text = "", 0, ""

    def open(self, url: str) -> "Visitor":
        """Go to an address as from a mail or a bookmark."""
        self._read(self.client.get(url, follow=True), url)
        assert self.status == 200, f"{url} answered {self.status}"
        return self

    def click(self, words: str) -> "Visitor":
        """Follow the first link with these words, or that begins with them."""
        links = self.page.links
        exact = [href for text, href in links if text == words]
        near = [href for text, href in links if text.startswith(words)]
        assert exact or near, f"no link {words!r} on {self.url}: {[text for text, _ in links]}"
        self.clicks += 1
        return self.open(urljoin(self.url, (exact or near)[0]))

    def press(self, words: str, expect: int = 200, **given) -> "Visitor":
        """Fill in the fields of the form that has this button, and press it."""
        form, button = self._form_with(words, given)
        for name, value in given.items():
            assert name in form.fields, f"{self.url} asks for {list(form.fields)}, not {name}"
            form.fields[name].fill(value)
        sent = [(each.name, value) for each in form.fields.values() for value in each.sent]
        if button.get("name"):
            sent.append((button["name"], button.get("value", "")))
        self.clicks += 1
        self._send(form, urljoin(self.url, button.get("formaction") or form.action), sent)
        assert self.status == expect, f"{words!r} on {self.url} answered {self.status}"
        return self

    def _form_with(self, words: str, given: Iterable[str]) -> tuple[Form, dict]:
        found = [
            (form, button)
            for form in self.page.forms
            for button in form.buttons
            if button["words"].startswith(words)
        ]
        found.sort(key=lambda pair: pair[1]["words"] != words)  # the very words before longer ones
        fitting = [pair for pair in found if set(given) <= set(pair[0].fields)] or found
        offered = [button["words"] for form in self.page.forms for button in form.buttons]
        assert fitting, f"no button {words!r} on {self.url}: {offered}"
        return fitting[0]

    def _send(self, form: Form, url: str, sent: list[tuple[str, str]]) -> None:
        if form.method == "get":
            self._read(self.client.get(f"{url}?{urlencode(sent)}", follow=True), url)
            return
        self.posts += 1
        body: dict[str, list] = {}
        for name, value in sent:
            body.setdefault(name, []).append(value)
        self._read(self.client.post(url, body, follow=True), url)

    def _read(self, response, url: str) -> None:
        self.status = response.status_code
        chain = getattr(response, "redirect_chain", [])
        for moved_to, _status in chain:
            url = urljoin(url, moved_to)
        self.url = url
        self.text = response.content.decode()
        self.page = Page(self.text)

    @property
    def heading(self) -> str:
        return self.page.heading

    def sees(self, words: str) -> bool:
        """Whether the words stand on the page, however they are marked up."""
        return words in words_of(self.text)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data):
        self.words.append(data)


def words_of(html: str) -> str:
    """The text of a page in one line."""
    reader = _Words()
    reader.feed(html)
    return " ".join(" ".join(reader.words).split())
