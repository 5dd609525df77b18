"""How numbers, ages and dates are written for people: one way for pages, charts, mail and files.

At most three significant digits, but never at the cost of an integer digit; U+2212 for minus;
a no-break space before a unit; separators and the gap before % by locale.
"""

import math
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import formats, timezone
from django.utils.translation import get_language, gettext, ngettext

MINUS = "\u2212"
NO_BREAK = "\u00a0"
NARROW_NO_BREAK = "\u202f"
NOTHING = "\u2013"
SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥", "INR": "₹", "KRW": "₩", "ILS": "₪"}
# Languages that set a space before the percent sign; the others set none.
PERCENT_GAP = {
    "de": NO_BREAK,
    "es": NO_BREAK,
    "sv": NO_BREAK,
    "nb": NO_BREAK,
    "fi": NO_BREAK,
    "cs": NO_BREAK,
    "fr": NARROW_NO_BREAK,
}
# Beyond this a reader counts digits instead of reading: powers of ten take over.
LARGEST_PLAIN = 1e15
SIGNIFICANT = 3

Number = int | float | Decimal


def number(value: Number | None, decimals: int | None = None) -> str:
    """Write a number for people, "–" for None and for what is not finite.

    Without `decimals` it keeps three significant digits or all integer digits, whichever is
    more, and drops trailing zeros; with `decimals` exactly that many follow the point.
    """
    # A template gives "" for what is not there, such as the reading of a series without numbers.
    if value is None or isinstance(value, (bool, str)) or not math.isfinite(value):
        return NOTHING
    exact = Decimal(str(value))
    if exact and (abs(exact) >= LARGEST_PLAIN or abs(exact) < Decimal("1e-9")):
        return f"{exact:.2e}".replace("-", MINUS)
    places = _needed(exact) if decimals is None else decimals
    rounded = _rounded(exact, places)
    text = formats.number_format(abs(rounded), decimal_pos=places, force_grouping=True)
    return MINUS + text if rounded < 0 else text


def _places(exact: Decimal) -> int:
    """Decimals that leave three significant digits: 4.126 -> 2, 41.26 -> 1, 412.6 -> 0."""
    return max(0, SIGNIFICANT - 1 - exact.adjusted()) if exact else 0


def _needed(exact: Decimal) -> int:
    """Decimals that three significant digits need once trailing zeros are gone: 7.0 -> 0."""
    kept = _rounded(exact, _places(exact)).normalize()
    return max(0, -int(kept.as_tuple().exponent))


def _rounded(exact: Decimal, places: int) -> Decimal:
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _shared(ends: list[Decimal]) -> int | None:
    """Decimals for two numbers side by side; None where powers of ten take over."""
    if any(abs(end) >= LARGEST_PLAIN for end in ends):
        return None
    coarser = min((_places(end) for end in ends if end), default=0)
    return min(coarser, max(_needed(end) for end in ends))


def signed(value: Number | None, decimals: int | None = None) -> str:
    """Write a change with its sign: "+0.3", "−0.1", "±0"."""
    text = number(value, decimals)
    if text in (NOTHING,) or text.startswith(MINUS):
        return text
    return ("±" if not any(digit in text for digit in "123456789") else "+") + text


def percent(share: Number | None, decimals: int | None = None) -> str:
    """Write a share (0.41) as per cent ("41%"), with the gap before the sign by locale."""
    if share is None or isinstance(share, str) or not math.isfinite(share):
        return NOTHING
    return quantity(Decimal(str(share)) * 100, "%", decimals)


def money(amount: Number | None, currency: str = "EUR", decimals: int | None = None) -> str:
    """Write an amount with its currency before it: "€48,000", "CHF 1,200.50", "−€5".

    Whole amounts and those from 1,000 up show no cents unless `decimals` asks for them.
    """
    if amount is None or isinstance(amount, str) or not math.isfinite(amount):
        return NOTHING
    if decimals is None:
        is_round = abs(float(amount)) >= 1000 or amount == int(amount)
        decimals = 0 if is_round else 2
    text = number(amount, decimals)
    code = currency.upper()
    sign, digits = (MINUS, text[1:]) if text.startswith(MINUS) else ("", text)
    return f"{sign}{SYMBOLS.get(code, code + NO_BREAK)}{digits}"


def quantity(value: Number | None, unit: str = "", decimals: int | None = None) -> str:
    """Write a number with its unit: "41%", "5.9 d", "€214"; a currency goes before, else after."""
    prefix, suffix = affixes(unit)
    text = number(value, decimals)
    if text == NOTHING:
        return text
    sign, digits = (MINUS, text[1:]) if text.startswith(MINUS) else ("", text)
    return f"{sign}{prefix}{digits}{suffix}"


def unit_apart(unit: str) -> str:
    """The unit of a difference: two values in per cent lie points apart, not per cent."""
    return gettext("points") if unit == "%" else unit


def affixes(unit: str) -> tuple[str, str]:
    """Return what stands before and after a number of this unit, spacing included."""
    if unit in SYMBOLS.values():
        return unit, ""
    if unit.upper() in SYMBOLS:
        return SYMBOLS[unit.upper()], ""
    if unit == "%":
        language = (get_language() or "en").split("-")[0]
        return "", PERCENT_GAP.get(language, "") + "%"
    return "", NO_BREAK + unit if unit else ""


def between(low: Number | None, high: Number | None, unit: str = "") -> str:
    """Write a range once with its unit: "19–38%", "€194–217", "−3 to 4 d".

    Both ends get the decimals of the larger one: "6.9–12.2", not "6.89–12.2".
    """
    prefix, suffix = affixes(unit)
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return NOTHING
    shared = _shared([Decimal(str(low)), Decimal(str(high))])
    first, last = number(low, shared), number(high, shared)
    joint = gettext(" to ") if MINUS in first + last else NOTHING
    return f"{prefix}{first}{joint}{last}{suffix}"


def age(since: datetime | date, now: datetime | date) -> str:
    """Say how old something is: "9 days old", "3 hours old", "new" under a minute.

    Both are dates, or both aware times; what lies in the future counts as new.
    """
    seconds = max(timedelta(0), _difference(now, since)).total_seconds()
    if seconds >= 86_400:
        days = int(seconds // 86_400)
        return ngettext("%(n)s day old", "%(n)s days old", days) % {"n": number(days)}
    if seconds >= 3_600:
        hours = int(seconds // 3_600)
        return ngettext("%(n)s hour old", "%(n)s hours old", hours) % {"n": hours}
    minutes = int(seconds // 60)
    if minutes == 0:
        return gettext("new")
    return ngettext("%(n)s minute old", "%(n)s minutes old", minutes) % {"n": minutes}


def _difference(later: datetime | date, earlier: datetime | date) -> timedelta:
    if isinstance(later, datetime) and isinstance(earlier, datetime):
        return later - earlier
    if isinstance(later, datetime) or isinstance(earlier, datetime):
        raise TypeError("since and now are both dates or both times.")
    return later - earlier


def short_date(day: date | datetime, today: date) -> str:
    """Write a date: "13 Nov" in this year, "13 Nov 2025" in another."""
    if isinstance(day, datetime):
        day = timezone.localtime(day).date() if timezone.is_aware(day) else day.date()
    return formats.date_format(day, "j M" if day.year == today.year else "j M Y")


def date_range(first: date, last: date, today: date) -> str:
    """Write a span of days: "16–22 Nov", "28 Oct – 3 Nov", with the year where it is not this."""
    if first == last:
        return short_date(first, today)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}{NOTHING}{short_date(last, today)}"
    return f"{short_date(first, today)} {NOTHING} {short_date(last, today)}"
