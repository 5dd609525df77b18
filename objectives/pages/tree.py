"""The tree of objectives: what stands under what, a page of roots at a time.

Whatever their number: one query for the keys, one for the ties, and those of the rows shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch
from django.db.models.functions import Coalesce

from objectives.choices import Tie
from objectives.graph import Counted
from objectives.models import Alignment, KeyResult, Objective
from objectives.pages.objectives import KeyResultRow, ObjectiveRow
from objectives.tree import Branch, branches, roots_of
from teams.models import Person

ROOTS_A_PAGE = 25
MOST_SHOWN = 40  # objectives of one page, which stays light; what lies deeper has a page of its own


@dataclass(frozen=True)
class Leaf:
    """One objective of the tree. ``also``: titles of further ones that it serves."""

    row: ObjectiveRow
    key_results: list[KeyResultRow]
    children: list["Leaf"]
    also: list[Objective]
    depth: int
    hidden: int = 0  # objectives beneath it that this page has no room for

    @property
    def is_open(self) -> bool:
        """The first two levels are unfolded."""
        return self.depth < 2


@dataclass(frozen=True)
class Forest:
    """A page of trees with the rows that they need. ``top``: the one objective beneath which one
    looks, where one does."""

    page: Page
    number: int  # of all objectives, on whatever page
    trees: list[Branch]
    rows: dict[int, ObjectiveRow]
    ties: list[tuple[int, int, str]]
    top: Objective | None = None

    def leaves(self) -> list[Leaf]:
        return [self._leaf(tree) for tree in self.trees]

    def fuller(self) -> list[tuple[Objective, int]]:
        """Those under which this page leaves some out, and how many; they have pages of their
        own."""
        found = [(self.rows[one.key].objective, self._left_out(one)) for one in self.in_order()]
        return [(objective, number) for objective, number in found if number]

    def _left_out(self, branch: Branch) -> int:
        """What stands beneath, itself and all below it, of which nothing is shown."""
        away = [child for child in branch.children if child.key not in self.rows]
        return sum(1 for child in away for _one in child.walk())

    def _leaf(self, branch: Branch) -> Leaf:
        row = self.rows[branch.key]
        return Leaf(
            row=row,
            key_results=row.key_results,
            children=[self._leaf(child) for child in branch.children if child.key in self.rows],
            also=[self.rows[key].objective for key in branch.also if key in self.rows],
            depth=branch.depth,
            hidden=self._left_out(branch),
        )

    def in_order(self) -> list[Branch]:
        return [one for tree in self.trees for one in tree.walk() if one.key in self.rows]


def forest(
    all_of_them: Counted, number: Any, on: date, person: Person, under: int | None = None
) -> Forest:
    """The ``number``-th page of the trees that objectives make, or the tree beneath one of them
    (``under``, by its key), with the improvements that the person sees."""
    keys = [one.key for one in all_of_them.objectives]
    ties = ties_between(keys)
    upward = [(lower, upper) for lower, upper, kind in ties if kind == Tie.CONTRIBUTES]
    top = under if under in set(keys) else None
    roots = roots_of(keys, upward) if top is None else [top]
    page = Paginator(roots, ROOTS_A_PAGE).get_page(number)
    trees = branches(list(page), upward, set(keys))
    found_all = [branch for tree in trees for branch in tree.walk()]
    shown = [one.key for one in sorted(found_all, key=lambda one: one.depth)[:MOST_SHOWN]]
    improvements: Any = KeyResult.improvements.rel.related_model
    levers = Prefetch("key_results__improvements", improvements.objects.visible_to(person))
    found = Objective.objects.filter(pk__in=shown).with_standing().prefetch_related(levers)
    standings = all_of_them.standings
    rows = {each.pk: ObjectiveRow(each, standings[each.pk], on) for each in found}
    return Forest(
        page=page,
        number=len(keys),
        trees=[tree for tree in trees if tree.key in rows],
        rows=rows,
        ties=ties,
        top=None if top is None else rows[top].objective,
    )


def ties_between(keys: Iterable[int]) -> list[tuple[int, int, str]]:
    """Ties of these objectives and of their key results, as ties between objectives."""
    wanted = set(keys)
    found = Alignment.objects.order_by("pk").values_list(
        Coalesce("objective", "key_result__objective"),
        Coalesce("to_objective", "to_key_result__objective"),
        "kind",
    )
    return [
        (lower, upper, kind)
        for lower, upper, kind in found
        if lower in wanted and upper in wanted and lower != upper
    ]
