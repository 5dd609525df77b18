"""What went before, quarter by quarter, and what people say of the present one.

Metrics asks for it once its numbers are there: check-ins and grades rest on them.
"""

from datetime import timedelta

from objectives import actions
from objectives.actions.check_ins import check_in
from objectives.choices import ObjectiveState
from objectives.demo.first import FIFTH, FOURTH
from objectives.demo.lately import IDEAS, LAST, PRESENT
from objectives.demo.later import SECOND, THIRD
from objectives.demo.past import tell_quarter
from objectives.models import KeyResult, Objective
from productops import clock
from productops.demo import Story

PAST = (FIFTH, FOURTH, THIRD, SECOND, LAST)


def remember(story: Story) -> None:
    """All that people said and learned until the day on which the story ends."""
    before: dict[str, Objective] = {}
    *past, present = story.cast["quarters"]
    _read_again(story)
    _date_back(story, present)
    for cycle, told in zip(past, PAST, strict=True):
        telling = tell_quarter(story, cycle, told, before)
        telling.grade(told.goals)
        if cycle is past[-1]:
            _adoption(story)
        ended = clock.start_of(cycle.ends_on + timedelta(days=1))
        cycle.close(
            by=story.cast["ines"],
            at=ended,
            keeps=told.keeps,
            changes=told.changes,
            stops=told.stops,
        )
        before = telling.made
    tell_quarter(story, present, PRESENT, before)
    _said(story)
    _releases(story)
    _ideas(story)


def _read_again(story: Story) -> None:
    """Key results that were read before there were numbers do not know of them."""
    for name in ("adoption result", "lead time result", "goals result"):
        story.cast[name] = KeyResult.objects.with_standing().get(pk=story.cast[name].pk)


def _date_back(story: Story, present) -> None:
    """What runs was written down when its quarter began, not on the day of the demo."""
    begun = clock.start_of(present.starts_on - timedelta(days=2))
    Objective.objects.filter(cycle=present).update(created_at=begun)
    KeyResult.objects.filter(objective__cycle=present).update(created_at=begun)


def _adoption(story: Story) -> None:
    """The one objective of last quarter that later changes are tied to."""
    result = story.cast["adoption result"]
    cycle = result.objective.cycle
    begun = clock.start_of(cycle.starts_on - timedelta(days=2))
    KeyResult.objects.filter(pk=result.pk).update(created_at=begun)
    Objective.objects.filter(pk=result.objective_id).update(created_at=begun)
    for week in range(1, 13):
        check_in(
            key_result=result,
            confidence=min(9, 4 + week // 2),
            by=result.owner,
            on=cycle.starts_on + timedelta(days=7 * week),
            changed="Three launch tiers instead of five: teams follow them." if week == 4 else "",
        )
    actions.close_objective(
        objective=result.objective,
        outcome=ObjectiveState.ACHIEVED,
        learning="A process that fits on a page is followed without reminding anybody.",
        keeps="Processes of one page",
        by=result.owner,
        on=cycle.ends_on,
    )


def _ideas(story: Story) -> None:
    """What nobody has taken up yet."""
    waiting = actions.backlog(by=story.cast["ines"])
    for title, why, about, who in IDEAS:
        owner, named = story.cast[who], story.cast[about]
        actions.raise_objective(
            title=title,
            why=why,
            cycle=waiting,
            subject=named.subject,
            owner=owner,
            state=ObjectiveState.DRAFT,
            by=owner,
        )


def _releases(story: Story) -> None:
    result = story.cast["releases result"]
    check_in(
        key_result=result,
        value=2,
        confidence=6,
        by=result.owner,
        on=story.on - timedelta(days=3),
        changed="The second release day stands; the third waits for the new tests.",
    )


def _said(story: Story) -> None:
    """Weekly check-ins: one owner keeps at it, one has gone quiet."""
    lead, goals, tools = (
        story.cast[name] for name in ("lead time result", "goals result", "tools result")
    )
    for weeks in range(6, 0, -1):
        on = story.on - timedelta(days=7 * weeks - 3)
        if on < lead.objective.cycle.starts_on:
            continue
        check_in(
            key_result=lead,
            confidence=7 if weeks > 3 else 8,
            by=lead.owner,
            on=on,
            changed="Two more services merge to trunk every day." if weeks % 2 else "",
        )
        check_in(
            key_result=tools,
            value=3 if weeks > 4 else 2,
            confidence=7,
            by=tools.owner,
            on=on,
            changed="The second roadmap tool is read-only now." if weeks == 4 else "",
        )
    check_in(
        key_result=goals,
        confidence=5,
        by=goals.owner,
        on=max(story.on - timedelta(days=9), goals.objective.cycle.starts_on),
        changed="Three teams still report deliverables.",
        blockers="Nobody has time to define baselines.",
    )
