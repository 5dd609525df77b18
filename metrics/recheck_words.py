"""What was found when an improvement was asked about again, in words."""

from django.utils.translation import gettext as _

from metrics.choices import RecheckResult
from metrics.models import Recheck
from productops import numbers

# How a result is drawn (templates/ui/status.html).
KINDS = {
    RecheckResult.HELD: "good",
    RecheckResult.FADED: "bad",
    RecheckResult.REVERSED: "bad",
    RecheckResult.UNCLEAR: "flat",
}


def sentence(recheck: Recheck, unit: str = "") -> str:
    """One sentence: whether it lasted, and by how much it still differs from the time before."""
    if recheck.ci_low is None or recheck.ci_high is None:
        return _("Cannot tell whether it lasted: too few numbers can be compared.")
    words = {
        "effect": numbers.signed(recheck.effect),
        "low": numbers.signed(recheck.ci_low),
        "high": numbers.signed(recheck.ci_high),
        "unit": numbers.affixes(unit)[1],
    }
    said = {
        RecheckResult.HELD: _("It has lasted."),
        RecheckResult.FADED: _("It has faded: the level reached is lost, in part or altogether."),
        RecheckResult.REVERSED: _("It is worse now than before the change."),
        RecheckResult.UNCLEAR: _("Cannot tell whether it lasted: it could be either level."),
    }[RecheckResult(recheck.result)]
    against = _(
        "Against the mean before the change the difference is %(effect)s%(unit)s, "
        "95%% sure between %(low)s and %(high)s%(unit)s."
    )
    return f"{said} {against % words}"
