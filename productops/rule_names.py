"""What the rules of process-behaviour charts are called: metrics finds them, others tell them."""

from django.utils.translation import gettext as _


def name_of_signal(signal: str, rule_set: str = "wheeler") -> str:
    """What a rule of a rule set says, in words; the rule's own name where we have none."""
    outside = _("outside the usual range")
    eight = _("eight in a row on one side of the mean")
    two = _("two of three more than two thirds of the way to a limit")
    four = _("four of five more than a third of the way to a limit")
    known = {
        "wheeler": {
            "outside": outside,
            "run": eight,
            "near_limit": _("three of four near a limit"),
        },
        "nhs": {
            "outside": outside,
            "shift": _("a shift: seven on one side"),
            "trend": _("a trend: seven rising or falling"),
            "two_of_three": _("two of three near a limit"),
        },
        "western_electric": {"rule1": outside, "rule2": two, "rule3": four, "rule4": eight},
        "nelson": {
            "rule1": outside,
            "rule2": _("nine in a row on one side of the mean"),
            "rule3": _("six in a row rising or falling"),
            "rule4": _("fourteen going up and down in turn"),
            "rule5": two,
            "rule6": four,
            "rule7": _("fifteen in a row close to the mean"),
            "rule8": _("eight in a row away from the mean, on both sides"),
        },
    }
    return known.get(rule_set, {}).get(signal, signal)
