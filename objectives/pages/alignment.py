"""What an objective or key result is aligned with, as its page says it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from objectives import wording
from objectives.choices import Tie
from objectives.models import Alignment, KeyResult, Objective
from productops import numbers

BACKWARDS = {
    Tie.CONTRIBUTES: wording.SERVED_BY,
    Tie.DEPENDS: wording.NEEDED_BY,
    Tie.CONFLICTS: wording.IN_CONFLICT,
}


@dataclass(frozen=True)
class Line:
    """One alignment, seen from one of its ends: ``goal`` is the other one."""

    pk: int
    words: str
    goal: Objective | KeyResult
    weight: str

    @property
    def where(self) -> str:
        """What it is about, in which cycle."""
        objective = self.goal if isinstance(self.goal, Objective) else self.goal.objective
        return f"{objective.subject} · {objective.cycle}"


def alignment_lines(ties: Iterable[Alignment], seen_from: Objective | KeyResult) -> list[Line]:
    """Upwards first: what it serves and needs, then what serves and needs it."""
    lines = [_line(tie, seen_from) for tie in ties]
    return [line for is_upward, line in sorted(lines, key=lambda pair: not pair[0])]


def _line(tie: Alignment, seen_from: Objective | KeyResult) -> tuple[bool, Line]:
    is_upward = tie.begins_in == seen_from
    words = tie.get_kind_display() if is_upward else BACKWARDS[Tie(tie.kind)]
    goal = tie.ends_in if is_upward else tie.begins_in
    weight = ""
    if tie.weight is not None:
        weight = _("counts %(weight)s") % {"weight": numbers.number(tie.weight)}
    return is_upward, Line(tie.pk, str(words), goal, weight)
