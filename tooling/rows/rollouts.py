"""Rollouts: how far their waves are, and whom they reached."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from teams.models import Person
from tooling import access
from tooling.models import Rollout, RolloutWave
from tooling.reach import reach_of

HEADER = ["rollout", "tool", "owner", "state", "waves", "waves_done", "reached", "target"]


def describe(rollouts: Iterable[Rollout], on: date) -> None:
    """Give each rollout ``reached``, ``share`` (of the target, 0 to beyond 1), ``waves_all`` and
    ``waves_done``. Waves come prefetched."""
    rollouts = list(rollouts)
    reached = reach_of(rollouts, on)
    for rollout in rollouts:
        waves = list(rollout.waves.all())
        rollout.reached = reached[rollout.pk]
        rollout.share = rollout.reached / rollout.target_people
        rollout.waves_all = len(waves)
        rollout.waves_done = sum(wave.done_on is not None for wave in waves)


def lines_of(rollouts: Iterable[Rollout], on: date) -> Iterator[list]:
    rollouts = list(rollouts)
    describe(rollouts, on)
    for rollout in rollouts:
        yield [
            rollout.title,
            rollout.tool.slug,
            rollout.owner.email,
            rollout.state,
            rollout.waves_all,
            rollout.waves_done,
            rollout.reached,
            rollout.target_people,
        ]


def page_of(person: Person, rollout: Rollout, on: date) -> dict[str, Any]:
    """What the page of a rollout shows to this person."""
    waves = list(rollout.waves.select_related("team"))
    for wave in waves:
        wave.is_late = is_late(wave, rollout, on)
    describe([rollout], on)
    return {
        "rollout": rollout,
        "waves": waves,
        "may_change": access.may_change(person, rollout),
        "improvements": rollout.improvements.visible_to(person).select_related("owner"),
    }


def is_late(wave: RolloutWave, rollout: Rollout, on: date) -> bool:
    return rollout.is_open and wave.done_on is None and wave.go_live_on < on
