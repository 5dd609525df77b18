"""A questionnaire that somebody is about to change, and teams that want more than it says."""

from datetime import datetime, timedelta

from audits import drafting
from audits.actions.drafts import save_draft, start_draft
from audits.actions.targets import set_level_targets
from audits.models import Framework
from productops import clock
from productops.demo import Story

FRAMEWORK = "product-practice"
QUESTION = {
    "type": "level",
    "title": "Decisions",
    "text": "When a number moves, what happens next?",
    "hint": "Think of the last signal on one of your charts",
    "evidence": "The entry of the weekly review that names it",
    "weight": 1,
    "choices": [
        {"value": 0, "score": 0, "name": "Nothing", "text": "Nobody would notice."},
        {"value": 1, "score": 1, "name": "Talk", "text": "Somebody mentions it."},
        {"value": 2, "score": 2, "name": "A guess", "text": "We act on the likeliest reason."},
        {"value": 3, "score": 3, "name": "A reason", "text": "We look for the cause, then act."},
        {"value": 4, "score": 4, "name": "A verdict", "text": "We also check whether it helped."},
    ],
}
TARGETS = {"team Growth": {"measurement": 3.5}, "team Admin": {"tooling": 2.0}}


def draft_in_the_works(story: Story) -> None:
    """A question that only those are asked who have something to measure, and clearer words."""
    ines, now = story.cast["ines"], _at(story)
    framework = Framework.objects.get(slug=FRAMEWORK)
    draft = start_draft(framework=framework, by=ines, now=now)
    first = next(spot for spot in drafting.spots(draft.content) if not spot.is_section)
    question = QUESTION | {"key": "signals", "relevant": f"${{{first.key}}} >= 2"}
    content = drafting.added(draft.content, question, into=first.parent, after=first.key)
    content = drafting.changed(
        content, first.key, {"hint": "Think of the last three changes, whoever wanted them"}
    )
    save_draft(draft=draft, content=content, edition=draft.edition, by=ines, now=now)
    _targets(story, framework)


def _targets(story: Story, framework: Framework) -> None:
    wanted: dict = {
        (key, story.cast[name].subject): level
        for name, levels in TARGETS.items()
        if name in story.cast
        for key, level in levels.items()
    }
    set_level_targets(framework=framework, wanted=wanted, by=story.cast["ines"])


def _at(story: Story) -> datetime:
    return clock.start_of(story.on - timedelta(days=1)) + timedelta(hours=15)
