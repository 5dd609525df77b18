"""XLSForm's types of question in our words, and why some of them are not asked here."""

import re
from dataclasses import dataclass

SELECT = re.compile(
    r"(?:(?P<one>(?:add )?select[ _]?one(?: prompt using| from)?|select1)"
    r"|(?:add )?select[ _]multiple(?: prompt using| from)?|select all that apply(?: from)?)"
    r"\s+(?P<list>[^\s$]+)(?P<other>\s+(?:or specify other|or_other|or other))?",
    re.IGNORECASE,
)
CONTROL = re.compile(r"(?P<edge>begin|end)[ _](?P<what>group|repeat|lgroup|looped group)", re.I)
PLAIN = {
    "text": "text",
    "string": "text",
    "phone number": "text",
    "phonenumber": "text",
    "barcode": "text",
    "integer": "number",
    "int": "number",
    "decimal": "number",
    "percentage": "number",
    "range": "number",
    "date": "date",
    "acknowledge": "boolean",
    "trigger": "boolean",
    "note": "note",
    "calculate": "calculated",
    "image": "file",
    "photo": "file",
    "file": "file",
}
WHOLE = ("integer", "int")
# Filled by a device, not by a person: nothing is lost without them.
BY_DEVICE = (
    *("start", "end", "today", "deviceid", "username", "phonenumber", "simserial", "subscriberid"),
    *("email", "audit", "start-geopoint", "imei", "get today", "device id", "start time"),
    *("end time", "background-audio", "background-geopoint"),
)
REASONS = {
    "time": "a time of day is not asked here; ask for a text.",
    "datetime": "a time of day is not asked here; ask for a date.",
    "date time": "a time of day is not asked here; ask for a date.",
    "audio": "recordings are not taken; ask for a file or a text.",
    "video": "recordings are not taken; ask for a file or a text.",
    "geopoint": "places on a map are not asked here.",
    "geotrace": "places on a map are not asked here.",
    "geoshape": "places on a map are not asked here.",
    "rank": "choices are not put in order here; ask for one or several.",
    "hidden": "what nobody sees is not asked; use calculate.",
    "xml-external": "choices in another file are not taken over.",
    "csv-external": "choices in another file are not taken over.",
}
FROM_ELSEWHERE = ("external", "from file", "${")


@dataclass(frozen=True)
class Kind:
    """What a row of the survey is. ``name`` is our type, or group, repeat, end, nothing, or ""
    where it is not taken; ``reason`` then says why."""

    name: str
    words: str = ""
    listed: str = ""  # name of its list of choices
    has_other: bool = False
    reason: str = ""


def kind_of(written: str) -> Kind:
    text = " ".join(written.split())
    words = text.lower().replace("_", " ")
    if control := CONTROL.fullmatch(text):
        is_group = control["what"].lower() == "group"
        edge = "group" if is_group else "repeat"
        return Kind("end" if control["edge"].lower() == "end" else edge, edge)
    if found := SELECT.fullmatch(text):
        name = "single" if found["one"] else "multiple"
        return Kind(name, words, found["list"], bool(found["other"]))
    if not words or words in BY_DEVICE:
        return Kind("nothing", words)
    if words in PLAIN:
        return Kind(PLAIN[words], words)
    return Kind("", words, reason=_reason(text, words))


def _reason(text: str, words: str) -> str:
    if words.startswith("select") and any(mark in words for mark in FROM_ELSEWHERE):
        return "choices from another file or question are not taken over."
    return REASONS.get(words, f"{text!r:.40} is not a kind of question that we ask.")
