"""What is known of a key result since its last check-in, read from rows that ``with_evidence``
fetches. Improvements, verdicts, notes and limits are metrics': they come by reverse relations."""

from collections.abc import Iterator
from datetime import date

from objectives import check_in_words, wording
from objectives.choices import ActionState
from objectives.drafting import Evidence, Reading
from objectives.models import CheckIn, KeyResult
from productops import cadences, clock, numbers
from productops.rule_names import name_of_signal

# States of an improvement in which it has gone live, and was not stopped.
GONE_LIVE = ("live", "judged", "kept")
# A verdict may stand twice: from the day that was decided, and from when it was delivered.
DECIDED = "decided"
# Of what a verdict is worth telling: not that it is too early.
TELLING = ("improved", "worsened", "no_change", "unclear")


def evidence_of(key_result: KeyResult, on: date) -> Evidence:
    said = key_result.said_before()
    last = said[0] if said else None
    since = last.on if last else clock.day_of(key_result.created_at)
    # Numbers that were written for another meaning are not put beside what is measured now.
    start = None if key_result.is_meant_otherwise else key_result.baseline
    way = None if start is None or key_result.target is None else key_result.target - start
    return Evidence(
        unit=key_result.unit,
        before=last.value if last else start,
        now=key_result.current(on) if key_result.series else None,
        way=way,
        period=period_of(key_result, on),
        is_first=last is None,
        is_new=_is_new(key_result, last),
        redefined=_redefined(key_result, since, on),
        reading=_reading(key_result, on),
        plan=_planned(key_result, on, way),
        live=list(_live(key_result, since, on)),
        judged=list(_judged(key_result, since)),
        done=list(_done(key_result, since)),
        overdue=[
            (task.title, task.due_on) for task in key_result.actions.all() if task.is_late(on)
        ],
        notes=list(_notes(key_result, since, on)),
        sure=_sure(said),
    )


def period_of(key_result: KeyResult, on: date) -> str:
    """The name of the period that its newest value was measured in; "" where none is known."""
    series = key_result.series
    state = series.known if series else None
    if series is None or state is None or state.latest_period is None or state.latest_period > on:
        return ""
    version = series.kpi.version_on(state.latest_period)
    return cadences.name_of_period(state.latest_period, version.cadence, on) if version else ""


def _is_new(key_result: KeyResult, last: CheckIn | None) -> bool:
    """Whether a number came since it was last said; where nobody knows, one may have."""
    state = key_result.series.known if key_result.series else None
    if last is None or state is None or state.observed_at is None:
        return True
    return clock.day_of(state.observed_at) >= last.on


def _redefined(key_result: KeyResult, since: date, on: date) -> date | None:
    """The day since when its KPI means something else, where that was since it was last said."""
    if key_result.series is None:
        return None
    versions = list(key_result.series.kpi.versions.all())[
        :-1
    ]  # newest first; the first is no change
    changed = [one.valid_from for one in versions if since < one.valid_from <= on]
    return max(changed, default=None)


def _reading(key_result: KeyResult, on: date) -> Reading:
    series = key_result.series
    state = series.known if series else None
    if series is None or state is None or (state.latest_period or on) > on:
        return Reading()
    signals = [name_of_signal(name, series.rule_set) for name in state.signals]
    goal = (state.target_low, state.target_high)
    has_goal = any(end is not None for end in goal)
    return Reading(
        variation=str(state.variation),
        signals=signals,
        since=state.signal_since,
        usual=_usual(state, series.unit),
        goal=wording.bounds(*goal, series.unit) if has_goal else "",
        assured=check_in_words.assured(state.assurance),
    )


def _usual(state, unit: str) -> str:
    """The usual range, where the newest value lies in it."""
    if None in (state.lower, state.upper, state.latest):
        return ""
    is_inside = state.lower <= state.latest <= state.upper
    return numbers.between(state.lower, state.upper, unit) if is_inside else ""


def _planned(key_result: KeyResult, on: date, way: float | None) -> float | None:
    """What its plan expects by now; None where it has none, since a line says nothing new."""
    share = key_result.expected(on) if key_result.plan else None
    if share is None or way is None or key_result.baseline is None:
        return None
    return key_result.baseline + share * way


def _live(key_result: KeyResult, since: date, on: date) -> Iterator[tuple[str, date]]:
    for one in key_result.improvements.all():
        begun = one.go_live_on
        if one.deleted_at is None and one.state in GONE_LIVE and begun and since < begun <= on:
            yield one.title, begun


def _judged(key_result: KeyResult, since: date) -> Iterator[tuple[str, date, str]]:
    """What verdicts on this very series say that were reached since."""
    for one in key_result.improvements.all():
        promises = [] if one.deleted_at else one.registrations.all()
        own = [promise for promise in promises if promise.series_id == key_result.series_id]
        for verdict in (verdict for promise in own for verdict in promise.verdicts.all()):
            day = clock.day_of(verdict.judged_at)
            is_told = verdict.basis == DECIDED and verdict.result in TELLING
            if is_told and verdict.sentence and day > since:
                yield one.title, day, verdict.sentence


def _done(key_result: KeyResult, since: date) -> Iterator[str]:
    for task in key_result.actions.all():
        if task.state == ActionState.DONE and clock.day_of(task.done_at) > since:
            yield task.title


def _notes(key_result: KeyResult, since: date, on: date) -> Iterator[tuple[str, date]]:
    """What people noted on its chart: of the series, or of all that is about its subject."""
    series = key_result.series
    if series is None:
        return
    about = [one for one in series.subject.notes.all() if one.series_id in (None, series.pk)]
    for note in about:
        if since < note.on <= on:
            yield note.text, note.on


def _sure(said: list[CheckIn]) -> tuple[int, int, date] | None:
    """The confidence before the last one, the last one, and when that was said."""
    if len(said) < 2:
        return None
    last, before = said[0], said[1]
    if last.confidence is None or before.confidence is None:
        return None
    return before.confidence, last.confidence, last.on
