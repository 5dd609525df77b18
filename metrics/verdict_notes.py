"""What a reader should know of a verdict before trusting it, a sentence each."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from metrics import verdict_card
from metrics.choices import Result, Worth
from metrics.models import Verdict
from metrics.multiplicity import Reckoning
from metrics.spc import PROVISIONAL_BELOW
from metrics.triggers import came_back
from metrics.verdict_card import About
from productops import numbers


def notes(
    verdict: Verdict, about: About, standing: tuple[bool, Reckoning] | None = None
) -> list[str]:
    """What a reader should know before trusting it: whether it is worth it, how firm it is, what
    came back by itself, and what a second look says."""
    said = [
        worth(verdict, about),
        provisional(verdict),
        among_many(verdict, standing),
        back_by_itself(verdict, about),
        second_opinion(verdict, about),
    ]
    return [text for text in said if text]


def worth(verdict: Verdict, about: About) -> str:
    least = numbers.quantity(verdict.registration.smallest_effect, numbers.unit_apart(about.unit))
    said = {
        Worth.WORTH_IT: _("It is worth it: at least the %(least)s that were promised."),
        Worth.SIZE_UNCERTAIN: _("Whether it reaches the %(least)s that were promised is open."),
    }.get(verdict.worth, "")
    return said % {"least": least}


def provisional(verdict: Verdict) -> str:
    if not verdict.is_provisional or verdict.ci_low is None:
        return ""
    return _("Provisional: fewer than %(needed)s points are known from before.") % {
        "needed": numbers.number(PROVISIONAL_BELOW)
    }


def among_many(verdict: Verdict, standing: tuple[bool, Reckoning] | None) -> str:
    """The mark of a verdict that many others make doubtful; the verdict itself stays."""
    if standing is None or verdict.result not in (Result.IMPROVED, Result.WORSENED):
        return ""
    stands, found = standing
    if stands:
        return ""
    return ngettext(
        "Among %(n)s verdict of %(round)s it may well be chance.",
        "Among the %(n)s verdicts of %(round)s it may well be one of those found by chance.",
        found.found.n,
    ) % {"n": found.found.n, "round": found.round.name}


def back_by_itself(verdict: Verdict, about: About) -> str:
    """How much of the way back from a bad moment was to be expected anyway."""
    means = [verdict_card.mean_of(verdict.summary, side) for side in ("before", "trigger", "after")]
    found = came_back(*means, direction=verdict.registration.direction)
    if found is None:
        return ""
    return _(
        "It began at a bad moment: of the %(gain)s since then, %(back)s would have come back by "
        "itself. The points that caused the decision are left out of the time before."
    ) % {
        "gain": numbers.quantity(found.gain, numbers.unit_apart(about.unit)),
        "back": numbers.quantity(found.by_itself, numbers.unit_apart(about.unit)),
    }


def second_opinion(verdict: Verdict, about: About) -> str:
    """What segmented regression says, which allows for the trend before; never the verdict."""
    told = verdict.second_opinion
    if not told:
        return ""
    level, low, high = told["level"]
    slope, least, most = told["slope"]
    said = _(
        "A second opinion, which allows for the trend before: the level changed by "
        "%(level)s%(unit)s, 95%% sure between %(low)s and %(high)s%(unit)s; the trend by "
        "%(slope)s%(unit)s a period, between %(least)s and %(most)s%(unit)s."
    )
    return said % {
        "level": numbers.signed(level),
        "low": numbers.signed(low),
        "high": numbers.signed(high),
        "slope": numbers.signed(slope),
        "least": numbers.signed(least),
        "most": numbers.signed(most),
        "unit": numbers.affixes(numbers.unit_apart(about.unit))[1],
    }
