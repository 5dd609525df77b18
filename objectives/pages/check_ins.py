"""Check-ins: what a form starts with, drafted from what is known."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from objectives.choices import ActionState
from objectives.drafting import Evidence, draft
from objectives.drawing import spark
from objectives.forms.key_result import CheckInForm
from objectives.models import CheckIn, KeyResult
from objectives.pages.objectives import KeyResultRow, key_result_row
from productops import clock
from productops.charts.shapes import Sparkline


@dataclass(frozen=True)
class CheckInCard:
    """One key result of the screen on which a person checks in everything that is due."""

    row: KeyResultRow
    form: CheckInForm
    spark: Sparkline | None
    last: CheckIn | None

    @property
    def key_result(self) -> KeyResult:
        return self.row.key_result


def check_in_cards(due: list[KeyResult], on: date) -> list[CheckInCard]:
    """``due`` come ``with_evidence``: then no query is made here."""
    return [check_in_card(each, on) for each in due]


def check_in_card(key_result: KeyResult, on: date, form: CheckInForm | None = None) -> CheckInCard:
    return CheckInCard(
        row=key_result_row(key_result, on),
        form=form or CheckInForm(key_result=key_result, initial=check_in_beginning(key_result, on)),
        spark=spark(key_result.series, on),
        last=key_result.last_check_in,
    )


def check_in_beginning(key_result: KeyResult, on: date) -> dict[str, Any]:
    """What a check-in starts with: today, what was said last, and the draft of what changed."""
    last = key_result.last_check_in
    said = {"zone": last.zone, "blockers": last.blockers} if last else {}
    return said | {"on": on, "changed": draft(evidence_of(key_result, on), on)}


def evidence_of(key_result: KeyResult, on: date) -> Evidence:
    """What is known of a key result since its last check-in; ``with_evidence`` fetches it."""
    last = key_result.last_check_in
    since = last.on if last else clock.day_of(key_result.created_at)
    state = key_result.series.known if key_result.series else None
    way = None
    if key_result.baseline is not None and key_result.target is not None:
        way = key_result.target - key_result.baseline
    return Evidence(
        unit=key_result.unit,
        before=last.value if last else key_result.baseline,
        now=key_result.current(on) if key_result.series else None,
        way=way,
        reading=str(state.variation) if state else "",
        plan=_planned(key_result, on, way),
        live=[
            (one.title, one.go_live_on)
            for one in key_result.improvements.all()
            if one.deleted_at is None and one.go_live_on and since < one.go_live_on <= on
        ],
        done=[
            task.title
            for task in key_result.actions.all()
            if task.state == ActionState.DONE and clock.day_of(task.done_at) > since
        ],
    )


def _planned(key_result: KeyResult, on: date, way: float | None) -> float | None:
    """What its plan expects by now; None where it has none, since a line says nothing new."""
    share = key_result.expected(on) if key_result.plan else None
    if share is None or way is None or key_result.baseline is None:
        return None
    return key_result.baseline + share * way
