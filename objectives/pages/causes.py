"""What drives what: on the page of one KPI, and as the map of all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from objectives import wording
from objectives.causes import laid_out
from objectives.choices import Influence
from objectives.models import Kpi, KpiInfluence
from productops.charts.shapes import Box, Chain, Tie


@dataclass(frozen=True)
class Belief:
    """One influence, seen from one of its ends: ``kpi`` is the other one."""

    pk: int
    words: str
    kpi: Kpi
    after: str
    why: str


def beliefs_about(kpi: Kpi, influences: Iterable[KpiInfluence]) -> dict[str, list[Belief]]:
    """What a KPI drives, and what it is driven by."""
    found: dict[str, list[Belief]] = {"drives": [], "driven_by": []}
    for each in influences:
        is_cause = each.cause_id == kpi.pk
        words = each.get_kind_display() if is_cause else wording.DRIVEN[Influence(each.kind)]
        other = each.effect if is_cause else each.cause
        belief = Belief(each.pk, str(words), other, wording.after_days(each), each.why)
        found["drives" if is_cause else "driven_by"].append(belief)
    return found


@dataclass(frozen=True)
class CauseLine:
    """One belief of the list below the map."""

    cause: Kpi
    words: str
    effect: Kpi
    after: str
    why: str


def cause_lines(influences: Iterable[KpiInfluence]) -> list[CauseLine]:
    return [
        CauseLine(
            each.cause,
            str(each.get_kind_display()),
            each.effect,
            wording.after_days(each),
            each.why,
        )
        for each in influences
    ]


def map_of_causes(influences: Sequence[KpiInfluence]) -> Chain:
    """All KPIs that somebody believes to drive something, each to the right of what drives it."""
    pairs = [(each.cause_id, each.effect_id) for each in influences]
    kpis = {kpi.pk: kpi for each in influences for kpi in (each.cause, each.effect)}
    layout = laid_out(pairs)
    number = {key: place for place, key in enumerate(layout.places)}
    boxes = [
        Box(column, row, kpis[key].name, str(kpis[key].get_family_display()), _url(kpis[key]))
        for key, (column, row) in layout.places.items()
    ]
    ties = [
        Tie(number[cause], number[effect], each.kind, layout.ways[cause, effect])
        for (cause, effect), each in zip(pairs, influences, strict=True)
    ]
    return Chain(
        name=_("What people believe drives what, from left to right"),
        heads=tuple(_head(column) for column in range(layout.columns)),
        boxes=tuple(boxes),
        ties=tuple(ties),
        rows=layout.rows,
    )


def _url(kpi: Kpi) -> str:
    return kpi.get_absolute_url()


def _head(column: int) -> str:
    """Above each column: how many steps lie before it."""
    if column == 0:
        return _("Where it begins")
    return ngettext("After %(n)s step", "After %(n)s steps", column) % {"n": column}
