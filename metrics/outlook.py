"""What a promise could show, said while it may still be changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from metrics.actions.promises import present_dots
from metrics.judgement import Dot
from metrics.models import Registration, SeriesState
from metrics.power import detectable, periods_for
from metrics.scorecard import versions_on
from metrics.spc import limits_of
from metrics.spc.limits import mean
from metrics.spc.readings import BETTER_SIDE, autocorrelation
from metrics.verdict import BASELINE_FROM
from metrics.windows import MOST_BEFORE, difference
from objectives.models import KpiVersion
from objectives.progress import realism
from productops import cadences, clock, numbers

LEAST_CHANCE = 0.001  # below, a share says no more than "hardly ever"


@dataclass(frozen=True)
class Outlook:
    """``n`` points are known; the window finds ``least`` or more, and ``needs`` periods would find
    what is ``promised``; by ``chance`` alone an average that good would come, in 0 to 1."""

    n: int
    window: int
    least: float | None = None
    promised: float | None = None
    needs: int | None = None
    chance: float | None = None

    @property
    def is_enough(self) -> bool:
        """Whether the window would find what is promised."""
        return self.least is not None and self.promised is not None and self.least <= self.promised


def outlook_of(promise: Registration) -> Outlook:
    """What is to be expected of a promise, saved or not, by its series as it stands now."""
    values = values_before(promise)
    promised, window = promise.smallest_effect or promise.expected_effect, promise.window_periods
    if len(values) < BASELINE_FROM:
        return Outlook(len(values), window, promised=promised)
    return Outlook(
        n=len(values),
        window=window,
        least=detectable(values, window),
        promised=promised,
        needs=periods_for(values, promised) if promised else None,
        chance=chance_of(values, promise.expected_effect or promised, promise),
    )


def of_form(form) -> list[str]:
    """The outlook of a promise that is still being written (forms.promises.Outlook)."""
    promise = form.promise
    if promise is None:
        return []
    version = versions_on(clock.today(), [promise.series.kpi_id])[promise.series.kpi_id]
    return sentences(outlook_of(promise), version)


def values_before(promise: Registration) -> list[float]:
    """The points that would be the time before, went the change live now."""
    dots: Sequence[Dot] = present_dots(state_of(promise.series))
    if promise.control is not None:
        dots = difference(dots, present_dots(state_of(promise.control)))
    ends = promise.trigger_on or date.max
    return [dot.value for dot in dots if dot.counts and dot.period < ends][-MOST_BEFORE:]


def state_of(series) -> SeriesState | None:
    return getattr(series, "state", None)


def chance_of(values: list[float], effect: float | None, promise: Registration) -> float | None:
    """How often the window's mean would be that much better though nothing was changed."""
    if not effect:
        return None
    centre, spread = mean(values), limits_of(values).mr_centre or 0.0
    r1 = min(max(autocorrelation(values) or 0.0, 0.0), 0.9)
    target = centre + effect * BETTER_SIDE[promise.direction]
    found = realism(
        centre, spread, len(values), target, promise.direction,
        buckets=promise.window_periods, r1=r1,
    )  # fmt: skip
    return found.probability


def sentences(found: Outlook, version: KpiVersion) -> list[str]:
    """The outlook in whole sentences, the most important first."""
    window = cadences.count_of_periods(found.window, version.cadence)
    if found.least is None:
        known = cadences.count_of_periods(found.n, version.cadence)
        return [
            _(
                "Only %(known)s are known so far. Before it goes live %(needed)s are needed, "
                "else nobody can tell whether it worked."
            )
            % {"known": known, "needed": numbers.number(BASELINE_FROM)}
        ]
    said = [
        _("With %(window)s a change of %(least)s or more would probably be seen.")
        % {"window": window, "least": numbers.quantity(found.least, version.unit)}
    ]
    said += [advice(found, version)] if found.promised else []
    said += [by_chance(found, window)] if found.chance is not None else []
    return said


def advice(found: Outlook, version: KpiVersion) -> str:
    promised = numbers.quantity(found.promised, version.unit)
    if found.is_enough:
        return _("That is enough for the %(promised)s that you promise.") % {"promised": promised}
    if found.needs is None:
        return _(
            "You promise %(promised)s: no window would show that. Promise more, or choose a KPI "
            "that varies less."
        ) % {"promised": promised}
    needs = cadences.count_of_periods(found.needs, version.cadence)
    return _("You promise %(promised)s: take %(needs)s.") % {"promised": promised, "needs": needs}


def by_chance(found: Outlook, window: str) -> str:
    if found.chance < LEAST_CHANCE:
        return _("Without any change an average that good over %(window)s hardly ever comes.") % {
            "window": window
        }
    return _(
        "Without any change an average that good over %(window)s comes in %(share)s of cases."
    ) % {"window": window, "share": numbers.percent(found.chance)}
