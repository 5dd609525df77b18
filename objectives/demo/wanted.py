"""What Halden Software measures and wants: KPIs, cycles, and what the running quarter is about.

What was said and what came of it follows in now.py, once the numbers are there.
"""

from datetime import timedelta

from objectives.actions.alignment import align
from objectives.actions.cycles import open_cycle
from objectives.actions.key_results import add_key_result
from objectives.actions.library import load_library
from objectives.actions.objectives import raise_objective
from objectives.actions.pillars import add_pillar
from objectives.actions.plans import plan_way
from objectives.actions.targets import set_target
from objectives.actions.tasks import add_action
from objectives.choices import KeyResultKind, Tie
from objectives.demo.beliefs import believe
from objectives.models import Cycle, Kpi, Series
from objectives.spans import months_after, name_of, span_of
from productops.demo import Story, demo_part
from productops.models import Organisation

PAST_QUARTERS = 5

# KPI, who owns it, and the target (low, high).
WATCHED = (
    ("activation-within-7-days", "Mia Brandt", 36, None),
    ("net-revenue-retention", "Jonas Falk", 102, None),
    ("defects-reported-by-customers", "Aya Nakamura", None, 10),
    ("outcome-goals-met", "ines", 80, None),
    ("lead-time-for-change", "Tomás Rey", None, 7),
    ("discovery-to-decision", "Lena Ott", None, 35),
    ("unplanned-work", "Aya Nakamura", None, 30),
    ("release-predictability", "Tomás Rey", 80, None),
    ("process-adoption", "ines", 80, None),
    ("check-ins-on-time", "ines", 90, None),
    ("audit-actions-overdue", "samir", None, 4),
    ("tool-spend-per-pm", "samir", None, 230),
    ("time-to-first-answer-on-requests", "Grace Obi", None, 2),
)


@demo_part("objectives")
def load(story: Story) -> None:
    load_library(by=None)
    _series(story)
    believe(story)
    quarters = story.cast["quarters"] = _quarters(story)
    _pillars(story)
    _former(story, quarters[-2])
    _present(story, quarters[-1])


def _series(story: Story) -> None:
    """The dashboard's KPIs are watched for the organisation as a whole."""
    begins = story.on - timedelta(days=30 * 18)
    for slug, owner, low, high in WATCHED:
        kpi = Kpi.objects.get(slug=slug)
        kpi.owner = story.cast[owner]
        kpi.save(update_fields=["owner", "updated_at"])
        series = Series.objects.create(
            kpi=kpi, subject=story.cast["organisation"], owner=story.cast[owner]
        )
        set_target(series=series, low=low, high=high, by=None, from_on=begins)
        story.cast[slug] = series


def _quarters(story: Story) -> list[Cycle]:
    """Five quarters that are over, and the present one, of which about half is gone: it began
    with the month before this one, and so does one of the quarters of the fiscal year."""
    present = months_after(story.on.replace(day=1), -1)
    begins_in = (present.month - 1) % 3 + 1
    Organisation.objects.update(year_begins_in=begins_in)
    spans = [span_of(months_after(present, 3 * at), 3) for at in range(-PAST_QUARTERS, 1)]
    return [
        open_cycle(
            name=name_of(span, begins_in),
            starts_on=span.first,
            ends_on=span.last,
            by=story.cast["ines"],
        )
        for span in spans
    ]


def _former(story: Story, cycle) -> None:
    """What was wanted last quarter, and what came of it."""
    ines = story.cast["ines"]
    kept = raise_objective(
        title="Launches without surprises",
        why="Support heard of half the launches from customers.",
        cycle=cycle,
        subject=story.cast["organisation"],
        owner=ines,
        by=ines,
        gaps=[story.cast["gap process-adoption"]],
    )
    story.cast["adoption result"] = add_key_result(
        objective=kept,
        title="Processes are followed in three of four places",
        owner=ines,
        by=ines,
        series=story.cast["process-adoption"],
        baseline=64,
        target=75,
    )
    story.cast["adoption objective"] = kept


