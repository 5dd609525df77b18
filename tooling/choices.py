from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

RENEWAL_WINDOW = timedelta(days=120)  # Zylo: terms are reviewed 120 days before the renewal
GOES_LIVE_SOON = timedelta(days=14)  # a wave is prepared in its last two weeks
RADAR_NEWS = timedelta(days=183)  # half a year: how often radars are usually published
USAGE_MONTHS = 12  # what a tool's page looks back on
SIZING_DAYS = 90  # Zylo: usage is measured over the 90 days before a renewal
SEAT_BUFFER = 0.1  # a tenth more than the usual busy day needs
MOST_WINDOW = 366  # days within which a person may count as active

SEAT_GIVEN, SEAT_ENDED = "seat given", "seat ended"  # entries of a tool's log that name people
SEAT_VERBS = (SEAT_GIVEN, SEAT_ENDED)


class Ring(models.TextChoices):
    ADOPT = "adopt", _("Adopt")
    TRIAL = "trial", _("Trial")
    ASSESS = "assess", _("Assess")
    HOLD = "hold", _("Hold")


# What other radars call our rings.
RING_NAMES = {ring.value: ring for ring in Ring} | {"caution": Ring.HOLD, "retire": Ring.HOLD}


class PriceModel(models.TextChoices):
    PER_SEAT = "per_seat", _("Per seat")
    FLAT = "flat", _("Flat")
    USAGE = "usage", _("By usage")
    PACK = "pack", _("Per pack of seats")


class BillingPeriod(models.TextChoices):
    MONTH = "month", _("Month")
    YEAR = "year", _("Year")


PERIODS_A_YEAR = {BillingPeriod.MONTH: 12, BillingPeriod.YEAR: 1}


class RenewalDecision(models.TextChoices):
    """What is to happen at the end of a contract; nothing yet where it is empty."""

    RENEW = "renew", _("Renew as it is")
    RESIZE = "resize", _("Renew with another number of seats")
    END = "end", _("Let it end")


class Strength(models.TextChoices):
    """How much a sign of use proves: a sign-in is weak, the use of a feature strong."""

    WEAK = "weak", _("Signed in")
    STRONG = "strong", _("Used")


class SeatUse(models.TextChoices):
    """Whether a seat that somebody holds is used, and if not, why."""

    ACTIVE = "active", _("Active")
    IDLE = "idle", _("Not used lately")
    NEVER = "never", _("Never used")
    LEFT = "left", _("No longer with us")


class RolloutState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    ACTIVE = "active", _("Under way")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")
