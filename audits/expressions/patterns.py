"""Patterns of ``regex()`` that always come to an end soon.

Matching tries one way after the other in which a pattern can fit a text; with patterns such as
``(a+)+`` there are more ways than anybody can wait for. So a pattern is read first, its ways are
counted from above for the longest text that is looked at, and one with too many is refused. What
is taken: characters, ``.``, ``[a-z]``, ``\\d \\w \\s`` and their opposites, groups, ``|`` and
``? * + {2,5}``. The whole text has to fit, as in XLSForm.
"""

import re
from functools import lru_cache

from audits.expressions.values import Value, to_text

LONGEST = 200  # characters of a pattern
LONGEST_TEXT = 200  # a longer text fits no pattern
DEEPEST = 5  # groups within one another
MOST_WAYS = 10_000_000
CLASSES = "dDwWsS"
COUNTED = re.compile(r"\{([0-9]{1,3})(,([0-9]{0,3}))?\}", re.ASCII)
RANGES = {"?": (0, 1), "*": (0, None), "+": (1, None)}


class BadPattern(ValueError):  # noqa: N818  it says what the pattern is
    """``reason`` is a sentence about the pattern."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def matches(value: Value, pattern: Value) -> bool:
    """Whether a text as a whole fits the pattern, which was checked when it was read."""
    text = to_text(value)
    return len(text) <= LONGEST_TEXT and bool(read_pattern(to_text(pattern)).fullmatch(text))


@lru_cache(maxsize=512)
def read_pattern(text: str) -> re.Pattern:
    """Read a pattern. Raises BadPattern where it is none or might take too long."""
    if len(text) > LONGEST:
        raise BadPattern(f"the pattern is longer than {LONGEST} characters.")
    reader = _Reader(text)
    written, _ways = reader.alternatives(0)
    if reader.at < len(text):
        raise BadPattern("the pattern closes a group that was never opened.")
    try:
        return re.compile(written, re.ASCII)
    except (re.error, OverflowError) as error:
        raise BadPattern(f"the pattern cannot be read: {error}.") from error


class _Reader:
    """Writes the pattern anew, piece by piece, and counts the ways in which each can fit."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    @property
    def next(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        self.at += 1
        return self.text[self.at - 1 : self.at]

    def alternatives(self, depth: int) -> tuple[str, int]:
        """Pieces one after the other, and others instead of them."""
        if depth > DEEPEST:
            raise BadPattern(f"the pattern holds more than {DEEPEST} groups within one another.")
        found, total = [], 0
        while True:
            written, ways = self.pieces(depth)
            found.append(written)
            total += ways
            if self.next != "|":
                return "|".join(found), total
            self.take()

    def pieces(self, depth: int) -> tuple[str, int]:
        found, product = [], 1
        while self.next and self.next not in "|)":
            written, ways = self.repeated(*self.piece(depth))
            found.append(written)
            product *= ways
            if product > MOST_WAYS:
                raise BadPattern(
                    "the pattern can fit a text in too many ways; repeat less without an end."
                )
        return "".join(found), product

    def piece(self, depth: int) -> tuple[str, int]:
        char = self.take()
        if char == "(":
            return self.group(depth)
        if char == "[":
            return self.one_of(), 1
        if char == "\\":
            return self.escaped(), 1
        if char in "*+?{":
            raise BadPattern(f"the pattern has nothing for {char!r} to repeat.")
        return char if char in ".^$" else re.escape(char), 1

    def group(self, depth: int) -> tuple[str, int]:
        if self.next == "?":
            if self.text[self.at : self.at + 2] != "?:":
                raise BadPattern("the pattern looks around or sets flags, which is not taken.")
            self.at += 2
        written, ways = self.alternatives(depth + 1)
        if self.take() != ")":
            raise BadPattern("the pattern never closes a group.")
        return f"(?:{written})", ways

    def escaped(self) -> str:
        char = self.take()
        if char in CLASSES and char:
            return f"\\{char}"
        if not char or char.isalnum():
            raise BadPattern(f"the pattern has \\{char}, which is not taken.")
        return re.escape(char)

    def one_of(self) -> str:
        """A class: [a-z_], [^0-9]; marks in it stand for themselves."""
        start = "[^" if self.next == "^" else "["
        if start == "[^":
            self.take()
        found = [start]
        while self.next != "]" or len(found) == 1:
            char = self.take()
            if not char:
                raise BadPattern("the pattern never closes a bracket.")
            is_range = char == "-" and len(found) > 1 and self.next not in ("]", "")
            found.append("-" if is_range else self.escaped() if char == "\\" else re.escape(char))
        self.take()
        return "".join(found) + "]"

    def repeated(self, written: str, ways: int) -> tuple[str, int]:
        fewest, most = 1, 1
        if self.next in RANGES and self.next:
            fewest, most = RANGES[sign := self.take()]
        elif self.next == "{":
            found = COUNTED.match(self.text, self.at)
            if found is None:
                raise BadPattern(
                    "the pattern counts in a way that is not taken: {2}, {2,} or {2,5}."
                )
            self.at, sign = found.end(), found[0]
            fewest = int(found[1])
            most = (int(found[3]) if found[3] else None) if found[2] else fewest
        else:
            return written, ways
        if self.next in RANGES and self.next:
            raise BadPattern("the pattern repeats a repetition.")
        if most is None and ways > 1:
            raise BadPattern("the pattern repeats without an end what can fit in several ways.")
        if written in ("^", "$"):
            raise BadPattern(f"the pattern repeats {written}.")
        last = LONGEST_TEXT if most is None else min(most, LONGEST_TEXT)
        return written + sign, min(ways**last * (max(0, last - fewest) + 1), MOST_WAYS + 1)
