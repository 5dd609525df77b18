"""Check-ins: all that is due on one screen, and what a form starts with."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from objectives import access, check_in_words
from objectives.drafting import draft
from objectives.drawing import spark
from objectives.forms.check_in import CheckInForm
from objectives.models import CheckIn, KeyResult
from objectives.pages.evidence import evidence_of, period_of
from objectives.pages.objectives import KeyResultRow, key_result_row
from productops.charts.shapes import Sparkline
from teams.models import Person

MOST_OTHERS = 50


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

    @property
    def late(self) -> str:
        """How late it is; "" where it is not due yet."""
        due = self.key_result.due_on()
        return check_in_words.lateness(due, self.row.today) if due <= self.row.today else ""

    @property
    def is_late(self) -> bool:
        return self.key_result.due_on() < self.row.today

    @property
    def period(self) -> str:
        """What its value was measured in, or when it was said."""
        return period_of(self.key_result, self.row.today)

    @property
    def reading(self) -> tuple[str, str] | None:
        """What the chart says of the value, as status and word; None where it says nothing."""
        state = self.key_result.series.known if self.key_result.series else None
        return check_in_words.READINGS.get(str(state.variation)) if state else None

    @property
    def last_words(self) -> str:
        """What was said last time, in short; "" the first time."""
        return check_in_words.said_in_short(self.last, self.key_result.unit) if self.last else ""


@dataclass(frozen=True)
class SaidLine:
    """What was just said, as a short line in place of its card."""

    said: CheckIn
    may_undo: bool

    @property
    def words(self) -> str:
        return check_in_words.said_in_short(self.said, self.said.key_result.unit)


@dataclass(frozen=True)
class CheckInRun:
    """A person's check-ins of today: what is due, what they have said, what is not due yet."""

    cards: list[CheckInCard]
    lines: list[SaidLine]
    others: list[KeyResult]

    @property
    def count(self) -> tuple[int, int]:
        return count_of(len(self.cards), (line.said for line in self.lines))


def check_in_run(person: Person, on: date) -> CheckInRun:
    """In a constant number of queries; what is most late comes first."""
    due = sorted(access.due_check_ins(person, on), key=lambda each: (each.due_on(), each.pk))
    said = list(access.said_today(person, on))
    spoken = {each.key_result_id for each in said} | {each.pk for each in due}
    others = access.own_key_results(person)[: MOST_OTHERS + len(spoken)]
    return CheckInRun(
        cards=[check_in_card(each, on) for each in due],
        lines=[said_line(each, person) for each in said],
        others=[each for each in others if each.pk not in spoken],
    )


def said_count(person: Person, on: date) -> tuple[int, int]:
    """How many of today's are said, of how many."""
    due = access.due_check_ins(person, on).count()
    return count_of(due, access.said_today(person, on))


def count_of(due: int, said) -> tuple[int, int]:
    spoken = len({each.key_result_id for each in said})
    return spoken, spoken + due


def said_line(said: CheckIn, person: Person) -> SaidLine:
    mine = said.author_id == person.pk
    return SaidLine(said, mine and said.may_be_taken_back(timezone.now()))


def check_in_card(key_result: KeyResult, on: date, form: CheckInForm | None = None) -> CheckInCard:
    """``key_result`` comes ``with_evidence``: then no query is made here."""
    return CheckInCard(
        row=key_result_row(key_result, on),
        form=form or CheckInForm(key_result=key_result, initial=check_in_beginning(key_result, on)),
        spark=spark(key_result.series, on),
        last=next(iter(key_result.said_before()), None),
    )


def check_in_again(said: CheckIn, key_result: KeyResult, on: date) -> CheckInCard:
    """The card with what was said and taken back, so that nothing has to be typed twice."""
    beginning = check_in_beginning(key_result, on) | said.content
    return check_in_card(key_result, on, CheckInForm(key_result=key_result, initial=beginning))


def check_in_beginning(key_result: KeyResult, on: date) -> dict[str, Any]:
    """What a check-in starts with: today, what was said last, and the draft of what changed."""
    last = key_result.last_check_in
    said = {"zone": last.zone, "blockers": last.blockers, "seen": last.pk} if last else {"seen": 0}
    return said | {"on": on, "changed": draft(evidence_of(key_result, on), on)}
