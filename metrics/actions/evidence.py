"""What promises are judged by: the points of all series that have a part in them, at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from metrics.actions.facts import Facts, facts_of, spans_by_series
from metrics.choices import Basis, Delivery, ImprovementState, Method
from metrics.comparable import comparable
from metrics.judgement import Dot
from metrics.models import Improvement, Registration, Snapshot
from metrics.windows import Windows, difference, is_stale, windows_of
from objectives.choices import Chart

# How far back points are read: the window before, with room for gaps and points left out.
LOOK_BACK = timedelta(days=366 * 3)


@dataclass(frozen=True)
class Evidence:
    """Facts and points by series, and all promises that these series have to do with."""

    facts: Mapping[int, Facts]
    dots: Mapping[int, Sequence[Dot]]
    today: date
    rivals: Mapping[int, Sequence[Registration]] = field(default_factory=dict)

    def dots_of(self, registration: Registration) -> Sequence[Dot]:
        """The points that are judged: those of the series, or how far it lies from its control."""
        own = self.dots[registration.series_id]
        if registration.method == Method.CONTROLLED:
            return difference(own, self.dots[registration.control_id])
        return own


@dataclass(frozen=True)
class Case:
    """A registration on one basis, with the points that it is judged by."""

    registration: Registration
    basis: str
    facts: Facts
    windows: Windows
    shares_with: Improvement | None
    is_stale: bool
    # What was taken out before comparing, as the series is read: "season", "trend" or "".
    without: str = ""
    # Beside the difference to a control: its own points and those of the series in both windows.
    beside: Mapping[str, Windows] = field(default_factory=dict)

    @property
    def key(self) -> tuple[int, str]:
        return self.registration.pk, self.basis


def series_in(promised: Iterable[Registration]) -> set[int]:
    """All series that have a part in judging these promises."""
    found = set()
    for one in promised:
        found |= {one.series_id, one.control_id, one.improvement.dose_series_id}
    return {pk for pk in found if pk is not None}


def gathered(promised: Sequence[Registration], known: Mapping[int, Facts], today: date) -> Evidence:
    """Load what is not known yet of the series that take part; a constant number of queries."""
    wanted = series_in(promised)
    missing = sorted(wanted - set(known))
    facts = dict(known)
    if missing:
        facts |= facts_of(missing, spans_by_series(missing), today)
    since = min(one.improvement.go_live_on for one in promised) - LOOK_BACK
    dots = dots_by_series({pk: facts[pk] for pk in wanted}, since)
    return Evidence(facts, dots, today, rivals_on(wanted))


def dots_by_series(facts: Mapping[int, Facts], since: date) -> dict[int, list[Dot]]:
    """The points near the changes, of all series at once."""
    found: dict[int, list[Dot]] = {series_id: [] for series_id in facts}
    rows = Snapshot.objects.known().filter(series__in=found, period__gte=since)
    for series_id, period, value in rows.order_by("series_id", "period").values_list(
        "series_id", "period", "value"
    ):
        known = facts[series_id]
        is_closed = known.is_closed(period)
        found[series_id].append(Dot(period, value, is_closed, period in known.excluded))
    return found


def rivals_on(series_ids: Iterable[int]) -> dict[int, list[Registration]]:
    """All promises on these series, by series: they share what moves it."""
    found: dict[int, list[Registration]] = {}
    rows = Registration.objects.promised().filter(series__in=series_ids)
    for one in rows.select_related("improvement").order_by("pk"):
        found.setdefault(one.series_id, []).append(one)
    return found


def cases_of(registration: Registration, evidence: Evidence) -> list[Case]:
    """As decided, from the day of going live; and as delivered, where the dose was reached."""
    improvement = registration.improvement
    found = [case_of(registration, evidence, Basis.DECIDED, improvement.go_live_on)]
    if improvement.delivery == Delivery.DELIVERED and improvement.delivered_on:
        found.append(case_of(registration, evidence, Basis.DELIVERED, improvement.delivered_on))
    return found


def case_of(registration: Registration, evidence: Evidence, basis: str, live_on: date) -> Case:
    facts = evidence.facts[registration.series_id]
    dots = evidence.dots_of(registration)
    windows = windows_on(registration, facts, dots, live_on)
    judged, without = levelled(registration, facts, windows)
    return Case(
        registration=registration,
        basis=basis,
        facts=facts,
        windows=judged,
        without=without,
        shares_with=sharing(registration, windows, evidence),
        is_stale=is_stale(dots, facts.spans, evidence.today),
        beside=windows_beside(registration, evidence, live_on),
    )


def levelled(registration: Registration, facts: Facts, windows: Windows) -> tuple[Windows, str]:
    """The windows without what the series is read without, and what that was. A difference to a
    control has neither season nor trend of its own: both sides have it."""
    if registration.method == Method.CONTROLLED:
        return windows, ""
    begun_on = registration.improvement.go_live_on
    before = [stretch for stretch in facts.stretches if stretch.starts < begun_on]
    made = comparable(windows, before[-1] if before else None, facts.chart)
    if made is windows:
        return windows, ""
    return made, "trend" if facts.chart == Chart.TREND else "season"


def windows_on(
    registration: Registration, facts: Facts, dots: Sequence[Dot], live_on: date
) -> Windows:
    begun_on = registration.improvement.go_live_on
    segments = [s.from_period for s in facts.segments if s.from_period < begun_on]
    return windows_of(
        dots,
        facts.spans,
        live_on=live_on,
        trigger_on=registration.trigger_on,
        lag=registration.lag_periods,
        length=registration.window_periods,
        since=segments[-1] if segments else None,
        begun_on=begun_on,
    )


def windows_beside(
    registration: Registration, evidence: Evidence, live_on: date
) -> dict[str, Windows]:
    """The points behind a difference, of the series and of its control, in the periods that
    both have."""
    if registration.method != Method.CONTROLLED:
        return {}
    facts = evidence.facts[registration.series_id]
    pairs = (registration.series_id, registration.control_id)
    own, control = (
        paired(evidence.dots[here], evidence.dots[there]) for here, there in (pairs, pairs[::-1])
    )
    return {
        "treated": windows_on(registration, facts, own, live_on),
        "control": windows_on(registration, facts, control, live_on),
    }


def paired(dots: Sequence[Dot], others: Sequence[Dot]) -> list[Dot]:
    """The points whose period the other series has too, both counting."""
    counting = {dot.period for dot in others if dot.counts}
    return [dot for dot in dots if dot.counts and dot.period in counting]


def sharing(registration: Registration, windows: Windows, evidence: Evidence) -> Improvement | None:
    """Another improvement that went live on the series, or on its control, within the points
    compared."""
    touched = (registration.series_id, registration.control_id)
    others = [other for pk in touched if pk is not None for other in evidence.rivals.get(pk, ())]
    return next(
        (
            other.improvement
            for other in others
            if other.improvement_id != registration.improvement_id
            and other.improvement.state != ImprovementState.STOPPED
            and windows.first < other.improvement.go_live_on <= windows.last
        ),
        None,
    )
