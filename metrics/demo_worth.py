"""What a change of the demo cost and promised to bring, and two ideas that wait for their turn."""

from datetime import timedelta
from decimal import Decimal

from metrics.actions.improvements import plan_improvement
from metrics.actions.worth import estimate, foresee, prioritise
from metrics.choices import Kind, ScoringModel
from metrics.models import Estimate, Improvement
from productops.demo import Story

IDEAS = (
    (
        "One page for every decision",
        "Decisions that are written down are not made twice.",
        {"reach": 24, "impact": 2, "confidence": 0.8, "effort": 0.5},
    ),
    (
        "Interview day each month",
        "Who hears customers every month asks better questions.",
        {"reach": 12, "impact": 3, "confidence": 0.5, "effort": 1},
    ),
)


def weigh(story: Story) -> None:
    trunk = Improvement.objects.get(title="Trunk-based delivery")
    ines = story.cast["ines"]
    cost = Estimate(
        improvement=trunk, cost_once=Decimal(6000), effort_days=Decimal(30), day_rate=Decimal(600)
    )
    estimate(row=cost, by=ines, before={}, after={"cost_once": 6000, "effort_days": 30})
    promise = trunk.registrations.get()
    on = story.on - timedelta(weeks=8)
    foresee(registration=promise, value=2.5, on=on, by=ines, note="The first teams are through.")
    for title, why, inputs in IDEAS:
        idea = plan_improvement(
            by=ines,
            title=title,
            hypothesis=why,
            kind=Kind.STRUCTURE,
            subject=story.cast["organisation"],
            owner=ines,
        )
        prioritise(improvement=idea, model=ScoringModel.RICE, inputs=inputs, by=ines)