def _present(story: Story, cycle) -> None:
    ines, tomas = story.cast["ines"], story.cast["Tomás Rey"]
    organisation = story.cast["organisation"]
    ship = raise_objective(
        title="Ship value faster",
        why="Customers wait nearly two weeks for what is ready.",
        cycle=cycle,
        subject=organisation,
        owner=tomas,
        by=ines,
        gaps=[story.cast["gap delivery-flow"]],
    )
    story.cast["lead time result"] = add_key_result(
        objective=ship,
        title="Lead time for change from 9.5 to 5.5 days",
        owner=tomas,
        by=ines,
        series=story.cast["lead-time-for-change"],
        baseline=9.5,
        target=5.5,
    )
    decide = raise_objective(
        title="Every decision rests on evidence",
        why="Seven teams had no baseline before their last change.",
        cycle=cycle,
        subject=organisation,
        owner=ines,
        by=ines,
        gaps=[story.cast["gap measurement"], story.cast["gap customer-discovery"]],
    )
    story.cast["goals result"] = add_key_result(
        objective=decide,
        title="Outcome goals met from 58 to 80 percent",
        owner=ines,
        by=ines,
        series=story.cast["outcome-goals-met"],
        baseline=58,
        target=80,
    )
    story.cast["discovery result"] = add_key_result(
        objective=decide,
        title="Discovery to decision stays within five weeks",
        owner=story.cast["Lena Ott"],
        by=ines,
        kind=KeyResultKind.MAINTAIN,
        series=story.cast["discovery-to-decision"],
        high=35,
    )
    tools = raise_objective(
        title="One tool for each job",
        why="Three tools hold roadmaps, and none is trusted.",
        cycle=cycle,
        subject=organisation,
        owner=story.cast["samir"],
        by=ines,
        gaps=[story.cast["gap tooling"]] if "gap tooling" in story.cast else [],
    )
    story.cast["tools result"] = add_key_result(
        objective=tools,
        title="Roadmaps in one place instead of three",
        owner=story.cast["samir"],
        by=ines,
        baseline=3,
        target=1,
    )
    story.cast |= {"ship": ship, "decide": decide, "tools": tools}
    _strategy(story, cycle)
    add_action(
        objective=decide,
        title="Write down the baseline before the next change in every team",
        owner=story.cast["noor"],
        due_on=story.on + timedelta(days=4),
        by=ines,
    )
    add_action(
        objective=ship,
        title="Move the two last services to short-lived branches",
        owner=tomas,
        due_on=story.on + timedelta(days=11),
        by=ines,
    )


def _pillars(story: Story) -> None:
    ines = story.cast["ines"]
    story.cast["pillar value"] = add_pillar(
        name="Value reaches customers sooner",
        text="What is ready is used; what is used is improved.",
        by=ines,
    )
    story.cast["pillar evidence"] = add_pillar(
        name="We decide on evidence", text="A number before, a number after.", by=ines
    )


def _strategy(story: Story, cycle: Cycle) -> None:
    """What teams do for the objectives of the whole organisation, and under which pillar."""
    ines = story.cast["ines"]
    value, evidence = story.cast["pillar value"], story.cast["pillar evidence"]
    pillars = {"ship": value, "tools": value, "decide": evidence}
    for name, pillar in pillars.items():
        story.cast[name].edit(by=ines, pillar=pillar)
        story.cast[name].approve(by=ines, on=cycle.starts_on)
    checkout = raise_objective(
        title="Checkout ships every day",
        why="Half of what is ready waits for the weekly release.",
        cycle=cycle,
        subject=story.cast["team Checkout"].subject,
        owner=story.cast["Tomás Rey"],
        by=ines,
        pillar=value,
    )
    releases = add_key_result(
        objective=checkout,
        title="Releases of Checkout a week, from one to four",
        owner=story.cast["Tomás Rey"],
        by=ines,
        baseline=1,
        target=4,
    )
    baselines = raise_objective(
        title="No change without a baseline",
        why="Seven of eleven teams could not say where they stood before.",
        cycle=cycle,
        subject=story.cast["organisation"],
        owner=story.cast["noor"],
        by=ines,
        pillar=evidence,
    )
    add_key_result(
        objective=baselines,
        title="Every team has written down its three numbers",
        owner=story.cast["noor"],
        by=ines,
        kind=KeyResultKind.ORDINAL,
        zones={
            "commit": "Half of the teams",
            "target": "All teams that change something this quarter",
            "stretch": "All teams, looked at each week",
        },
    )
    align(begin=checkout, end=story.cast["ship"], weight=1, by=ines)
    align(begin=baselines, end=story.cast["decide"], by=ines)
    align(begin=story.cast["tools"], end=story.cast["ship"], kind=Tie.CONFLICTS, by=ines)
    align(begin=story.cast["goals result"], end=baselines, kind=Tie.DEPENDS, by=ines)
    plan_way(
        key_result=releases,
        steps=[
            (cycle.starts_on + timedelta(days=30), 1.5),
            (cycle.starts_on + timedelta(days=60), 3),
            (cycle.ends_on, 4),
        ],
        by=ines,
    )
    story.cast["releases result"] = releases
