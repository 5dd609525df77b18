"""How many people a rollout has reached: the dose of an improvement that brings a tool."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Max

from teams.models import Membership
from tooling.models import Rollout, RolloutWave, Usage


def reach_of(rollouts: Iterable[Rollout], on: date) -> dict[int, int]:
    """People reached on a day by each rollout's id, in a constant number of queries.

    Reached is who is in a team that has gone live, and was seen using the tool since then and
    within its window of days. Where use is counted without names, the newest count stands for it.
    """
    rollouts = list(rollouts)
    starts = _starts(rollouts, on)
    tools = {rollout.tool_id for rollout in rollouts}
    last = _last_use(tools, {person for people in starts.values() for person in people}, on)
    counts = dict(
        Usage.objects.filter(tool__in=tools).newest_counts(on).values_list("tool", "count")
    )
    newest = dict(Usage.objects.filter(tool__in=tools).newest_counts(on).values_list("tool", "on"))
    found = {}
    for rollout in rollouts:
        first = rollout.tool.active_from(on)
        people = starts[rollout.pk]
        used = {person: last.get((rollout.tool_id, person)) for person in people}
        reached = sum(
            day is not None and day >= max(first, people[person]) for person, day in used.items()
        )
        counted = newest.get(rollout.tool_id)
        unnamed = people and counted and counted >= first and not any(used.values())
        found[rollout.pk] = counts[rollout.tool_id] if unnamed else reached
    return found


def _starts(rollouts: list[Rollout], on: date) -> dict[int, dict[int, date]]:
    """For each rollout its people who have the tool by then, with the day they got it."""
    waves = [wave for wave in RolloutWave.objects.filter(rollout__in=rollouts) if wave.live_on(on)]
    members: dict[int, list[int]] = defaultdict(list)
    present = Membership.objects.on(on).filter(team__in={wave.team_id for wave in waves})
    for team, person in present.values_list("team", "person"):
        members[team].append(person)
    starts: dict[int, dict[int, date]] = defaultdict(dict)
    for wave in waves:
        day = wave.done_on or wave.go_live_on
        people = starts[wave.rollout_id]
        for person in members[wave.team_id]:
            people[person] = min(day, people.get(person, day))
    return starts


def _last_use(tools: set[int], people: set[int], on: date) -> dict[tuple[int, int], date]:
    seen = Usage.objects.filter(tool__in=tools, person__in=people, on__lte=on)
    newest = seen.values("tool", "person").annotate(last=Max("on")).order_by()
    return {(row["tool"], row["person"]): row["last"] for row in newest}
