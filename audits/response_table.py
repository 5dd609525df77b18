"""Tables of answers, as rows say them: who, about what, to which question, what.

A *long* table has one row for each answer, in the columns that our export writes. A *wide* one,
as survey tools export it, has one row for each respondent and one column for each question: its
header is the question's key or its text, in a repeated section followed by ``@tool:jira``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from audits.choices import NodeKind
from audits.replies import OTHER, WITHOUT_VALUE
from productops.parsing import Unreadable

NEEDED = ("question", "value")
WHO = ("email", "name", "respondent")
ABOUT = ("subject", "about")
BESIDE = (*("comment", "evidence_url", "other", "documented", "proposal", "proposal_due", "file"),)
SHOWN = ("answer", "answered_at")  # our export writes them for people; nothing reads them
LONG = (*NEEDED, *WHO, *ABOUT, *BESIDE, *SHOWN)
WIDE = (*WHO, "subject")
MANY = (NodeKind.MULTIPLE, NodeKind.SUBJECT)
BETWEEN = ",;\r\n"
MAPPED = re.compile(r",(?=[\w@:-]+=)")


class Who(NamedTuple):
    """Who said it and, since it is the same for all that a row says, about which scope."""

    email: str = ""
    name: str = ""
    respondent: str = ""
    subject: str = ""


@dataclass(frozen=True)
class Told:
    """One answer as it stands in the file; ``column`` is where its value stands."""

    row: int
    column: str
    question: str
    value: str
    who: Who
    about: str = ""
    beside: Mapping[str, str] = field(default_factory=dict)


def mapping_of(given: Iterable[str]) -> dict[str, str]:
    """{column of the file: name that is ours} of ``OURS=THEIRS`` pairs, parted by commas."""
    pairs = [pair.partition("=") for text in given for pair in MAPPED.split(text) if pair.strip()]
    return {theirs.strip(): ours.strip() for ours, _mark, theirs in pairs}


def is_long(header: Iterable[str]) -> bool:
    return "question" in header


@dataclass(frozen=True)
class Long:
    """What the columns of a long table are called here: column -> name of ours."""

    ours: Mapping[str, str]

    def told(self, number: int, row: Mapping[str, str]) -> Iterator[Told]:
        cells = {name: row[column] for column, name in self.ours.items()}
        yield Told(
            row=number,
            column="value",
            question=cells["question"].strip(),
            value=cells["value"],
            who=_who(cells),
            about=cells.get("about", "").strip(),
            beside={name: cells[name] for name in BESIDE if cells.get(name, "").strip()},
        )


def long_of(
    header: Iterable[str], *, mapped: Mapping[str, str], left_out: Iterable[str]
) -> tuple[Long, list[tuple[str, str]]]:
    """What the columns are, and those that are missing or nothing with the reason."""
    ignored = set(left_out)
    ours = {name: mapped.get(name, name) for name in header if name not in ignored}
    faults = [(name, _("This column is missing.")) for name in NEEDED if name not in ours.values()]
    faults += [
        (column, _("Nothing reads this column."))
        for column, name in ours.items()
        if name not in LONG
    ]
    return Long(ours), faults


def _who(row: Mapping[str, str]) -> Who:
    said = Who(*(row.get(name, "").strip() for name in WIDE))
    return said._replace(email=said.email.lower())


@dataclass(frozen=True)
class Wide:
    """What each column of a wide table is: a name of ours, or a question and what it is about."""

    ours: Mapping[str, str]  # column -> email, name, respondent or subject
    questions: Mapping[str, tuple[str, str]]  # column -> key, reference of a subject or ""

    def told(self, number: int, row: Mapping[str, str]) -> Iterator[Told]:
        """The cells that hold something; an empty one was not answered."""
        who = _who({name: row[column] for column, name in self.ours.items()})
        who = who._replace(respondent=who.respondent or str(number))
        for column, (key, about) in self.questions.items():
            if row[column].strip():
                yield Told(number, column, key, row[column], who, about)


def wide_of(
    header: Iterable[str],
    questions: Iterable[Any],
    *,
    mapped: Mapping[str, str],
    left_out: Iterable[str],
) -> tuple[Wide, list[tuple[str, str]]]:
    """What the columns are, and those that are nothing with the reason."""
    known = _known(questions)
    ours: dict[str, str] = {}
    asked: dict[str, tuple[str, str]] = {}
    faults = []
    ignored = set(left_out)
    for column in (name for name in header if name not in ignored):
        name, _mark, about = mapped.get(column, column).partition("@")
        if mapped.get(column, column) in WIDE:
            ours[column] = mapped.get(column, column)
        elif key := known.get(_plain(mapped.get(column, column))):
            asked[column] = (key, "")
        elif key := known.get(_plain(name)):
            asked[column] = (key, about.strip())
        else:
            faults.append((column, _("No question is called so; map this column or leave it out.")))
    faults += _twice({column: "@".join(place) for column, place in asked.items()} | ours)
    faults += [(name, _("There is no such column.")) for name in mapped if name not in header]
    return Wide(ours, asked), faults


def _twice(places: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    seen: dict[str, str] = {}
    for column, place in places.items():
        if place in seen:
            yield column, _("“%s” says the same.") % seen[place]
        seen.setdefault(place, column)


def _known(questions: Iterable[Any]) -> dict[str, str]:
    """Keys by all that a column may be called; a name that two questions share is none."""
    found: dict[str, str] = {}
    several: set[str] = set()
    for question in questions:
        for name in {_plain(question.title), _plain(question.text)} - {""}:
            several |= {name} & set(found)
            found[name] = question.key
    keys = {_plain(question.key): question.key for question in questions}
    return {name: key for name, key in found.items() if name not in several} | keys


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


# Values -------------------------------------------------------------------------------------
def given_of(question: Any, text: str, other: str) -> tuple[Any, str]:
    """What ``read_reply`` takes, and the text of another choice.

    Choices may be named by their value or by their name; several stand between commas or
    semicolons, which may be part of a name. Raises Unreadable for what is none of them.
    """
    text = text.strip()
    if text in WITHOUT_VALUE:
        return text, other
    if question.kind == NodeKind.SUBJECT:
        return [part.strip() for part in text.split(";") if part.strip()], other
    if question.kind == NodeKind.MULTIPLE:
        return _several(question, text, other)
    if question.kind in (NodeKind.SINGLE, NodeKind.LEVEL):
        return _one(question, text, other)
    return text, other


def _labels(question: Any) -> dict[str, Any]:
    """Values of the choices by name and, going before, by value."""
    names = {_plain(choice.get("name", "")): choice["value"] for choice in question.choices}
    values = {_plain(str(choice["value"])): choice["value"] for choice in question.choices}
    return {label: value for label, value in (names | values).items() if label}


def _one(question: Any, text: str, other: str) -> tuple[Any, str]:
    for choice in question.choices:  # as it is written, before any other way to write it
        if text in (str(choice["value"]), choice.get("name")):
            return choice["value"], other
    if (value := _labels(question).get(_plain(text))) is not None:
        return value, other
    if question.has_other and text != OTHER:
        return OTHER, other or text
    return text, other


def _several(question: Any, text: str, other: str) -> tuple[list, str]:
    labels = _labels(question)
    longest = sorted(labels, key=len, reverse=True)
    rest, chosen, unknown = " ".join(text.split()), [], []
    while rest:
        label = next((one for one in longest if _begins(rest, one)), None)
        if label is not None:
            chosen.append(labels[label])
            rest = rest[len(label) :].lstrip(BETWEEN + " ")
            continue
        piece = re.split(r"[,;]", rest, maxsplit=1)
        unknown.append(piece[0].strip())
        rest = piece[1].strip() if len(piece) > 1 else ""
    others = [piece for piece in unknown if piece and piece != OTHER]
    if others and not question.has_other:
        raise Unreadable(_("“%s” is none of the choices.") % others[0][:40])
    return chosen + ([OTHER] if unknown else []), other or ", ".join(others)


def _begins(text: str, label: str) -> bool:
    """Whether a text begins with a label, and the label ends there."""
    if not text.lower().startswith(label):
        return False
    behind = text[len(label) :].lstrip()
    return not behind or behind[0] in BETWEEN
