"""The changes of the demo: two of the winter that are the standard now, one that worked, one that
did not, one that cannot be judged, and one for which it is too early."""

from datetime import date, timedelta

from metrics.actions.charts import split_limits
from metrics.actions.improvements import approve, go_live, plan_improvement, rule
from metrics.actions.recompute import work_slice
from metrics.choices import Kind, RulingKind
from metrics.models import Improvement
from productops.demo import Story

TRUNK_WEEKS, ROTA_WEEKS, CANVAS_WEEKS, INBOX_WEEKS = 14, 11, 5, 10
GOALS_WEEKS, TIERS_WEEKS = 16, 18
YOUNG = "time-to-first-answer-on-requests"  # counted only since a few weeks before the change


def monday_ago(story: Story, weeks: int) -> date:
    """The first day of the week that began ``weeks`` before the last closed one."""
    this_week = story.on - timedelta(days=story.on.weekday())
    return this_week - timedelta(weeks=weeks + 1)


def _improve(
    story: Story,
    *,
    weeks: int,
    slug: str,
    direction: str,
    smallest: float,
    expected: float | None = None,
    **fields,
):
    """Plan, approve and go live: the promise is locked before the first number."""
    ines = story.cast["ines"]
    improvement = plan_improvement(
        by=ines,
        promise={
            "series": story.cast[slug],
            "direction": direction,
            "smallest_effect": smallest,
            "expected_effect": expected or smallest,
            "trigger_on": None,
        },
        subject=story.cast["organisation"],
        **fields,
    )
    approve(improvement=improvement, by=ines)
    go_live(improvement=improvement, on=monday_ago(story, weeks - 1), by=ines)
    return improvement


def _settled(improvement: Improvement) -> Improvement:
    work_slice(600)
    improvement.refresh_from_db()
    return improvement


def kept_before(story: Story) -> None:
    """Two changes of the winter that are the standard now."""
    ines = story.cast["ines"]
    for improvement in (
        _improve(
            story,
            weeks=GOALS_WEEKS,
            slug="outcome-goals-met",
            direction="up",
            smallest=5,
            title="Coaching in outcome goals",
            hypothesis="Teams that can set outcome goals meet more of them.",
            kind=Kind.SKILL,
            owner=ines,
            learning_plan=story.cast["coaching plan"],
            key_results=[story.cast["goals result"]],
            gaps=[story.cast["gap roles-and-skills"]],
        ),
        _improve(
            story,
            weeks=TIERS_WEEKS,
            slug="process-adoption",
            direction="up",
            smallest=5,
            title="Three launch tiers instead of five",
            hypothesis="A process that fits on a page is followed.",
            kind=Kind.PROCESS,
            owner=story.cast["samir"],
            revision=story.cast["tiers revision"],
            key_results=[story.cast["adoption result"]],
            gaps=[story.cast["gap process-adoption"]],
        ),
    ):
        rule(
            improvement=_settled(improvement),
            ruling=RulingKind.KEEP,
            note="It has become how we work.",
            by=ines,
            new_limits=True,
        )


def worked(story: Story) -> None:
    trunk = _improve(
        story,
        weeks=TRUNK_WEEKS,
        slug="lead-time-for-change",
        direction="down",
        smallest=1.5,
        expected=3,
        dose_series=story.cast["process-adoption"],
        dose_level=70,
        title="Trunk-based delivery",
        hypothesis="Without long branches a change waits days less for its release.",
        kind=Kind.PROCESS,
        owner=story.cast["Tomás Rey"],
        revision=story.cast["trunk revision"],
        key_results=[story.cast["lead time result"]],
        gaps=[story.cast["gap delivery-flow"]],
    )
    # Whether to keep it is still to be signed; that the process is another one is plain to see.
    split_limits(
        series=story.cast["lead-time-for-change"],
        period=monday_ago(story, TRUNK_WEEKS - 1),
        cause=trunk.title,
        improvement=trunk,
        by=story.cast["ines"],
    )


def did_not(story: Story) -> None:
    _improve(
        story,
        weeks=ROTA_WEEKS,
        slug="unplanned-work",
        direction="down",
        smallest=4,
        title="Weekly triage rota",
        hypothesis="One person a week takes requests, so that the others are not interrupted.",
        kind=Kind.PROCESS,
        owner=story.cast["Aya Nakamura"],
        revision=story.cast["rota revision"],
        gaps=[story.cast["gap prioritisation"]],
    )


def cannot_tell(story: Story) -> None:
    """Nobody had counted before, so nothing can be compared with."""
    _improve(
        story,
        weeks=INBOX_WEEKS,
        slug=YOUNG,
        direction="down",
        smallest=0.5,
        title="One inbox for customer feedback",
        hypothesis="What arrives in one place gets an answer.",
        kind=Kind.TOOL,
        owner=story.cast["Grace Obi"],
        rollout=story.cast.get("feedback rollout"),
        gaps=[story.cast["gap feedback-loops"]],
    )


def too_early(story: Story) -> None:
    _improve(
        story,
        weeks=CANVAS_WEEKS,
        slug="discovery-to-decision",
        direction="down",
        smallest=3,
        dose_series=story.cast["check-ins-on-time"],
        dose_level=100,
        title="Opportunity canvas for all bets",
        hypothesis="A bet that says what it expects is decided sooner.",
        kind=Kind.PROCESS,
        owner=story.cast["Lena Ott"],
        revision=story.cast["canvas revision"],
        key_results=[story.cast["discovery result"]],
        gaps=[story.cast["gap customer-discovery"]],
    )
