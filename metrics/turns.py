"""What else a week may bring: a target met or missed for the first time in a while, numbers that
did not come, follow-ups that are overdue. Sentences by rules, pure."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from metrics.briefing import Sentence
from metrics.scorecard import Row
from productops import cadences, numbers

# A target that was on the other side for so many periods before has newly turned; fewer are luck.
AT_LEAST = 4


def targets_of(rows: Sequence[Row]) -> list[Sentence]:
    """Targets that the newest value meets or misses after at least four periods of the other,
    the missed ones first."""
    turned = [(row, turn(row)) for row in rows if not row.is_stale]
    found = [target_sentence(row, count) for row, count in turned if count]
    return sorted(found, key=lambda sentence: sentence.kind != "bad")


def turn(row: Row) -> int:
    """For how many periods before the newest it was on the other side of its target: above 0
    where it is met now, below where it is missed, 0 where nothing has turned."""
    if row.wanted is None:
        return 0
    met = [is_met(row, point[1]) for point in row.state.recent if point[2] and point[1] is not None]
    if not met:
        return 0
    before = list(reversed(met[:-1]))
    other = next((place for place, each in enumerate(before) if each == met[-1]), len(before))
    if other < AT_LEAST:
        return 0
    return other if met[-1] else -other


def is_met(row: Row, value: float) -> bool:
    low, high = row.wanted.low, row.wanted.high  # type: ignore[union-attr]
    return (low is None or value >= low) and (high is None or value <= high)


def target_sentence(row: Row, count: int) -> Sentence:
    titles = {True: _("%(kpi)s meets its target"), False: _("%(kpi)s misses its target")}
    before = {
        True: _("after %(periods)s of missing it"),
        False: _("after %(periods)s of meeting it"),
    }
    periods = cadences.count_of_periods(abs(count), row.version.cadence)
    return Sentence(
        kind="good" if count > 0 else "bad",
        rising=None,
        title=titles[count > 0] % {"kpi": row.name},
        url=row.url,
        text=_("%(value)s in %(period)s, target %(target)s, %(before)s.")
        % {
            "value": row.quantity,
            "period": row.period,
            "target": row.target,
            "before": before[count > 0] % {"periods": periods},
        },
        who=row.owner,
        ref=f"series:{row.series.pk}",
    )


def turns_of(rows: Sequence[Row]) -> list[Sentence]:
    """All of it, the most important first."""
    return [*targets_of(rows), *overdue(rows), *late_ones(rows)]


def late_ones(rows: Sequence[Row]) -> list[Sentence]:
    """KPIs whose newest number is too old, the oldest first."""
    late = sorted((row for row in rows if row.is_stale), key=oldest)
    return [late_sentence(row) for row in late]


def oldest(row: Row) -> date:
    return row.state.latest_period or date.max


def late_sentence(row: Row) -> Sentence:
    return Sentence(
        kind="flat",
        rising=None,
        title=_("No new numbers for %(kpi)s") % {"kpi": row.name},
        url=row.url,
        text=_("The newest is of %(period)s: %(age)s.") % {"period": row.period, "age": row.age},
        who=row.owner,
        ref=f"series:{row.series.pk}",
    )


def overdue(rows: Sequence[Row]) -> list[Sentence]:
    """Follow-ups whose day has passed, as one sentence about the one that waits longest."""
    late = sorted((row for row in rows if row.overdue_since), key=lambda row: row.overdue_since)
    if not late:
        return []
    first, others = late[0], len(late) - 1
    text = _("Asked of %(who)s until %(day)s.") % {
        "who": first.follow_up["who"],
        "day": numbers.short_date(first.overdue_since, first.today),
    }
    if others:
        more = ngettext("One more KPI has one.", "%(n)s more KPIs have one.", others)
        text = f"{text} {more % {'n': others}}"
    return [
        Sentence(
            kind="ask",
            rising=None,
            title=_("Overdue: %(what)s") % {"what": first.follow_up["title"]},
            url=reverse("objectives:action-detail", args=[first.follow_up["pk"]]),
            text=text,
            ref=f"series:{first.series.pk}",
        )
    ]
