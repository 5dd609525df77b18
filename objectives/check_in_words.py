"""What check-ins say, in words: what was said and when, how late one is, what the chart reads."""

from datetime import date

from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from objectives import wording
from objectives.models import CheckIn
from objectives.standing import Standing
from productops import numbers


def said_in_short(said: CheckIn, unit: str) -> str:
    """ "7.1 d, confidence 7 of 10": what a check-in says, without its words."""
    where = str(said.get_zone_display()) if said.zone else numbers.quantity(said.value, unit)
    parts = [where] if said.zone or said.value is not None else []
    if said.confidence is not None:
        parts.append(wording.confidence(Standing(confidence=said.confidence)))
    return ", ".join(parts) or numbers.NOTHING


def said_meanwhile(said: CheckIn, by) -> str:
    """Who was faster, and how long ago; what the reader may do about it."""
    facts = {"who": said.author, "n": numbers.number(said.confidence), "when": ago(said)}
    if said.author_id == getattr(by, "pk", None):
        return _("You said %(n)s of 10 %(when)s. Save again if this is to stand beside it.") % facts
    told = _("%(who)s said %(n)s of 10 %(when)s. Save again to keep yours beside it.")
    return told % facts


def ago(said: CheckIn) -> str:
    """How long ago it was written: "just now", "2 minutes ago"."""
    since = timesince(said.created_at, depth=1)
    return _("just now") if since.startswith("0") else _("%(time)s ago") % {"time": since}


def lateness(due: date, on: date) -> str:
    days = (on - due).days
    if days <= 0:
        return _("due today")
    return ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}


def assured(assurance: str) -> str:
    """What the usual range says of the KPI's own target; "" where it says nothing yet."""
    words = {"met": _("reliably met"), "missed": _("out of reach"), "hit_or_miss": _("hit or miss")}
    return words.get(str(assurance), "")


# What the chart reads, as status and word.
READINGS = {
    "better": ("good", gettext_lazy("Better than usual")),
    "worse": ("bad", gettext_lazy("Worse than usual")),
    "changed": ("flat", gettext_lazy("Changed")),
    "usual": ("flat", gettext_lazy("As usual")),
}
