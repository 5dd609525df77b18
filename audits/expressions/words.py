"""The text of an expression, cut into known words and written as Python's parser reads it."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from audits.expressions.functions import CONSTANTS, FUNCTIONS, TODAY
from productops.figures import LARGEST

LONGEST = 2_000  # characters
MOST_NAMES = 100
DEEPEST = 40  # parentheses within one another

WORD = re.compile(
    r"\s*(?:(?P<key>\$\{[^{}]*\})|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<number>[0-9]+\.?[0-9]*|\.[0-9]+)|(?P<sign>!=|<=|>=|[-+*=<>(),])"
    r"|(?P<name>[A-Za-z_][\w:-]*)|(?P<here>\.))",
    re.ASCII,
)
KEY = re.compile(r"[A-Za-z0-9_](?:[\w.-]*\w)?", re.ASCII)
SIGNS = {"=": "=="}
JOINING = {"and": "and", "or": "or", "div": "/", "mod": "%"}
COMPARING = ("=", "!=", "<", "<=", ">", ">=")
VALUES = ("key", "text", "number", "here")
HINTS = {
    "/": "write div to divide.",
    "&": "write and.",
    "|": "write or.",
    "!": "write not( ).",
    "[": "filters in brackets are not taken.",
    "‘": "write ' for a quotation mark.",
    "’": "write ' for a quotation mark.",
    "“": "write ' for a quotation mark.",
    "”": "write ' for a quotation mark.",
    "'": "this text has no end.",
    '"': "this text has no end.",
    "$": "an answer is written ${key}.",
}


class BadExpression(ValueError):  # noqa: N818  it says what the text is
    """``at`` is the character where it goes wrong, counted from 1; ``reason`` is a sentence."""

    def __init__(self, reason: str, at: int = 1) -> None:
        super().__init__(f"character {at}: {reason}")
        self.reason, self.at = reason, at


@dataclass(slots=True)
class Words:
    """The expression in Python's words, each parted by a blank, and what its names stand for."""

    plain: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)  # of each word, in the plain text
    places: list[int] = field(default_factory=list)  # of each word, as it was written
    keys: dict[str, str] = field(default_factory=dict)  # name -> key of a question
    texts: dict[str, str] = field(default_factory=dict)  # name -> text in quotes
    length: int = 0

    def add(self, word: str, place: int) -> None:
        self.plain.append(word)
        self.starts.append(self.length)
        self.places.append(place)
        self.length += len(word) + 1

    def place_of(self, offset: int) -> int:
        """Where a place of the plain text stands in what was written, counted from 1."""
        return self.places[max(0, bisect_right(self.starts, offset) - 1)] + 1


def cut(text: str) -> Words:
    """Cut a text into words. Raises BadExpression at the first that is none."""
    if not isinstance(text, str) or not text.strip():
        raise BadExpression("is empty.")
    if len(text) > LONGEST:
        raise BadExpression(f"is longer than {LONGEST} characters.", LONGEST)
    words, former = Words(), ""
    open_at: list[int] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        found = WORD.match(text, at)
        if found is None:
            raise _unknown(text, at)
        kind = str(found.lastgroup)
        word, start = found[kind], found.start(kind)
        _check_place(word, kind, former, start)
        _count_parentheses(word, start, open_at)
        words.add(_python(word, kind, former, start, text[found.end() :], words), start)
        at, former = found.end(), word
    if open_at:
        raise BadExpression("this parenthesis is never closed.", open_at[-1])
    return words


def _unknown(text: str, at: int) -> BadExpression:
    at += len(text[at:]) - len(text[at:].lstrip(" \t\r\n\f\v"))
    return BadExpression(HINTS.get(text[at], f"{text[at]!r} means nothing here."), at + 1)


def _check_place(word: str, kind: str, former: str, start: int) -> None:
    """Two values in a row, two signs before a value, a comma with nothing behind it."""
    after_value = bool(former) and (
        former in (")", ".") or former[0] in "$'\"" or _is_number(former)
    )
    if after_value and kind in VALUES:
        raise BadExpression(f"{word[:40]!r} follows a value; a sign is missing.", start + 1)
    if word == ")" and former == ",":
        raise BadExpression("nothing stands behind the comma.", start + 1)
    if word == "=" and former in COMPARING:
        raise BadExpression(f"write one sign to compare: {former}.", start + 1)
    if word in ("+", "*") and not after_value:
        raise BadExpression(f"{word!r} has nothing to its left.", start + 1)


def _is_number(word: str) -> bool:
    return word[-1].isdigit() and not word[0].isalpha() and word[0] != "_"


def _count_parentheses(word: str, start: int, open_at: list[int]) -> None:
    if word == "(":
        open_at.append(start + 1)
        if len(open_at) > DEEPEST:
            raise BadExpression(f"more than {DEEPEST} parentheses within one another.", start + 1)
    elif word == ")":
        if not open_at:
            raise BadExpression("closes a parenthesis that was never opened.", start + 1)
        open_at.pop()


def _python(word: str, kind: str, former: str, start: int, rest: str, words: Words) -> str:
    if kind == "key":
        return _name_of_key(word, start, words)
    if kind == "text":
        return _name(words.texts, "t", word[1:-1])
    if kind == "number":
        return _number(word, start)
    if kind == "name":
        return _function_or_sign(word, former, start, rest)
    return "here" if kind == "here" else SIGNS.get(word, word)


def _name_of_key(word: str, start: int, words: Words) -> str:
    key = word[2:-1].strip()
    if not KEY.fullmatch(key):
        raise BadExpression(f"{key[:40]!r} is no key of a question.", start + 1)
    if len(words.keys) >= MOST_NAMES:
        raise BadExpression(f"asks more than {MOST_NAMES} answers.", start + 1)
    return _name(words.keys, "k", key)


def _name(names: dict[str, str], letter: str, meaning: str) -> str:
    """The name that stands for a key or a text, the same one each time."""
    for name, known in names.items():
        if known == meaning:
            return name
    names[name := f"{letter}{len(names)}"] = meaning
    return name


def _number(word: str, start: int) -> str:
    number = float(word)
    if not number <= LARGEST:
        raise BadExpression("this number is too large.", start + 1)
    return repr(number)


def _function_or_sign(word: str, former: str, start: int, rest: str) -> str:
    is_called = rest.lstrip().startswith("(")
    if word in JOINING and former and former not in ("(", ","):
        return JOINING[word]
    if is_called and (word in FUNCTIONS or word in CONSTANTS or word == TODAY):
        return f"f_{word.replace('-', '_')}"
    if is_called:
        raise BadExpression(f"{word[:40]!r} is no function of expressions.", start + 1)
    raise BadExpression(
        f"{word[:40]!r} is no word of expressions; a text stands in quotes, an answer in ${{ }}.",
        start + 1,
    )
