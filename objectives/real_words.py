"""How realistic the numbers of a key result are, in words for pages and programs."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from objectives.checking import Check
from objectives.progress import Realism
from objectives.progress.realism import LEAST_TOLD, MOST_TOLD, WHOLE_FROM
from objectives.progress.soundness import AGAINST, REACHED
from productops import numbers
from productops.cadences import count_of_periods, names_of_periods

SENTENCES = {
    "too_few": gettext_lazy("Too few points yet to say how realistic this is: it takes six."),
    "outside": gettext_lazy(
        "Outside what this process does by itself: it needs an improvement (%(linked)s)."
    ),
    "by_luck": gettext_lazy(
        "Inside the usual variation: expected to be met by luck in %(share)s of %(periods)s."
    ),
    "usual": gettext_lazy("Already met in %(about)s of %(periods)s: not a stretch."),
    "constant_met": gettext_lazy("The series does not vary and meets the target already."),
    "constant_missed": gettext_lazy(
        "The series does not vary and misses the target: it needs an improvement (%(linked)s)."
    ),
}
# Where there are values enough to count, a share is no estimate.
COUNTED = {
    "by_luck": gettext_lazy("Inside the usual variation: met by luck in %(met)s of %(counted)s."),
    "usual": gettext_lazy("Already met in %(met)s of %(counted)s: not a stretch."),
}
NEVER_MET = gettext_lazy("Inside the usual variation, and yet met in none of %(counted)s.")
DOUBTS = {
    AGAINST: {
        "up": gettext_lazy("More is better for this KPI, but the target lies below its start."),
        "down": gettext_lazy("Less is better for this KPI, but the target lies above its start."),
    },
    REACHED: gettext_lazy("The target is reached already: it stands at %(now)s."),
}


def realism_sentence(check: Check, linked: int = 0) -> str:
    """What the data says of a target, with so many improvements ``linked``; "" where nothing."""
    if check.realism is None or check.definition is None:
        return ""
    cadence = str(check.definition.cadence)
    return str(_sentence(check)) % {
        "share": chance(check.realism),
        "about": about(check.realism),
        "periods": names_of_periods(cadence),
        "met": check.met,
        "counted": count_of_periods(check.counted, cadence),
        "linked": _linked(linked),
    }


def _sentence(check: Check):
    reading = check.realism.reading if check.realism else ""
    if check.is_counted and reading == "by_luck" and not check.met:
        return NEVER_MET
    return (COUNTED if check.is_counted else {}).get(reading) or SENTENCES[reading]


def met_sentence(check: Check) -> str:
    """How often the target was met, where the realism is an estimate; "" where it says so."""
    if check.is_counted or not check.counted or not check.has_probability:
        return ""
    counted = count_of_periods(check.counted, str(check.definition.cadence))
    if not check.met:
        return _("It was met in none of the last %s.") % counted
    return _("It was met in %(met)s of the last %(counted)s.") % {
        "met": check.met, "counted": counted,
    }  # fmt: skip


def mean_sentence(check: Check) -> str:
    """How likely the mean over the cycle meets the target; "" where that is not known."""
    if check.mean is None or check.mean.probability is None:
        return ""
    text = _(
        "As a mean over the cycle's %(periods)s it is met by itself with a chance of %(share)s."
    )
    periods = count_of_periods(check.buckets, str(check.definition.cadence))
    return text % {"periods": periods, "share": chance(check.mean)}


def doubts(check: Check) -> list[str]:
    """What speaks against the numbers, a sentence each."""
    return [_doubt(doubt, check) for doubt in check.doubts]


def _doubt(doubt: str, check: Check) -> str:
    text = DOUBTS[doubt]
    if isinstance(text, dict):
        return str(text[str(check.definition.direction)])
    return str(text) % {"now": numbers.quantity(check.now, check.unit)}


def chance(found: Realism) -> str:
    """A probability in no more digits than luck has: "55%", "1.2%", "under 0.1%", "over 99%"."""
    share, is_estimate = found.probability, found.basis == "normal"
    if share is None:
        return numbers.NOTHING
    if is_estimate and share < LEAST_TOLD:
        return _("under %s") % numbers.percent(LEAST_TOLD)
    if is_estimate and share > MOST_TOLD:
        return _("over %s") % numbers.percent(MOST_TOLD)
    return numbers.percent(share, 0 if share >= WHOLE_FROM or share == 0 else 1)


def about(found: Realism) -> str:
    """The same where it is the rule: "about 61%", and still "over 99%"."""
    is_rounded = found.probability is not None and found.probability <= MOST_TOLD
    return _("about %s") % chance(found) if is_rounded else chance(found)


def _linked(number: int) -> str:
    if not number:
        return _("none linked")
    return ngettext("%(n)s linked", "%(n)s linked", number) % {"n": number}
