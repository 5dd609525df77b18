"""Eighteen months of numbers, and three changes: one that worked, one that did not, one that
cannot be judged (and one for which it is too early)."""

from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from metrics import demo_boards, demo_changes, demo_reviews, demo_sources, demo_worth
from metrics.actions.charts import exclude_point
from metrics.actions.dashboards import add_row, make_dashboard
from metrics.actions.ingest import Row, record_observations
from metrics.actions.measuring import record_measures
from metrics.actions.notes import add_note
from metrics.actions.recompute import work_slice
from metrics.bulk import seed_numbers
from metrics.demo_changes import GOALS_WEEKS, INBOX_WEEKS, TIERS_WEEKS, YOUNG, monday_ago
from metrics.demo_shares import SHARE, choose_chart, shares
from metrics.demo_talk import discuss, vouch
from objectives.demo.now import remember
from objectives.models import Series
from productops import clock
from productops.demo import Story, demo_part, seed_part

WEEKS = 78
MEASURED_WEEKS = 26  # so far back the application has measured itself
# The last 39 weeks of lead time for change, in days: a freeze at 10, the change at 25.
LEAD_TIME = (
    9.1, 10.4, 8.8, 9.9, 10.1, 8.6, 9.5, 10.8, 9.2, 8.9, 14.6, 9.7, 10.3, 8.7, 9.4, 10.0, 9.0,
    10.6, 9.8, 8.5, 9.6, 10.2, 9.3, 8.8, 9.9, 8.1, 7.2, 6.9, 6.3, 7.0, 5.8, 6.6, 6.1, 7.1, 6.0,
    5.6, 6.7, 6.2, 5.9,
)  # fmt: skip
# Group, KPI, mean, spread, seed, and what it became so many weeks ago.
SHAPES = (
    ("Outcomes", "activation-within-7-days", 34.2, 1.5, 11, None),
    ("Outcomes", "net-revenue-retention", 107.5, 1.0, 5, None),
    ("Outcomes", "defects-reported-by-customers", 18, 2.2, 8, None),
    ("Outcomes", "outcome-goals-met", 58, 3.2, 21, (GOALS_WEEKS, 67)),
    ("Delivery flow", "lead-time-for-change", 9.6, 0.7, 3, None),
    ("Delivery flow", "discovery-to-decision", 23, 2.0, 31, None),
    ("Delivery flow", "unplanned-work", 29.5, 3.2, 43, None),
    ("Delivery flow", "release-predictability", 81, 3.1, 17, None),
    ("Product operations", "process-adoption", 64, 2.2, 61, (TIERS_WEEKS, 76)),
    ("Product operations", "check-ins-on-time", 86, 4.0, 77, None),
    ("Product operations", "audit-actions-overdue", 6.2, 1.3, 88, None),
    ("Product operations", "tool-spend-per-pm", 206, 5, 93, None),
)
WHOLE = {"defects-reported-by-customers", "audit-actions-overdue"}
RATIOS = {
    "activation-within-7-days", "net-revenue-retention", "outcome-goals-met", "unplanned-work",
    "release-predictability", "process-adoption", "check-ins-on-time", "tool-spend-per-pm",
}  # fmt: skip
UNPLANNED_NOW = 41.0  # two escalations in the last week


seed_part("metrics")(seed_numbers)


@demo_part("metrics")
def load(story: Story) -> None:
    _observe(story)
    work_slice(600)
    remember(story)
    _dashboard(story)
    choose_chart(story)
    demo_sources.load(story)
    _happened(story)
    demo_changes.kept_before(story)
    demo_changes.worked(story)
    demo_changes.did_not(story)
    demo_changes.cannot_tell(story)
    demo_changes.too_early(story)
    _measure_itself(story)
    work_slice(600)
    demo_boards.arrange(story)
    demo_worth.weigh(story)
    demo_reviews.tell(story)
    demo_reviews.review(story)
    discuss(story)
    vouch(story)


def _observe(story: Story) -> None:
    rows: list[Row] = []
    for _group, slug, mean, spread, seed, step in SHAPES:
        values = _values(slug, mean, spread, Random(f"{seed} {story.seed}"), step)
        if slug == SHARE:
            rows += shares(_rows(story, story.cast[slug], values, slug), mean, story)
        else:
            rows += _rows(story, story.cast[slug], values, slug)
    young = _noise(Random(f"inbox {story.seed}"), 3.2, 0.4, INBOX_WEEKS + 5)
    rows += _rows(story, story.cast[YOUNG], young, YOUNG)
    now = clock.start_of(story.on) + timedelta(hours=6, minutes=10)
    record_observations(rows=rows, by=None, now=min(now, timezone.now()))


def _values(slug: str, mean: float, spread: float, luck: Random, step) -> list[float]:
    values = _noise(luck, mean, spread, WEEKS)
    if step is not None:
        weeks, later = step
        values[-weeks:] = _noise(luck, later, spread, weeks)
    if slug == "lead-time-for-change":
        values[-len(LEAD_TIME) :] = LEAD_TIME
    if slug == "unplanned-work":
        values[-1] = UNPLANNED_NOW
    return [float(round(value)) for value in values] if slug in WHOLE else values


def _noise(luck: Random, mean: float, spread: float, number: int) -> list[float]:
    """Routine variation: what a stable process does, cut at two and a half spreads so that the
    story's signals are the ones that it tells."""
    found = []
    while len(found) < number:
        value = luck.gauss(mean, spread)
        if abs(value - mean) <= 2.2 * spread and not _runs_on(found, value, mean):
            found.append(round(value, 1))
    return found


def _runs_on(before: list[float], value: float, mean: float) -> bool:
    """Whether this would be the seventh in a row on one side."""
    sides = [(each > mean) for each in [*before[-6:], value]]
    return len(sides) == 7 and len(set(sides)) == 1


def _rows(story: Story, series: Series, values: list[float], slug: str) -> list[Row]:
    found = []
    for weeks, value in enumerate(reversed(values)):
        on = monday_ago(story, weeks) + timedelta(days=4)
        at: datetime = clock.start_of(on)
        figures = (None, value * 40, 40.0) if slug in RATIOS else (value, None, None)
        found.append(Row(series.pk, on, at, "", *figures))
    return found


def _dashboard(story: Story) -> None:
    ines = story.cast["ines"]
    dashboard = make_dashboard(title="Product health", slug="product-health", chair=ines, by=ines)
    for group, slug, *_shape in SHAPES:
        add_row(dashboard=dashboard, series=story.cast[slug], group=group, by=ines)


def _happened(story: Story) -> None:
    series, ines = story.cast["lead-time-for-change"], story.cast["ines"]
    freeze = monday_ago(story, len(LEAD_TIME) - 1 - 10)
    exclude_point(
        series=series, period=freeze, reason="Release freeze after the payment incident", by=ines
    )
    add_note(
        subject=series.subject,
        series=series,
        on=monday_ago(story, 5),
        text="Billing launch, two teams on unplanned work.",
        by=ines,
    )


def _measure_itself(story: Story) -> None:
    """The application's own numbers, as they were at the end of each week."""
    for weeks in range(MEASURED_WEEKS, -1, -1):
        record_measures(on=monday_ago(story, weeks) + timedelta(days=6), by=None)
