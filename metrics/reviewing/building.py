"""A deck from the tables: every block, what happened, what was said, in a constant number of
queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from metrics import briefing, scorecard
from metrics.aggregation.runs import Figures, Window
from metrics.aggregation.windows import figures_within
from metrics.choices import Assurance, ImprovementState
from metrics.models import (
    Comment,
    DashboardRow,
    Note,
    Registration,
    Review,
    ReviewNote,
)
from metrics.periods import ONE_WEEK
from metrics.reviewing.asof import as_of
from metrics.reviewing.boxscore import figures_of
from metrics.reviewing.content import Block, Deck, Event, Said, Task
from metrics.reviewing.drawing import chart_of
from metrics.reviewing.spells import Spells, spells_of
from metrics.scorecard import Row, with_readings
from objectives.choices import ActionState
from objectives.models import Action
from teams.choices import SubjectKind

EVENTS_FOR = timedelta(weeks=53)  # as far back as the charts show


def deck_of(review: Review, rows_seen: Iterable[DashboardRow], today: date) -> Deck:
    """The review as it stands, with the rows that its reader may see."""
    listed = scorecard.rows_of(in_groups(rows_seen), today=min(today, review.on))
    rows = [as_of(row, review.week + ONE_WEEK) for row in listed]
    ids = [row.series.pk for row in rows]
    promises = promises_on(ids)
    events, threads = events_of(rows, promises, review), threads_of(ids)
    due = verdicts_due(promises)
    spells = {row.series.pk: spells_of(row.version.cadence, review.week) for row in rows}
    found = numbers_of(spells, today)
    blocks = tuple(
        block_of(row, number, spells[row.series.pk], found, due, events, threads)
        for number, row in enumerate(rows, 1)
    )
    return Deck(
        title=review.dashboard.title,
        week=review.week,
        on=review.on,
        lead=briefing.brief(rows=rows, verdicts=[], decisions=[]).lead,
        blocks=blocks,
        chair=str(review.chair or ""),
        attendees=tuple(str(person) for person in review.attendees.all()),
        said=tuple(said_in(review, ids)),
        tasks=tuple(tasks_of(review, ids, today)),
    )


def rows_of(review: Review):
    """The rows of its dashboard, all of them, with what their readings need."""
    kept = DashboardRow.objects.of(review.dashboard).filter(series__kpi__deleted_at=None)
    return with_readings(kept, "series")


def in_groups(rows: Iterable[DashboardRow]) -> list[DashboardRow]:
    """The rows group by group, in the order of the dashboard: the same every week."""
    listed = list(rows)
    groups = list(dict.fromkeys(row.group for row in listed))
    return sorted(listed, key=lambda row: groups.index(row.group))


def numbers_of(spells: Mapping[int, Spells], today: date) -> Mapping[Window, Figures]:
    windows = {Window(pk, *days) for pk, mine in spells.items() for days in mine.all}
    return figures_within(windows, today=today)


def block_of(
    row: Row,
    number: int,
    spells: Spells,
    found: Mapping[Window, Figures],
    due: set[int],
    events: Mapping[int, list[Event]],
    threads: Mapping[int, list[Task]],
) -> Block:
    series = row.series.pk

    def value(days):
        return found.get(Window(series, *days), Figures()).value

    return Block(
        series=series,
        number=number,
        name=row.name,
        kind=row.kind,
        reading=row.reading,
        chart=chart_of(row, spells, value),
        figures=figures_of(spells, value, row.version.unit),
        group=row.group,
        url=row.url,
        owner=row.owner,
        value=row.quantity,
        usual=row.usual,
        target=row.target,
        assurance_text=row.assurance_text if row.target else "",
        age=row.age,
        period=row.period,
        reasons=tuple(reasons_of(row, series in due)),
        events=tuple(events.get(series, ())),
        threads=tuple(threads.get(series, ())),
    )


def reasons_of(row: Row, verdict_is_due: bool) -> Iterable[str]:
    """Why a block is noteworthy: a signal, a miss, late data, a verdict to decide on."""
    if row.is_signal:
        yield _("Signal")
    if row.assurance == Assurance.MISSED or misses_now(row):
        yield _("Target missed")
    if row.is_stale:
        yield _("No new numbers")
    if verdict_is_due:
        yield _("Verdict to decide on")


def misses_now(row: Row) -> bool:
    """Whether the newest value is on the wrong side of the target."""
    if row.wanted is None or row.state.latest is None:
        return False
    low, high = row.wanted.low, row.wanted.high
    return (low is not None and row.state.latest < low) or (
        high is not None and row.state.latest > high
    )


# What happened, and what is open -------------------------------------------------------------
def events_of(
    rows: Sequence[Row], promises: Iterable[Registration], review: Review
) -> dict[int, list[Event]]:
    """Notes on each chart and improvements that went live, as far back as the chart shows."""
    since, until = review.week - EVENTS_FOR, review.week + ONE_WEEK
    found: dict[int, list[Event]] = defaultdict(list)
    for note in notes_about(rows).filter(on__gte=since, on__lt=until):
        for row in rows:
            if is_about(note, row):
                found[row.series.pk].append(Event(note.on, note.text))
    for one in promises:
        on = one.improvement.go_live_on
        if on and since <= on < until:
            text = _("%(title)s went live.") % {"title": one.improvement.title}
            found[one.series_id].append(Event(on, text, one.improvement.get_absolute_url()))
    return {
        pk: sorted(mine, key=lambda event: (event.on, event.text)) for pk, mine in found.items()
    }


def notes_about(rows: Sequence[Row]):
    subjects = {row.series.subject_id for row in rows}
    everywhere = Q(subject__kind=SubjectKind.ORGANISATION) | Q(subject__in=subjects)
    ids = [row.series.pk for row in rows]
    notes = Note.objects.filter(everywhere, Q(series=None) | Q(series__in=ids))
    return notes.select_related("subject")


def is_about(note: Note, row: Row) -> bool:
    if note.series_id is not None:
        return note.series_id == row.series.pk
    is_ours = note.subject.kind == SubjectKind.ORGANISATION
    return is_ours or note.subject_id == row.series.subject_id


def promises_on(ids: Sequence[int]) -> list[Registration]:
    """What improvements promise on the series."""
    mine = Registration.objects.filter(series__in=ids, improvement__deleted_at=None)
    return list(mine.select_related("improvement").order_by("pk"))


def verdicts_due(promises: Iterable[Registration]) -> set[int]:
    """The series of improvements that are judged and wait for a person's word."""
    return {one.series_id for one in promises if one.improvement.state == ImprovementState.JUDGED}


