"""One verdict on text from outside, whichever door it came through: page, API or file.

Each function gives a clean value or raises ``Unreadable`` with a sentence for people. Nothing is
guessed: what can be read in two ways is refused.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from productops.figures import LARGEST

SMALLEST = 1e-100  # nearer to zero than any figure of a working life; below it digits get lost
LONGEST_NUMBER = 64  # characters; a double needs 24 at most
FIRST_YEAR, LAST_YEAR = 1900, 2200
MINUS = "\u2212"  # what our own pages write
GROUPS = {".": ",", ",": "."}  # by decimal mark, the mark that may part thousands

_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r" ?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROL_IN_LINES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_RUN = re.compile(r"[^a-z0-9]+")


class Unreadable(ValueError):  # noqa: N818  a sentence for people, not a fault
    """The text is not what it should be; the message is a whole sentence, ready to be shown."""


def to_number(value: Any, *, decimal: str = ".") -> float:
    """Read a number as a finite double between -1e100 and 1e100.

    ``decimal`` is the decimal mark of the source, "." or ",". Marks between thousands are taken
    where they leave no doubt (1,234,567 or 1,234.5); "1,5" and "2,666" are refused. ASCII digits
    only; the minus may be the typographic one.
    """
    if isinstance(value, str):
        return _in_range(float(_plain_number(value, decimal)), value)
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise Unreadable(_("“%(text)s” is not a number.") % {"text": _shown(value)})
    try:
        return _in_range(float(value), value)
    except (OverflowError, ValueError):
        raise Unreadable(_("This number is too large.")) from None


def to_whole(value: Any, *, low: int = 0, high: int = 2**31 - 1, decimal: str = ".") -> int:
    """Read a whole number from ``low`` to ``high``; 3.0 is 3, 3.5 is refused."""
    number = to_number(value, decimal=decimal)
    if number != int(number):
        raise Unreadable(_("“%(text)s” is not a whole number.") % {"text": _shown(value)})
    if not low <= number <= high:
        raise Unreadable(
            _("Write a whole number from %(low)s to %(high)s.") % {"low": low, "high": high}
        )
    return int(number)


def to_amount(value: Any, *, places: int = 2, decimal: str = ".") -> Decimal:
    """Read an amount of money below 10 to the 12th, as Decimal with at most ``places`` decimals."""
    number = to_number(value, decimal=decimal)
    amount = Decimal(_plain_number(value, decimal) if isinstance(value, str) else str(value))
    if abs(number) >= 1e12:
        raise Unreadable(_("This amount is too large."))
    if amount != round(amount, places):
        raise Unreadable(
            _("An amount has at most %(places)s decimals: “%(text)s”.")
            % {"places": places, "text": _shown(value)}
        )
    return round(amount, places)


def to_date(value: Any) -> date:
    """Read a date written as 2026-03-31, of the years 1900 to 2200."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return _in_years(value)
    found = _DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise Unreadable(
            _("“%(text)s” is not a date; write it as 2026-03-31.") % {"text": _shown(value)}
        )
    return _in_years(_day_of(*(int(part) for part in found.groups()), text=value))


def to_moment(value: Any, zone: ZoneInfo) -> datetime:
    """Read a point in time, in UTC.

    A bare date is that day's start in ``zone``; a time without an offset is the wall clock of
    ``zone``. A time that the clocks skip is refused; one that comes twice is the first.
    """
    if isinstance(value, datetime):
        return _to_utc(value, zone)
    text = value.strip() if isinstance(value, str) else value
    if isinstance(text, date) or (isinstance(text, str) and len(text) <= 10):
        return datetime.combine(to_date(text), time(), tzinfo=zone).astimezone(UTC)
    found = _MOMENT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise Unreadable(
            _("“%(text)s” is not a time; write it as 2026-03-31T14:00 or 2026-03-31T14:00Z.")
            % {"text": _shown(value)}
        )
    return _to_utc(_moment_of(*found.groups(), text=value), zone)


def to_slug(value: str) -> str:
    """Make the key of a name: lower case, each run of other characters than a-z and 0-9 one "-".

    Raises Unreadable where nothing of the name would be left.
    """
    slug = _RUN.sub("-", clean_text(value).lower())
    if not slug.strip("-"):
        raise Unreadable(
            _("“%(text)s” has no letter from a to z and no digit.") % {"text": _shown(value)}
        )
    return slug


