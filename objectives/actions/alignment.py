"""Say how objectives and key results stand to each other, without a circle."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from objectives import graph
from objectives.actions.running import require_running
from objectives.choices import Tie
from objectives.models import Alignment, KeyResult, Objective
from objectives.rolling import LONGEST_TOLD, Place, path_between
from productops import changelog
from productops.locks import hold
from teams.models import Person

Goal = Objective | KeyResult


@transaction.atomic
def align(
    *,
    begin: Goal,
    end: Goal,
    by: Person,
    kind: Tie | str = Tie.CONTRIBUTES,
    weight: float | None = None,
) -> Alignment:
    """``begin`` contributes to, depends on or conflicts with ``end``; said again, its weight is
    what is said now. Raises ValidationError that names the field and, for a circle, the way."""
    hold("alignment")
    require_running(_objective_of(begin), "begin")
    require_running(_objective_of(end), "end")
    kind = Tie(kind)
    _check(begin, end, kind, weight, by)
    ends = _ends(begin, end)
    present = Alignment.objects.filter(**ends).first()
    if weight != (present.weight if present else None):
        _require_to_count(end, by)
    tie, created = Alignment.objects.get_or_create(
        **ends, defaults={"kind": kind, "weight": weight, "by": by}
    )
    before = None if created else {"kind": tie.kind, "weight": tie.weight}
    if not created and before != {"kind": kind, "weight": weight}:
        tie.kind, tie.weight = kind, weight
        tie.save(update_fields=["kind", "weight"])
    changelog.record(
        by=by,
        row=begin,
        verb="aligned",
        before=before,
        after={"to": _told(end), "kind": kind, "weight": weight},
    )
    return tie


@transaction.atomic
def part(*, tie: Alignment, by: Person) -> None:
    """Take an alignment back; what a closed objective was served by stays said."""
    require_running(_objective_of(tie.ends_in), "end")
    changelog.record(
        by=by,
        row=tie.begins_in,
        verb="parted",
        before={"to": _told(tie.ends_in), "kind": tie.kind, "weight": tie.weight},
    )
    tie.delete()


def _objective_of(goal: Goal) -> Objective:
    return goal if isinstance(goal, Objective) else goal.objective


def _told(goal: Goal) -> str:
    """By its number: not everybody who reads the history of one end sees the other."""
    return f"{goal._meta.verbose_name} {goal.pk}"


def _ends(begin: Goal, end: Goal) -> dict[str, Goal | None]:
    at, to = isinstance(begin, Objective), isinstance(end, Objective)
    return {
        "objective": begin if at else None,
        "key_result": None if at else begin,
        "to_objective": end if to else None,
        "to_key_result": None if to else end,
    }


def _check(begin: Goal, end: Goal, kind: Tie, weight: float | None, by: Person) -> None:
    if begin == end:
        raise ValidationError({"end": _("It cannot be aligned with itself.")})
    if isinstance(begin, KeyResult) and begin.objective == end:
        raise ValidationError({"end": _("It belongs to this objective already.")})
    if weight is not None:
        _check_weight(end, kind, weight)
    if kind != Tie.CONFLICTS:
        _refuse_circle(begin, end, by)


def _check_weight(end: Goal, kind: Tie, weight: float) -> None:
    if kind != Tie.CONTRIBUTES or not isinstance(end, Objective):
        raise ValidationError(
            {"weight": _("Only what contributes to an objective counts in its progress.")}
        )
    if weight < 0:
        raise ValidationError({"weight": _("A weight is not negative.")})


def _require_to_count(end: Goal, by: Person) -> None:
    """Whoever serves a goal may say so; its number is moved by those who may change it."""
    if not by.may_change(_objective_of(end).subject):
        text = _("It would count in the progress of what you may not change. Leave it empty.")
        raise ValidationError({"weight": text})


def _refuse_circle(begin: Goal, end: Goal, by: Person) -> None:
    edges = graph.leading_up()
    way = path_between(edges, place_of(end), place_of(begin))
    if way is None:
        return
    if len(way) > LONGEST_TOLD:
        raise ValidationError({"end": _("This would lead in a long circle.")})
    names = " → ".join(_names(way, by))
    raise ValidationError({"end": _("This would lead in a circle: %(way)s.") % {"way": names}})


def place_of(goal: Goal) -> Place:
    return (graph.OBJECTIVE if isinstance(goal, Objective) else graph.KEY_RESULT), goal.pk


def _names(way: tuple, by: Person) -> list[str]:
    """The titles along a way, as far as the person sees them, in two queries."""
    objectives = Objective.objects.visible_to(by).in_bulk(_keys(way, graph.OBJECTIVE))
    results = KeyResult.objects.visible_to(by).in_bulk(_keys(way, graph.KEY_RESULT))
    return [
        str((objectives if kind == graph.OBJECTIVE else results).get(pk, "…")) for kind, pk in way
    ]


def _keys(way: tuple, kind: str) -> list[int]:
    return [pk for each, pk in way if each == kind]