def threads_of(ids: Sequence[int]) -> dict[int, list[Task]]:
    """Discussions on points that nobody has resolved."""
    found: dict[int, list[Task]] = defaultdict(list)
    threads = Comment.objects.open().filter(series__in=ids).select_related("author")
    for one in threads.order_by("period", "pk"):
        url = one.get_absolute_url()
        task = Task(one.first_line, str(one.author), one.series_id, url=url)
        found[one.series_id].append(task)
    return found


def said_in(review: Review, ids: Sequence[int]) -> Iterable[Said]:
    notes = ReviewNote.objects.filter(Q(series=None) | Q(series__in=ids), review=review)
    for note in notes.select_related("by"):
        yield Said(note.text, str(note.by), note.series_id or 0, note.pk)


def tasks_of(review: Review, ids: Sequence[int], today: date) -> Iterable[Task]:
    """Follow-ups that this review asked for, and those of before that are still open."""
    kept: Any = Action.objects.filter(series__in=ids)
    wanted = kept.filter(Q(asked_in__review=review) | Q(state=ActionState.OPEN))
    for action in wanted.select_related("owner", "asked_in").order_by("due_on", "pk"):
        asked = getattr(action, "asked_in", None)
        is_new = asked is not None and asked.review_id == review.pk
        yield task_of(action, is_new=is_new, today=today)


def task_of(action: Any, *, is_new: bool, today: date) -> Task:
    is_late = action.is_late(today)
    return Task(
        text=action.title,
        who=str(action.owner),
        series=action.series_id,
        number=action.number,
        url=action.get_absolute_url(),
        due=action.due_on,
        state="late" if is_late else str(action.state),
        word=_("Late") if is_late else str(action.get_state_display()),
        is_new=is_new,
    )
