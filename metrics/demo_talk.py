"""What people of the demo organisation say about their numbers, and what they vouch for."""

from datetime import timedelta

from metrics.actions import comments
from metrics.models import Exclusion, Snapshot
from objectives.models import Series
from productops.demo import Story


def discuss(story: Story) -> None:
    ines, tomas, aya = (story.cast[name] for name in ("ines", "Tomás Rey", "Aya Nakamura"))
    lead, unplanned = story.cast["lead-time-for-change"], story.cast["unplanned-work"]
    asked = comments.say(
        series=lead,
        period=_newest(lead, 2),
        text="Two teams were away, and it **still** fell. @Tomás Rey, do you know why?",
        by=ines,
    )
    comments.answer(
        comment=asked,
        text="Small changes went out at once: nothing waited for the Thursday release.",
        by=tomas,
    )
    freeze = Exclusion.objects.get(series=lead).period
    told = comments.say(
        series=lead, period=freeze, text="The freeze is over. Should this count?", by=tomas
    )
    comments.answer(comment=told, text="No: it will not come back. Left out.", by=ines)
    comments.resolve(comment=told, by=ines)
    escalated = comments.say(
        series=unplanned,
        period=_newest(unplanned),
        text="Two escalations in one week. @Aya Nakamura, was it one cause?",
        by=ines,
    )
    comments.follow_up_on(
        comment=escalated,
        title="Find out whether both escalations had one cause",
        owner=aya,
        due_on=story.on + timedelta(days=7),
        by=ines,
    )


def _newest(series: Series, back: int = 0):
    """The newest point of a series, or the one so many before it."""
    return Snapshot.objects.known().of(series).order_by("-period")[back].period


def vouch(story: Story) -> None:
    """One definition is vouched for, and one was, more than a year ago."""
    ines, samir = story.cast["ines"], story.cast["samir"]
    for slug, by, ago in (("lead-time-for-change", ines, 40), ("tool-spend-per-pm", samir, 400)):
        story.cast[slug].kpi.certify(
            reason="Compared with the source for four weeks; the difference was below 1%.",
            by=by,
            on=story.on - timedelta(days=ago),
        )
