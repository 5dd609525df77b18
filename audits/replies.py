"""One verdict on what somebody answers, whichever way it came: page, API or file."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from audits.choices import AnswerState, NodeKind
from audits.expressions import Value, is_empty
from audits.questionnaire import Questionnaire, value_of
from productops.parsing import Unreadable, clean_text, to_date, to_number, to_whole

LONGEST_TEXT = 5_000
LONGEST_ADDRESS = 500
LONGEST_OTHER = 200
LONGEST_SHOWN = 40
WITHOUT_VALUE = (AnswerState.DONT_KNOW, AnswerState.NOT_APPLICABLE)
OTHER = "other"  # the value of a choice that stands nowhere
YES, NO = ("true", "yes", "1"), ("false", "no", "0")


class Question(Protocol):
    """What a reply is read against: a Node, or anything with its fields."""

    kind: str
    choices: list
    low: float | None
    high: float | None
    at_most: int | None
    has_other: bool
    documents: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """What comes with an answer: remarks, how far it is written down, what one would do, a file.

    ``catalogue`` holds the references ("tool:jira") that a question for subjects offers, ``files``
    the ids of stored files that the person may name. Whoever takes the reply hands both in.
    """

    comment: str = ""
    evidence_url: str = ""
    other: str = ""  # what is meant by a choice that stands nowhere
    documented: Any = None
    proposal: str = ""
    proposal_due: Any = None
    file: Any = None
    catalogue: Collection[str] = ()
    files: Collection[int] = ()


def read_reply(question: Question, given: Any, **beside: Any) -> dict:
    """The content of an answer, as revisions keep it.

    ``given`` is text, a number, true or false, the list of the ticked choices or of the subjects'
    references, or the id of a stored file; "dont_know" and "na" say that there is no value.
    ``beside`` is what ``Beside`` names. Raises Unreadable with a sentence for the person, Unfit
    where it is not about the answer itself.
    """
    more = Beside(**beside)
    content = _empty() | _remarks(more) | _proposal(more) | {"file": _attached(more)}
    content |= {"documented": _documented(question, more.documented)}
    if isinstance(given, str) and given.strip() in WITHOUT_VALUE:
        return content | {"state": given.strip()}
    read = _READ.get(question.kind)
    if read is None:
        raise Unreadable(_("Nobody is asked this."))
    return content | read(question, given, more)


def check_reply(
    questionnaire: Questionnaire,
    key: str,
    content: Mapping[str, Any],
    answers: Mapping[str, Value],
    *,
    today: date,
) -> str:
    """What an answer should fulfil and does not, in words, where it may stay all the same.

    ``answers`` are the person's others, as ``Questionnaire.hidden`` takes them. Raises Unreadable
    where the answer may not stay. Without a value there is nothing to check.
    """
    item = questionnaire.by_key[key]
    here = value_of(item.kind, content)
    if item.constraint is None or is_empty(here):
        return ""
    known = questionnaire.known({**answers, key: here}, today=today)
    if item.constraint.holds({**known, key: here}, here=here, today=today):
        return ""
    message = item.constraint_message or _("This answer does not fit; look at it again.")
    if item.is_soft:
        return message
    raise Unreadable(message)


class Unfit(Unreadable):
    """What came beside the answer cannot be; ``field`` names it as ``Beside`` does."""

    def __init__(self, reason: str, field: str) -> None:
        super().__init__(reason)
        self.field = field


@contextmanager
def _telling(field: str) -> Iterator[None]:
    try:
        yield
    except Unreadable as problem:
        raise Unfit(str(problem), field) from problem


def _remarks(more: Beside) -> dict:
    with _telling("comment"):
        comment = clean_text(more.comment or "", longest=LONGEST_TEXT, has_lines=True)
    with _telling("evidence_url"):
        return {"comment": comment, "evidence_url": read_address(more.evidence_url or "")}


def _proposal(more: Beside) -> dict:
    """What the person would do about it, and until when."""
    with _telling("proposal"):
        proposal = clean_text(more.proposal or "", longest=LONGEST_TEXT, has_lines=True)
    with _telling("proposal_due"):
        due = to_date(more.proposal_due) if more.proposal_due not in ("", None) else None
    if due and not proposal:
        raise Unfit(_("Write what should be done by then."), "proposal")
    return {"proposal": proposal, "proposal_due": due.isoformat() if due else None}


def _attached(more: Beside) -> int | None:
    with _telling("file"):
        return None if more.file in ("", None) else _stored(more.file, more.files)


def _stored(given: Any, files: Collection[int]) -> int:
    number = to_whole(given)
    if number not in files:
        raise Unreadable(_("This file was not sent."))
    return number


def _documented(question: Question, given: Any) -> float | None:
    """How far the answer is written down, on the question's own scale."""
    if given in ("", None, [], ()):
        return None
    with _telling("documented"):
        if not question.documents:
            raise Unreadable(_("This question does not ask how far it is written down."))
        read = _WRITTEN.get(question.kind, _number)
        return read(question, given, Beside())["number"]


def read_address(text: str) -> str:
    """A web address, or nothing; other schemes (javascript:, data:) are refused."""
    address = clean_text(text, longest=LONGEST_ADDRESS)
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if address and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise Unreadable(_("Write a web address that begins with https://."))
    return address


