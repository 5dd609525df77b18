from django.db import models
from django.utils.translation import gettext_lazy as _


class Ring(models.TextChoices):
    ADOPT = "adopt", _("Adopt")
    TRIAL = "trial", _("Trial")
    ASSESS = "assess", _("Assess")
    HOLD = "hold", _("Hold")


class PriceModel(models.TextChoices):
    PER_SEAT = "per_seat", _("Per seat")
    FLAT = "flat", _("Flat")
    USAGE = "usage", _("By usage")
    PACK = "pack", _("Per pack of seats")


class BillingPeriod(models.TextChoices):
    MONTH = "month", _("Month")
    YEAR = "year", _("Year")


class Strength(models.TextChoices):
    """How much a sign of use proves: a sign-in is weak, the use of a feature strong."""

    WEAK = "weak", _("Signed in")
    STRONG = "strong", _("Used")


class RolloutState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    ACTIVE = "active", _("Under way")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")
