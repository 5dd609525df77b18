"""What drives what: on the page of one KPI, and as the map of all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from objectives import causes, wording
from objectives.causes import laid_out
from objectives.choices import Influence
from objectives.models import Kpi, KpiInfluence
from objectives.pages.seen import Seen, seen_of
from productops.charts.shapes import Box, Chain, Tie
from teams.models import Person


@dataclass(frozen=True)
class Belief:
    """One influence, seen from one of its ends: ``kpi`` is the other one."""

    pk: int
    words: str
    kpi: Kpi
    after: str
    why: str
    seen: Seen | None


def beliefs_about(
    kpi: Kpi, influences: Iterable[KpiInfluence], person: Person, on: date
) -> dict[str, list[Belief]]:
    """What a KPI drives, and what it is driven by."""
    found: dict[str, list[Belief]] = {"drives": [], "driven_by": []}
    influences = list(influences)
    said = seen_of(influences, person, on)
    for each in influences:
        is_cause = each.cause_id == kpi.pk
        words = each.get_kind_display() if is_cause else wording.DRIVEN[Influence(each.kind)]
        other = each.effect if is_cause else each.cause
        belief = Belief(
            each.pk, str(words), other, wording.after_days(each), each.why, said.get(each.pk)
        )
        found["drives" if is_cause else "driven_by"].append(belief)
    return found


@dataclass(frozen=True)
class CauseLine:
    """One belief of the list below the map."""

    pk: int
    cause: Kpi
    words: str
    effect: Kpi
    after: str
    why: str
    seen: Seen | None


def cause_lines(influences: Iterable[KpiInfluence], person: Person, on: date) -> list[CauseLine]:
    influences = list(influences)
    said = seen_of(influences, person, on)
    return [
        CauseLine(
            each.pk,
            each.cause,
            str(each.get_kind_display()),
            each.effect,
            wording.after_days(each),
            each.why,
            said.get(each.pk),
        )
        for each in influences
    ]


def ends_of(influences: QuerySet[KpiInfluence]) -> list[tuple[str, str]]:
    """The KPIs that beliefs are about, as (short name, name). One query."""
    names = ("cause__slug", "cause__name", "effect__slug", "effect__name")
    found = {}
    for cause, cause_name, effect, effect_name in influences.values_list(*names):
        found |= {cause: cause_name, effect: effect_name}
    return sorted(found.items(), key=lambda one: one[1].lower())


def around(
    influences: QuerySet[KpiInfluence], slug: str | None, steps: int
) -> QuerySet[KpiInfluence]:
    """Those between what drives one KPI and what it drives, so many steps each way; all where
    none is named."""
    if not slug:
        return influences
    pairs = list(influences.values_list("cause__slug", "effect__slug"))
    number = {one: place for place, one in enumerate({end: 0 for pair in pairs for end in pair})}
    near = causes.around([(number[a], number[b]) for a, b in pairs], number[slug], steps)
    names = [one for one, place in number.items() if place in near]
    return influences.between(names)


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