def _empty() -> dict:
    return {
        "state": str(AnswerState.ANSWERED),
        "number": None,
        "text": "",
        "day": None,
        "chosen": [],
        "comment": "",
        "evidence_url": "",
        "documented": None,
        "proposal": "",
        "proposal_due": None,
        "file": None,
    }


def _choice(question: Question, given: Any) -> Mapping:
    """The choice whose value was given: 3, 3.0 and "3" are the same level."""
    for choice in question.choices:
        if _same(choice["value"], given):
            return choice
    raise Unreadable(_("Choose one of the answers that stand there."))


def _same(value: Any, given: Any) -> bool:
    if isinstance(given, bool) or isinstance(value, bool):
        return str(value).lower() == str(given).lower()
    if isinstance(value, (int, float)):
        try:
            return float(value) == to_number(given)
        except Unreadable:
            return False
    return str(value) == str(given).strip()


def _level(question: Question, given: Any, more: Beside) -> dict:
    if question.choices:
        return {"number": float(_choice(question, given)["value"])}
    return _number(question, given, more)


def _single(question: Question, given: Any, more: Beside) -> dict:
    if _is_other(question, given):
        return {"chosen": [OTHER], "text": _other(more)}
    choice = _choice(question, given)
    return {"chosen": [choice["value"]], "number": choice.get("score")}


def _multiple(question: Question, given: Any, more: Beside) -> dict:
    values = [value for value in _listed(given) if value not in ("", None)]
    other = [value for value in values if _is_other(question, value)]
    chosen = [_choice(question, value) for value in values if value not in other]
    ticked = [choice for choice in question.choices if choice in chosen]
    if not ticked and not other:
        raise Unreadable(_("Choose at least one of the answers, or ‘I don’t know’."))
    if question.at_most and len(ticked) + bool(other) > question.at_most:
        raise Unreadable(_("Choose at most %(most)s.") % {"most": question.at_most})
    scores = [choice["score"] for choice in ticked if choice.get("score") is not None]
    return {
        "chosen": [choice["value"] for choice in ticked] + ([OTHER] if other else []),
        "number": sum(scores) if scores else None,
        "text": _other(more) if other else "",
    }


def _listed(given: Any) -> list:
    return list(given) if isinstance(given, (list, tuple)) else [given]


def _is_other(question: Question, given: Any) -> bool:
    return question.has_other and isinstance(given, str) and given.strip() == OTHER


def _other(more: Beside) -> str:
    with _telling("other"):
        text = clean_text(more.other or "", longest=LONGEST_OTHER)
    if not text:
        raise Unfit(_("Write which other you mean."), "other")
    return text


def _subject(question: Question, given: Any, more: Beside) -> dict:
    """One or several of the catalogue, each once, in the order in which they were named."""
    named = [value.strip() for value in _listed(given) if isinstance(value, str) and value.strip()]
    chosen = list(dict.fromkeys(named))
    if not chosen:
        raise Unreadable(_("Choose at least one from the catalogue, or ‘I don’t know’."))
    if question.at_most and len(chosen) > question.at_most:
        raise Unreadable(_("Choose at most %(most)s.") % {"most": question.at_most})
    for reference in chosen:
        if reference not in more.catalogue:
            raise Unreadable(
                _("“%(text)s” is not in the catalogue.") % {"text": reference[:LONGEST_SHOWN]}
            )
    return {"chosen": chosen}


def _file(_question: Question, given: Any, more: Beside) -> dict:
    if given in ("", None):
        raise Unreadable(_("Choose a file, or ‘I don’t know’."))
    return {"file": _stored(given, more.files)}


def _boolean(_question: Question, given: Any, _more: Beside) -> dict:
    text = str(given).strip().lower()
    if text not in YES + NO:
        raise Unreadable(_("Choose yes or no, or ‘I don’t know’."))
    return {"number": 1.0 if text in YES else 0.0}


def _number(question: Question, given: Any, _more: Beside) -> dict:
    number = to_number(given)
    low, high = question.low, question.high
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)  # less may be better
    if (low is not None and number < low) or (high is not None and number > high):
        raise Unreadable(
            _("Write a number from %(low)s to %(high)s.")
            % {"low": _end(low, "−∞"), "high": _end(high, "∞")}
        )
    return {"number": number}


def _end(bound: float | None, otherwise: str) -> str:
    return otherwise if bound is None else f"{bound:g}"


def _text(_question: Question, given: Any, _more: Beside) -> dict:
    text = clean_text(given, longest=LONGEST_TEXT, has_lines=True)
    if not text:
        raise Unreadable(_("Write something, or choose ‘I don’t know’."))
    return {"text": text}


def _day(_question: Question, given: Any, _more: Beside) -> dict:
    day: date = to_date(given)
    return {"day": day.isoformat()}


_READ: dict[str, Callable[[Question, Any, Beside], dict]] = {
    NodeKind.LEVEL: _level,
    NodeKind.SINGLE: _single,
    NodeKind.MULTIPLE: _multiple,
    NodeKind.BOOLEAN: _boolean,
    NodeKind.NUMBER: _number,
    NodeKind.TEXT: _text,
    NodeKind.DATE: _day,
    NodeKind.SUBJECT: _subject,
    NodeKind.FILE: _file,
}
_WRITTEN: dict[str, Callable[[Question, Any, Beside], dict]] = {
    NodeKind.LEVEL: _level,
    NodeKind.SINGLE: _single,
    NodeKind.BOOLEAN: _boolean,
}
