"""What Halden Software believes of its KPIs, works out from them, and wants of one next year."""

from objectives.actions.influences import say_influence
from objectives.actions.kpis import define_kpi
from objectives.actions.targets import plan_targets
from objectives.choices import Family, Influence
from objectives.models import Kpi
from objectives.target_plan import periods_ahead
from productops.demo import Story
from productops.measures import Cadence, Direction


def believe(story: Story) -> None:
    _computed(story)
    _beliefs(story)
    _target_plan(story)


def _computed(story: Story) -> None:
    """One KPI that nobody counts: it follows from two that are."""
    define_kpi(
        name="Work that went as planned",
        slug="work-as-planned",
        family=Family.FLOW,
        purpose="Shows in one number how much of the plan came true.",
        pitfalls="It moves for two reasons; read both inputs before you act.",
        formula="The share of planned work, times the share of releases on the announced date",
        expression="(100 - {unplanned-work}) * {release-predictability} / 100",
        unit="%",
        direction=Direction.UP,
        cadence=Cadence.WEEK,
        owner=story.cast["ines"],
        by=story.cast["ines"],
    )


def _beliefs(story: Story) -> None:
    """What this organisation believes beyond what the library says; one pair feeds itself."""
    ines = story.cast["ines"]
    kpis = {kpi.slug: kpi for kpi in Kpi.objects.all()}
    for cause, effect, kind, after_days, why in (
        (
            "process-adoption", "release-predictability", Influence.RAISES, 60,
            "Teams that plan by the same steps promise what the others can build upon.",
        ),
        (
            "outcome-goals-met", "check-ins-on-time", Influence.RAISES, 30,
            "Who sees that a goal can be met likes to report.",
        ),
        (
            "check-ins-on-time", "outcome-goals-met", Influence.RAISES, 60,
            "A goal that is spoken of each week is not forgotten until the quarter ends.",
        ),
        (
            "lead-time-for-change", "activation-within-7-days", Influence.LOWERS, 45,
            "The slower a fix of the first steps ships, the more newcomers give up.",
        ),
    ):  # fmt: skip
        say_influence(
            cause=kpis[cause], effect=kpis[effect], kind=kind, after_days=after_days, why=why,
            by=ines,
        )  # fmt: skip


def _target_plan(story: Story) -> None:
    """The target of lead time comes down quarter by quarter."""
    series = story.cast["lead-time-for-change"]
    days = periods_ahead(story.on, "quarter")
    steps = [(day, None, high) for day, high in zip(days, (6.5, 6, 5.5, 5), strict=True)]
    plan_targets(series=series, steps=steps, since=days[0], by=story.cast["ines"])
