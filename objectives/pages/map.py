"""The strategy map: objectives under their pillars, their key results, what is meant to move them,
and what serves, needs or hinders what."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from objectives.layout import Goal, Lever, Result, Words, strategy_map
from objectives.models import Alignment
from objectives.pages.objectives import KeyResultRow, ObjectiveRow
from objectives.pages.tree import Forest
from productops import numbers
from productops.charts.shapes import Chain


@dataclass(frozen=True)
class StrategyMap:
    """The picture, and what is aligned with what in it, for those who do not see it."""

    chain: Chain
    ties: list[Alignment]


def map_of(found: Forest) -> StrategyMap:
    """The trees of a page with key results and what is meant to move them. One query."""
    goals = [_goal(found.rows[branch.key], branch.depth) for branch in found.in_order()]
    objectives = [row.objective for row in found.rows.values()]
    pillars = {one.pillar.pk: one.pillar for one in objectives if one.pillar}
    ordered = sorted(pillars.values(), key=lambda pillar: (pillar.order, pillar.pk))
    ties = list(Alignment.objects.among(found.rows).with_ends().order_by("pk"))
    words = Words(
        name=_("Strategy map: objectives, key results and what is meant to move them"),
        heads=(_("Objectives"), _("Key results"), _("Improvements")),
        no_pillar=_("Under no pillar"),
        more=_("and %d more"),
    )
    named = [(one.pk, one.name) for one in ordered]
    drawn = [(tie.begin, tie.end, tie.kind) for tie in ties]
    return StrategyMap(strategy_map(goals, named, drawn, words), ties)


def _goal(row: ObjectiveRow, depth: int) -> Goal:
    objective = row.objective
    return Goal(
        key=objective.pk,
        title=objective.title,
        url=objective.get_absolute_url(),
        kind=row.kind,
        sub=" · ".join(
            [numbers.percent(row.standing.progress, 0), str(objective.subject), *_age(row)]
        ),
        pillar=objective.pillar_id,
        depth=depth,
        results=tuple(_result(one) for one in row.key_results),
    )


def _result(row: KeyResultRow) -> Result:
    key_result = row.key_result
    levers = [one for one in key_result.improvements.all() if one.deleted_at is None]
    return Result(
        key=key_result.pk,
        title=key_result.title,
        url=key_result.get_absolute_url(),
        kind=row.kind,
        sub=" · ".join([row.reached, row.wanted, *_age(row)]),
        levers=tuple(
            Lever(one.title, one.get_absolute_url(), sub=str(one.get_state_display()))
            for one in levers
        ),
    )


def _age(row: ObjectiveRow) -> list[str]:
    """How old the number is, where it should be newer by now."""
    return [row.age.late] if row.age and row.age.late else []