def to_flag(value: Any) -> bool:
    """Read yes or no: true, yes, 1 or false, no, 0, in any case."""
    text = str(value).strip().lower()
    if text in ("true", "yes", "1"):
        return True
    if text in ("false", "no", "0"):
        return False
    raise Unreadable(_("“%(text)s” is neither yes nor no.") % {"text": _shown(value)})


def clean_text(value: Any, *, longest: int | None = None, has_lines: bool = False) -> str:
    """Text without blanks around it, in Unicode's composed form (NFC), fit for every database.

    Control characters, NUL and halves of surrogate pairs are refused; ``has_lines`` allows line
    breaks and tabs. ``longest`` counts characters.
    """
    if not isinstance(value, str):
        raise Unreadable(_("“%(text)s” is not text.") % {"text": _shown(value)})
    # Measured before it is worked on: composing a megabyte takes its time.
    if longest is not None and len(value) > longest * 4:
        raise Unreadable(_too_long(longest))
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
    if longest is not None and len(text) > longest:
        raise Unreadable(_too_long(longest))
    if found := (_CONTROL_IN_LINES if has_lines else _CONTROL).search(text):
        raise Unreadable(
            _("The character U+%(code)s is not allowed here.") % {"code": f"{ord(found[0]):04X}"}
        )
    return text


def _too_long(longest: int) -> str:
    return _("Write at most %(longest)s characters.") % {"longest": longest}


def _plain_number(value: str, decimal: str) -> str:
    """The number as Python spells it: no groups, a point for the decimal mark."""
    text = value.strip().replace(MINUS, "-")
    if len(text) > LONGEST_NUMBER:
        raise Unreadable(_("This number is longer than %(most)s characters.") % {"most": 64})
    if decimal == ",":
        text = text.translate(str.maketrans(",.", ".,"))
    if _PLAIN.fullmatch(text):
        return text
    if _GROUPED.fullmatch(text):
        if text.count(",") > 1 or "." in text:
            return text.replace(",", "")
        raise Unreadable(
            _("“%(text)s” can be read in two ways; write thousands without a mark.")
            % {"text": _shown(value)}
        )
    raise Unreadable(_("“%(text)s” is not a number.") % {"text": _shown(value)})


def _in_range(number: float, value: Any) -> float:
    if number != number:
        raise Unreadable(_("“%(text)s” is not a number.") % {"text": _shown(value)})
    if abs(number) > LARGEST:
        raise Unreadable(_("This number is too large."))
    if abs(number) < SMALLEST and (number or _has_digits(value)):
        raise Unreadable(_("This number is too close to zero; write 0."))
    return number or 0.0  # minus zero is zero


def _has_digits(value: Any) -> bool:
    """Whether a text that was read as zero says anything but zero."""
    return isinstance(value, str) and bool(re.search("[1-9]", value.lower().split("e")[0]))


def _in_years(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Unreadable(
            _("The year %(year)s is not between %(first)s and %(last)s.")
            % {"year": day.year, "first": FIRST_YEAR, "last": LAST_YEAR}
        )
    return day


def _day_of(year: int, month: int, day: int, *, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable(
            _("“%(text)s” is not a day of the calendar.") % {"text": _shown(text)}
        ) from None


def _moment_of(day: str, clock: str, offset: str | None, *, text: str) -> datetime:
    """A datetime of the parts; without an offset it stays naive."""
    try:
        moment = datetime.combine(to_date(day), time.fromisoformat(_padded(clock)))
        return moment if offset is None else datetime.fromisoformat(f"{moment.isoformat()}{offset}")
    except Unreadable:
        raise
    except ValueError:
        raise Unreadable(
            _("“%(text)s” is not a time of the calendar.") % {"text": _shown(text)}
        ) from None


def _padded(clock: str) -> str:
    """A time with six decimals, as Python 3.10's reader and its successors all take it."""
    whole, _point, part = clock.partition(".")
    return f"{whole}.{part.ljust(6, '0')}" if part else whole


def _to_utc(moment: datetime, zone: ZoneInfo) -> datetime:
    _in_years(moment.date())
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    there = moment.replace(tzinfo=zone)
    if there.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
        raise Unreadable(
            _("The clocks skip %(time)s in %(zone)s.")
            % {"time": moment.isoformat(" ", "minutes"), "zone": zone.key}
        )
    return there.astimezone(UTC)


def _shown(value: Any) -> str:
    """The text as it can be quoted: short, and without what cannot be printed."""
    text = value if isinstance(value, str) else repr(value)
    clean = "".join(letter if letter.isprintable() else "�" for letter in text[:60])
    return clean[:39] + "…" if len(clean) > 40 else clean
