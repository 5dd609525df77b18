"""Bodies of requests: JSON that means one thing only, and is neither deep nor huge."""

import json
import math
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from productops.api.problems import Problem

DEEPEST = 20
LARGEST_WHOLE = 2**63 - 1


class StrictJSONParser(BaseParser):
    """JSON in UTF-8 without NaN, Infinity, twice the same key, deep nesting, NUL characters,
    halves of surrogate pairs, or numbers that neither a double nor 64 bits can hold."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None) -> Any:
        body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise Problem(413, _("More was sent than can be taken in one piece."))
        return parsed(body)


def parsed(body: bytes) -> Any:
    """The value of a JSON text. Raises ParseError with a sentence for what is refused."""
    value = loaded(body)
    check(value)
    return value


def loaded(body: bytes) -> Any:
    """The value of a JSON text whose cells somebody else looks at."""
    try:
        return json.loads(body.decode(), parse_constant=_no_constant, object_pairs_hook=_no_twins)
    except RecursionError as error:
        raise ParseError(_("The JSON is nested too deeply.")) from error
    except UnicodeDecodeError as error:
        raise ParseError(_("The body is not UTF-8.")) from error
    except ValueError as error:
        raise ParseError(_("This is not JSON: %(reason)s") % {"reason": error}) from error


def check(value: Any) -> None:
    """Refuse values that JSON allows and nobody can mean. Walks without recursion."""
    waiting = [(value, 0)]
    while waiting:
        found, depth = waiting.pop()
        if isinstance(found, str):
            _check_text(found)
        elif isinstance(found, (dict, list)):
            if depth >= DEEPEST:
                raise ParseError(_("The JSON is nested too deeply."))
            inner = [*found, *found.values()] if isinstance(found, dict) else found
            waiting.extend((each, depth + 1) for each in inner)
        else:
            _check_number(found)


def _check_text(text: str) -> None:
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise ParseError(_("A text holds characters that are no text."))


def _check_number(number: Any) -> None:
    if isinstance(number, float) and not math.isfinite(number):
        raise ParseError(_("A number is too large."))
    if isinstance(number, int) and abs(number) > LARGEST_WHOLE:
        raise ParseError(_("A number is too large."))


def _no_constant(name: str):
    raise ValueError(_("%(name)s is no number") % {"name": name})


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twin = next(name for name in found if names.count(name) > 1)
        raise ValueError(_("the key %(name)s stands twice") % {"name": json.dumps(twin)})
    return found
