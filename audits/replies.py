"""One verdict on what somebody answers, whichever way it came: page, API or file."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from audits.choices import AnswerState, NodeKind
from productops.parsing import Unreadable, clean_text, to_date, to_number

LONGEST_TEXT = 5_000
LONGEST_ADDRESS = 500
WITHOUT_VALUE = (AnswerState.DONT_KNOW, AnswerState.NOT_APPLICABLE)
YES, NO = ("true", "yes", "1"), ("false", "no", "0")


class Question(Protocol):
    """What a reply is read against: a Node, or anything with its fields."""

    kind: str
    choices: list
    low: float | None
    high: float | None
    at_most: int | None


def read_reply(
    question: Question, given: Any, *, comment: str = "", evidence_url: str = ""
) -> dict:
    """The content of an answer, as revisions keep it.

    ``given`` is text, a number, true or false, or the list of the ticked choices; "dont_know" and
    "na" say that there is no value. Raises Unreadable with a sentence for the person.
    """
    content = _empty() | {
        "comment": clean_text(comment or "", longest=LONGEST_TEXT, has_lines=True),
        "evidence_url": read_address(evidence_url or ""),
    }
    if isinstance(given, str) and given.strip() in WITHOUT_VALUE:
        return content | {"state": given.strip()}
    return content | _READ[NodeKind(question.kind)](question, given)


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


def _level(question: Question, given: Any) -> dict:
    if question.choices:
        return {"number": float(_choice(question, given)["value"])}
    return _number(question, given)


def _single(question: Question, given: Any) -> dict:
    choice = _choice(question, given)
    return {"chosen": [choice["value"]], "number": choice.get("score")}


def _multiple(question: Question, given: Any) -> dict:
    values = given if isinstance(given, (list, tuple)) else [given]
    chosen = [_choice(question, value) for value in values if value not in ("", None)]
    ticked = [choice for choice in question.choices if choice in chosen]
    if not ticked:
        raise Unreadable(_("Choose at least one of the answers, or ‘I don’t know’."))
    if question.at_most and len(ticked) > question.at_most:
        raise Unreadable(_("Choose at most %(most)s.") % {"most": question.at_most})
    scores = [choice["score"] for choice in ticked if choice.get("score") is not None]
    return {
        "chosen": [choice["value"] for choice in ticked],
        "number": sum(scores) if scores else None,
    }


def _boolean(_question: Question, given: Any) -> dict:
    text = str(given).strip().lower()
    if text not in YES + NO:
        raise Unreadable(_("Choose yes or no, or ‘I don’t know’."))
    return {"number": 1.0 if text in YES else 0.0}


def _number(question: Question, given: Any) -> dict:
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


def _text(_question: Question, given: Any) -> dict:
    text = clean_text(given, longest=LONGEST_TEXT, has_lines=True)
    if not text:
        raise Unreadable(_("Write something, or choose ‘I don’t know’."))
    return {"text": text}


def _day(_question: Question, given: Any) -> dict:
    day: date = to_date(given)
    return {"day": day.isoformat()}


_READ = {
    NodeKind.LEVEL: _level,
    NodeKind.SINGLE: _single,
    NodeKind.MULTIPLE: _multiple,
    NodeKind.BOOLEAN: _boolean,
    NodeKind.NUMBER: _number,
    NodeKind.TEXT: _text,
    NodeKind.DATE: _day,
}
